"""Every call of the road answered wrongly: a sentence says what to do, and resuming ends as without it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from app.entra.patience import Patience
from app.setup import whole_file
from app.setup.redaction import secrets_seen
from tests.entra.small_tenant import TOKEN, Answer, SmallTenant, error
from tests.entra.walking import folder_in, take_back, tenant_of, walk, whole_plan, wish_for

FAULTS: dict[str, Answer | None] = {
    "401": (401, error("InvalidAuthenticationToken", "Access token has expired.")),
    "403": (403, error("Authorization_RequestDenied", "Insufficient privileges to complete the operation.")),
    "404": (404, error("Request_ResourceNotFound", "Resource does not exist.")),
    "409": (409, error("Conflict", "Another write is under way.")),
    "429": (429, error("TooManyRequests", "Please retry again later.")),
    "500": (500, error("InternalServerError", "Something failed.")),
    "503": (503, error("ServiceUnavailable", "Busy.")),
    "time-out": None,
    "broken JSON": (200, '{"value": [{"id": "cut off he'),
}


SHORT = Patience(first=0.001, longest=0.004, total=0.02)


@pytest.fixture(autouse=True)
def no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some 800 walks: whether a journal outlives a power cut is not what they are about."""
    monkeypatch.setattr(whole_file.os, "fsync", lambda handle: None)


def _answer_wrongly(tenant: SmallTenant, number: int, fault: Answer | None, *, carried_out: bool) -> None:
    """From a call on, counted from now, answer with a fault; carry out that one call if so asked."""
    left = [number]

    def wrong(method: str, path: str) -> Answer | None:
        left[0] -= 1
        if left[0] >= 0:
            return None
        if carried_out and left[0] == -1:
            body = tenant.bodies[-1][1]
            status, _ = tenant.answer(method, path, {"$filter": ""}, body)
            if status < 300:
                tenant.carried_out.append(f"{method} {path}")
        if fault is None:
            raise httpx.ReadTimeout("no answer")
        return fault

    tenant.before = wrong


def _writes(tenant: SmallTenant) -> list[int]:
    looking = ("validateCredentials", "parseExpression")
    return [
        number
        for number, call in enumerate(tenant.log)
        if not call.startswith("GET") and not call.endswith(looking)
    ]


@pytest.mark.parametrize("name", FAULTS)
async def test_each_call_answered_wrongly_tells_what_to_do_and_can_be_resumed(
    tmp_path: Path, name: str
) -> None:
    path = whole_plan(tmp_path / "plan")
    whole = tenant_of("new")
    await walk(whole, wish_for(whole, path), folder_in(tmp_path, "whole"))
    for number in range(len(whole.log)):
        tenant, folder = tenant_of("new"), folder_in(tmp_path, str(number))
        wish = wish_for(tenant, path)
        _answer_wrongly(tenant, number, FAULTS[name], carried_out=False)
        events, end = await walk(tenant, wish, folder, patience=SHORT)
        call = tenant.log[number]
        assert end.state == "failed", (call, end)
        assert end.problem is not None
        said = [end.problem.what, end.problem.why, end.problem.remedy]
        assert all(len(text) > 10 and text.endswith(".") for text in said), (call, said)
        assert end.problem.code != "UNEXPECTED"
        assert events[-1].state == "failed"
        assert end.problem.what in end.sentence
        tenant.before = lambda *call: None
        _, end = await walk(tenant, wish, folder, resume=True)
        assert end.state == "done", (call, end.sentence)
        assert tenant.state() == whole.state(), call
        assert TOKEN not in "".join([*said, end.sentence, repr(events)])


