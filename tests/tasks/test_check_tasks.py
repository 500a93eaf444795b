"""*Test connection* as a task: levels, progress, figures for the engine, reports and comparing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.connection.journal import Journal, TestObject
from app.connection.report import read_report
from app.practice.app import PracticeApp
from app.scim.client import ScimClient
from app.setup.app_figures import keep_figures, read_figures
from app.setup.plan import SetupPlan
from app.setup.tenant_url import TenantUrl
from app.tasks.context import Context
from app.tasks.events import CheckOutcome, Notice, Progress
from app.tasks.target import aim
from tests.tasks.conftest import Hear, code_of


@pytest.mark.usefixtures("practice")
async def test_check_tells_each_check_its_progress_and_a_verdict(hear: Hear) -> None:
    events, verdict = await hear("check")
    outcomes = [event for event in events if isinstance(event, CheckOutcome)]
    progress = [event for event in events if isinstance(event, Progress)]
    assert verdict.verdict == "ready"
    assert {event.id for event in outcomes} >= {"C-URL", "C-AUTH", "F-MATCH"}
    assert [event.done for event in progress] == list(range(len(outcomes) + 1))
    assert {event.total for event in progress} == {len(outcomes)}


async def test_level_write_measures_what_the_engine_starts_with(hear: Hear, practice: PracticeApp) -> None:
    url = TenantUrl.parse(practice.tenant_url)
    async with ScimClient(url, practice.token) as client:
        before = [each["id"] async for each in client.list_all("Users")]
        events, verdict = await hear("check", level="write")
        assert [each["id"] async for each in client.list_all("Users")] == before
    assert verdict.level == "write"
    assert verdict.leftovers == []
    assert {"G-ADD", "P-FALSE"} <= {event.id for event in events if isinstance(event, CheckOutcome)}
    kept = read_figures(url.base)
    assert kept.member_portion == verdict.figures["member-portion"]
    assert kept.listing_reliable is True


@pytest.mark.usefixtures("practice")
async def test_a_cycle_keeps_to_what_the_app_was_seen_to_take(context: Context) -> None:
    base = context.tenant_url().base
    keep_figures(base, {"rate": 3.5, "member-portion": 7.0, "median-ms": 4.0})
    keep_figures(base, {"rate": 2.5})
    bound = (await aim(context)).profile
    assert (bound.rate, bound.member_portion) == (2.5, 7)
    assert bound.listing
    keep_figures(base, {"rate": 1e6, "member-portion": 1e6, "listing-reliable": 0.0})
    own = context.profile()
    bound = (await aim(context)).profile
    assert (bound.rate, bound.member_portion) == (own.rate, own.member_portion)
    assert not bound.listing


async def test_leftovers_of_an_earlier_test_are_told_and_can_be_removed(
    hear: Hear, practice: PracticeApp
) -> None:
    url = TenantUrl.parse(practice.tenant_url)
    name = "rollcall-check-left@example.com"
    async with ScimClient(url, practice.token) as client:
        made = await client.create("Users", {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
                                             "userName": name})  # fmt: skip
        with Journal.fresh(url.base, "left") as journal:
            journal.intend(TestObject("Users", "userName", name))
        events, _ = await hear("check")
        told = [event for event in events if isinstance(event, Notice) and event.code == "CHECK-LEFTOVERS"]
        assert name in told[0].text
        assert await client.get(f"/Users/{made['id']}") is not None
        events, verdict = await hear("check", clean=True)
        assert not any(isinstance(event, Notice) for event in events)
        assert verdict.leftovers == []
        assert await client.get(f"/Users/{made['id']}") is None


async def test_check_of_what_was_just_typed(hear: Hear, context: Context, practice: PracticeApp) -> None:
    url = practice.tenant_url
    context.plan = None
    _, verdict = await hear("check", tenant_url=f" {url}/Users ", profile="scim", matching=["userName"])
    assert verdict.verdict == "ready"


async def test_reports_are_saved_without_secrets_and_compared(
    hear: Hear, practice: PracticeApp, tmp_path: Path
) -> None:
    events, verdict = await hear("check")
    outcomes = [event.model_dump() for event in events if isinstance(event, CheckOutcome)]
    outcomes[0]["answered"] = f"the app said {practice.token}"
    given = {"tenant_url": practice.tenant_url, "outcomes": outcomes, "verdict": verdict.model_dump()}
    for name in ("report.html", "report.md", "report.json"):
        path = tmp_path / name
        _, exported = await hear("save-report", **given, path=str(path))
        assert exported.rows == len(outcomes)
        text = path.read_text(encoding="utf-8")
        assert practice.token not in text
        assert "C-AUTH" in text
    report = read_report((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report.verdict is not None
    assert report.verdict.sentence == verdict.sentence
    assert report.app == "Any SCIM 2.0 app"
    told = {each["id"]: each for each in outcomes}
    told["C-AUTH"].update(verdict="fail", code="ignored")
    _, compared = await hear("compare-reports", **given, before=str(tmp_path / "report.json"))
    assert [(row.id, row.kind, row.now) for row in compared.rows] == [("C-AUTH", "worse", "fail")]


async def test_reports_that_cannot_be_written_or_read(hear: Hear, small: SetupPlan, tmp_path: Path) -> None:
    given = {"tenant_url": "https://x.example/scim/v2", "outcomes": []}
    assert await code_of(hear, "save-report", **given, path=str(tmp_path / "no" / "r.html")) == "FILE-WRITE"
    nothing = tmp_path / "nothing.json"
    assert await code_of(hear, "compare-reports", **given, before=str(nothing)) == "REPORT-READ"
    nothing.write_text(json.dumps({"rows": 3}), encoding="utf-8")
    assert await code_of(hear, "compare-reports", **given, before=str(nothing)) == "REPORT-FORMAT"
    nothing.write_bytes(b"\xff\xfe\x00")
    assert await code_of(hear, "compare-reports", **given, before=str(nothing)) == "REPORT-READ"
