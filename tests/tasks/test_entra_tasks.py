"""Signing in, watching and steering a job of Microsoft's service as tasks, on the practice tenant.

All that is asked and answered on the way is held to Microsoft's published description (``described_tenant``).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest

from app.entra import graph
from app.network.pace import Waits
from app.practice.app import PracticeApp
from app.setup.plan import Clause, Operator, Place, ScopingFilter, SetupPlan
from app.setup.problem import Problem
from app.tasks.context import Context
from tests.servers.described_proxy import DescribedTenant
from tests.tasks.conftest import Hear


class Control(Protocol):
    def __call__(self, name: str, **body: Any) -> None: ...


@pytest.fixture(scope="module")
def practice_session() -> Iterator[PracticeApp]:
    """An app of this file's own, with nobody in it."""
    with PracticeApp.start() as running:
        yield running


@pytest.fixture
def control(described_tenant: DescribedTenant) -> Control:
    def do(name: str, **body: Any) -> None:
        httpx.post(
            f"{described_tenant.graph_url}/practice/{name}", json=body, trust_env=False
        ).raise_for_status()

    do("lag", times=0)
    return do


@pytest.fixture
def entra(
    plan: SetupPlan,
    context: Context,
    practice: PracticeApp,
    described_tenant: DescribedTenant,
    control: Control,
) -> Context:
    """A plan for the practice tenant, not set up yet: one person, one group."""
    plan.app.profile = "invision"
    plan.run.where = Place.ENTRA
    plan.entra.cloud, plan.entra.graph = "practice", described_tenant.graph_url
    plan.scope.who = "assigned"
    plan.scope.assigned = ["user:ann.nilsson@contoso.example", "group:InVision pilot"]
    return context


def _parts(folder: Path) -> list[Path]:
    return list(folder.glob("*.part"))


async def initial_cycle(hear: Hear, control: Control) -> Any:
    control("cycle")
    async with asyncio.timeout(40):
        while True:
            _, status = await hear("entra-status", estimate=False)
            if status.initial_done and not status.running:
                return status
            await asyncio.sleep(0.2)


async def test_sign_in_check_and_out(hear: Hear, entra: Context, control: Control) -> None:
    with pytest.raises(Problem) as caught:
        await hear("entra-whoami")
    assert caught.value.code == "SIGN-IN-NEEDED"
    _, who = await hear("entra-sign-in", method="practice")
    assert who.tenant_name
    assert "Directory.Read.All" in who.scopes
    assert not any("ReadWrite" in scope for scope in who.scopes)
    _, found = await hear("entra-check")
    states = {row.id: row.state for row in found.rows}
    assert states == {"role": "met", "licence": "met", "sso": "unknown"}
    assert ("Reply URL", "https://<SUBDOMAIN>.invisionapp.com//sso/auth") in [
        (pair.name, pair.value) for pair in found.saml
    ]
    control("licence", on=False)
    await hear("entra-sign-in", method="practice", role="User")
    _, found = await hear("entra-check")
    states = {row.id: row.state for row in found.rows}
    assert states["licence"] == "not-met"
    assert states["role"] == "unknown"
    with pytest.raises(Problem) as caught:
        await hear("entra-set-saml")
    assert caught.value.code == "NOT-SET-UP"
    await hear("entra-sign-out")
    with pytest.raises(Problem):
        await hear("entra-whoami")


async def test_nothing_set_up_yet_is_said(hear: Hear, entra: Context) -> None:
    for task in ("entra-status", "entra-pause", "entra-log"):
        with pytest.raises(Problem) as caught:
            await hear(task)
        assert caught.value.code == "NOT-SET-UP"
    with pytest.raises(Problem) as caught:
        await hear("entra-provision")
    assert caught.value.code == "NOBODY-CHOSEN"


