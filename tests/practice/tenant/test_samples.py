"""The description that all calls are held to: it takes Microsoft's samples, and refuses what it should."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.servers.described import SLICE, NotDescribed, check_answer, check_call, operation

AT = "/servicePrincipals/x/synchronization"
SAMPLES: list[dict[str, Any]] = json.loads(
    (Path(SLICE).parent / "graph_samples.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("sample", SAMPLES, ids=[each["name"] for each in SAMPLES])
def test_samples_are_described(sample: dict[str, Any]) -> None:
    path = re.sub(r"\{[^}]+\}", "an-id", sample["path"])
    query = "&".join(f"{name}={value}" for name, value in sample.get("query", {}).items())
    if "request" in sample or sample["method"] == "GET":
        found = check_call(sample["method"], path, query, sample.get("request"))
    else:  # of an answer whose request is not recorded
        _, found = operation(sample["method"], path)
    if "response" in sample:
        check_answer(sample["method"], path, found, sample["status"], sample["response"])


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", f"{AT}/jobs/y/stop", None),
        ("GET", "/users/x/photos", None),
        (
            "PUT",
            "/servicePrincipals/x/synchronization/secrets",
            {"value": [{"key": "SecretTokn", "value": ""}]},
        ),
        ("PUT", "/servicePrincipals/x/synchronization/secrets", {"value": [], "credentials": []}),
        ("POST", f"{AT}/jobs/y/start", {"now": True}),
    ],
)
def test_calls_that_are_not_described(method: str, path: str, body: Any) -> None:
    with pytest.raises(NotDescribed):
        check_call(method, path, "", body)


def test_answers_that_are_not_described() -> None:
    found = check_call("GET", "/users/x", "", None)
    check_answer("GET", "/users/x", found, 200, {"id": "x", "displayName": "X"})
    for wrong in ({"id": "x", "dispName": "X"}, {"id": "x", "accountEnabled": "True"}):
        with pytest.raises(NotDescribed):
            check_answer("GET", "/users/x", found, 200, wrong)
    with pytest.raises(NotDescribed):
        check_answer("GET", "/users/x", found, 204, {"id": "x"})