@pytest.mark.parametrize("name", ["500", "time-out", "broken JSON"])
@pytest.mark.parametrize("kind", ["new", "existing"])
async def test_what_was_carried_out_and_answered_wrongly_is_not_made_twice(
    tmp_path: Path, name: str, kind: str
) -> None:
    path = whole_plan(tmp_path / "plan")
    whole = tenant_of(kind)
    start = len(whole.log)
    await walk(whole, wish_for(whole, path), folder_in(tmp_path, "whole"))
    for number in _writes(whole):
        tenant, folder = tenant_of(kind), folder_in(tmp_path, str(number))
        wish = wish_for(tenant, path)
        _answer_wrongly(tenant, number - start, FAULTS[name], carried_out=True)
        _, end = await walk(tenant, wish, folder)
        assert end.state == "failed"
        assert end.problem is not None
        tenant.before = lambda *call: None
        _, end = await walk(tenant, wish, folder, resume=True)
        call = tenant.log[number]
        assert end.state == "done", (call, end.sentence)
        assert tenant.state() == whole.state(), call
        assert sum("instantiate" in each for each in tenant.carried_out) == int(kind == "new")
        assert sum(each.startswith("POST") and each.endswith("/jobs") for each in tenant.carried_out) == int(
            kind == "new"
        )


@pytest.mark.parametrize("name", ["404", "409", "403"])
async def test_what_is_normal_in_an_apps_first_minute_is_waited_out(tmp_path: Path, name: str) -> None:
    path = whole_plan(tmp_path / "plan")
    tenant = tenant_of("new")
    wish = wish_for(tenant, path)
    seen: dict[str, int] = {}

    def at_first(method: str, path: str) -> Answer | None:
        # Whatever hangs on the new app fails once, each call in turn.
        seen[f"{method} {path}"] = seen.get(f"{method} {path}", 0) + 1
        hangs_on_it = "synchronization" in path or "appRoleAssignedTo" in path
        return FAULTS[name] if hangs_on_it and seen[f"{method} {path}"] == 1 else None

    tenant.before = at_first
    patience = Patience(first=0.001, longest=0.002, total=5.0)
    _, end = await walk(tenant, wish, folder_in(tmp_path, "state"), patience=patience)
    assert end.state == "done", end.sentence
    assert end.problem is None


async def test_a_refused_test_of_the_credentials_comes_before_the_job(tmp_path: Path) -> None:
    path = whole_plan(tmp_path / "plan")
    tenant, folder = tenant_of("new"), folder_in(tmp_path, "state")
    tenant.bad_token = True
    secrets_seen.add(TOKEN)
    _, end = await walk(tenant, wish_for(tenant, path), folder)
    assert end.problem is not None
    assert (end.state, end.problem.code) == ("failed", "GRAPH-CREDENTIALS")
    assert tenant.jobs == {}
    assert tenant.secrets == {}
    assert "Done: Find or add the enterprise app; Choose the kind of provisioning." in end.sentence
    assert "Not done: Make the provisioning job;" in end.sentence


@pytest.mark.parametrize(
    ("kind", "name"), [*(("existing", name) for name in FAULTS), ("new", "404"), ("new", "time-out")]
)
async def test_taking_back_tells_what_to_do_and_goes_on(tmp_path: Path, name: str, kind: str) -> None:
    path = whole_plan(tmp_path / "plan")
    whole, folder = tenant_of(kind), folder_in(tmp_path, "whole")
    before = whole.state()
    await walk(whole, wish_for(whole, path), folder)
    walked = len(whole.log)
    await take_back(whole, wish_for(whole, path), folder)
    for number in range(len(whole.log) - walked):
        tenant, folder = tenant_of(kind), folder_in(tmp_path, str(number))
        wish = wish_for(tenant, path)
        await walk(tenant, wish, folder)
        _answer_wrongly(tenant, number, FAULTS[name], carried_out=False)
        _, end = await take_back(tenant, wish, folder)
        if end.state == "failed":
            assert end.problem is not None
            assert end.problem.remedy.endswith(".")
            assert end.sentence.startswith("It stopped before all was taken back.")
        tenant.before = lambda *call: None
        _, end = await take_back(tenant, wish, folder)
        assert end.state == "undone", end.sentence
        assert {**tenant.state(), "secrets": 0} == {**before, "secrets": 0}, (number, tenant.log[-1])