async def test_a_job_from_its_start_to_its_log(
    hear: Hear, entra: Context, control: Control, plan: SetupPlan, tmp_path: Path
) -> None:
    await hear("entra-sign-in", method="practice", write=True)
    plan.scope.filters = [
        ScopingFilter(
            name="Named Ann", clauses=[Clause(attribute="givenName", operator=Operator.EQUALS, value="Ann")]
        )
    ]
    _, road = await hear("entra-apply", own_check=False, start=False)
    assert road.state == "done", road.details
    _, status = await hear("entra-status")
    assert (status.kind, status.last, status.quarantine) == ("initial", None, None)
    assert status.people > 2
    assert status.state == "paused"

    _, one = await hear("entra-provision", user="ann.nilsson@contoso.example")
    assert (one.status, one.action) == ("success", "create")
    assert [step.name for step in one.steps] == ["import", "scope", "match", "export", "reference"]
    assert any(change.target == "userName" for change in one.changes)
    control("demand", shape=2)
    _, again = await hear("entra-provision", user="ann.nilsson@contoso.example")
    assert again.status in {"skipped", "success"}
    assert again.steps[0].status == "success"

    _, started = await hear("entra-resume")
    assert started.state in {"active", "never-run"}
    assert started.minutes_left == [] or started.minutes_left[0] < started.minutes_left[1]
    status = await initial_cycle(hear, control)
    assert status.kind == "incremental"
    assert status.last.state == "Succeeded"
    assert status.counts
    assert status.interval_minutes == 40

    _, page = await hear("entra-log", limit=2)
    assert len(page.rows) >= 2
    assert page.rows[0].entry.time >= page.rows[-1].entry.time
    seen = [row.id for row in page.rows]
    while page.after:
        _, page = await hear("entra-log", limit=2, after=page.after)
        seen += [row.id for row in page.rows]
    assert len(seen) == len(set(seen))
    _, skipped = await hear("entra-log", status="skipped", limit=500)
    reasons = [row.troubleshooting.why for row in skipped.rows if row.troubleshooting.why]
    assert any("givenName EQUALS" in reason for why in reasons for reason in why), reasons
    _, anns = await hear("entra-log", user="ANN.NILSSON", action="create", limit=500)
    assert [row.entry.name for row in anns.rows] == ["ann.nilsson@contoso.example"]
    tabs = anns.rows[0]
    assert [step.kind for step in tabs.steps][:2] == ["import", "scoping"]
    assert tabs.changes
    assert ("Action", "create") in [(pair.name, pair.value) for pair in tabs.summary]
    with pytest.raises(Problem) as caught:
        await hear("entra-log", since="yesterday")
    assert caught.value.code == "LOG-TIME"
    _, none = await hear("entra-log", until="2001-01-01")
    assert none.rows == []

    for form in ("csv", "json"):
        _, written = await hear("entra-export-log", path=str(tmp_path / f"log.{form}"), format=form)
        text = (tmp_path / f"log.{form}").read_text(encoding="utf-8-sig")
        rows = [json.loads(line) for line in text.splitlines()] if form == "json" else text.splitlines()[1:]
        assert written.rows == len(seen) == len(rows)
        assert _parts(tmp_path) == []

    _, paused = await hear("entra-pause")
    assert paused.state == "paused"
    _, restarted = await hear("entra-restart", reset=["Watermark", "Escrows"])
    assert restarted.state in {"active", "never-run"}
    with pytest.raises(Problem) as caught:
        await hear("entra-allow-deletes")
    assert caught.value.code == "NO-STAGED-DELETES"
    assert (await hear("entra-set-saml"))[1].sentence
    _, found = await hear("entra-check")
    assert found.sso == "saml"
    assert {row.id for row in found.rows} == {"role", "licence", "sso", "owner"}


async def test_a_revoked_token_ends_in_quarantine_that_says_so(
    hear: Hear, entra: Context, control: Control
) -> None:
    await hear("entra-sign-in", method="practice", write=True)
    _, road = await hear("entra-apply", own_check=False)
    assert road.state == "done", road.details
    await initial_cycle(hear, control)
    control("revoke-app")
    control("user", user="ann.nilsson@contoso.example", values={"surname": "Nilsson-Berg"})
    control("cycle")
    async with asyncio.timeout(20):
        while True:
            _, status = await hear("entra-status", estimate=False)
            if status.quarantine is not None:
                break
            await asyncio.sleep(0.2)
    assert status.state == "quarantined"
    assert status.quarantine.reason == "EncounteredQuarantineException"
    assert "token" in status.quarantine.meaning
    assert status.quarantine.disables_on > status.quarantine.since
    assert status.poll_after > 60


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        ({"status": 403}, "GRAPH-DENIED"),
        ({"status": 404}, "GRAPH-NOT-FOUND"),
        ({"status": 500, "times": 9}, "GRAPH-SERVER"),
        ({"status": 200, "body": '{"value": ['}, "GRAPH-ANSWER"),
    ],
)
async def test_trouble_is_told_with_what_to_do(
    hear: Hear,
    entra: Context,
    plan: SetupPlan,
    control: Control,
    monkeypatch: pytest.MonkeyPatch,
    trouble: dict[str, Any],
    code: str,
) -> None:
    monkeypatch.setattr(graph, "WAITS", Waits(first=0.01, cap=0.02))
    await hear("entra-sign-in", method="practice")
    plan.entra.application = "22222222-0000-4000-8000-000000000001"
    control("trouble", method="GET", path="/synchronization/jobs", **{"times": 9, **trouble})
    with pytest.raises(Problem) as caught:
        await hear("entra-status")
    assert caught.value.code == code
    assert caught.value.remedy


async def test_the_tenant_is_a_source_for_this_computers_engine(
    hear: Hear, entra: Context, plan: SetupPlan, control: Control
) -> None:
    await hear("entra-sign-in", method="practice", write=True)
    _, road = await hear("entra-apply", own_check=False, start=False)
    plan.run.where, plan.source.kind = Place.THIS_COMPUTER, "entra"
    plan.entra.application = road.service_principal
    plan.scope.assigned = []
    _, held = await hear("read-people")
    assert held.users >= 300
    assert held.groups >= 20
    assert "telephoneNumber" in held.attributes
    _, count = await hear("count-scope")
    assert count.in_scope > 1
    _, preview = await hear("preview-person", person="ann.nilsson@contoso.example")
    assert preview.in_scope
    events, first = await hear("run")
    assert (first.state, first.kind) == ("succeeded", "initial"), first.sentence
    # Whether they were created or found depends on the tests before: the practice app is shared.
    _, known = await hear("status")
    assert known.users == count.in_scope
    assert any(getattr(event, "code", "") == "ASSIGNMENTS" for event in events)

    control("user", user="ann.nilsson@contoso.example", values={"surname": "Nilsson-Berg"})
    _, second = await hear("run")
    assert (second.kind, second.counts.get("update")) == ("incremental", 1)
    control("assign", who="ann.nilsson@contoso.example", app=road.service_principal, remove=True)
    control("expire-delta")
    control("user", user="ann.nilsson@contoso.example", values={"accountEnabled": False})
    _, third = await hear("run")
    assert third.counts.get("disable") == 1, third
    control("revoke")
    with pytest.raises(Problem) as caught:
        await hear("run")
    assert caught.value.code == "GRAPH-SIGNED-OUT"
