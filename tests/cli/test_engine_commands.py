"""The commands of the engine beyond a cycle, on the real practice app."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.practice.app import PracticeApp
from tests.cli.asking import Rollcall, make_plan, names_in


def test_one_person_on_demand(
    rollcall: Rollcall, empty_app: PracticeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLLCALL_TOKEN", empty_app.token)
    plan = make_plan(tmp_path, empty_app.tenant_url)
    header, first = (tmp_path / "users.csv").read_text(encoding="utf-8-sig").splitlines()[:2]
    name = dict(zip(header.split(","), first.split(","), strict=False))["userPrincipalName"]

    told = rollcall("provision", plan, name, "--json")
    assert (told.code, told.lines[-1]["kind"]) == (0, "OnDemandReport")
    assert (told.result["action"], told.result["status"]) == ("create", "success")
    assert names_in(empty_app) == [name]

    again = rollcall("provision", plan, name)
    assert again.code == 0
    for part in ("1. Import: success", "2. Scope: success", "3. Match: success", "4. Action: skipped", name):
        assert part in again.out

    assert rollcall("provision", plan, "nobody@contoso.com").code == 1
    assert rollcall("provision", plan).code == 2
    assert rollcall("provision", plan, name, "--member", name).code == 2
