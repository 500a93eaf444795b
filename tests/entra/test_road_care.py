"""What the road stops before, or says first: people who would leave, apps and jobs of others, expressions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from app.entra.steps.step import Leaving
from app.setup.plan import Scope
from app.setup.plan_file import read_plan
from app.setup.problem import Problem
from tests.entra.walking import folder_in, tenant_of, walk, whole_plan, wish_for, wish_of


async def test_taking_people_out_of_scope_is_told_in_numbers_before_it_is_done(tmp_path: Path) -> None:
    tenant, folder = tenant_of("existing"), folder_in(tmp_path, "state")
    job = next(iter(tenant.jobs.values()))
    job["status"]["steadyStateFirstAchievedTime"] = "2026-01-05T11:00:41Z"
    job["status"]["synchronizedEntryCountByType"] = [{"key": "User to urn:x", "value": 11}]
    wish = wish_for(tenant, whole_plan(tmp_path / "plan"))
    asked: list[object] = []

    async def leavers(app: str, before: Scope, after: Scope) -> Leaving:
        asked.append((before.filters, [each.name for each in after.filters]))
        return Leaving(3, 1, 0, ["ann@contoso.com"])

    _, end = await walk(tenant, wish, folder, leavers=leavers)
    assert end.problem is not None
    assert end.problem.code == "PEOPLE-LEAVE"
    assert "takes 3 people out of scope" in end.problem.what
    assert asked == [([], ["Design"])]
    assert not any(call.startswith("PUT") and call.endswith("/schema") for call in tenant.log)
    events, end = await walk(
        tenant, replace(wish, people_may_leave=True), folder, resume=True, leavers=leavers
    )
    assert end.state == "done"
    codes = [event.code for event in events]
    assert codes.index("INITIAL-CYCLE") < codes.index("SCOPE-CHANGES")
    assert any("11 of type User today" in event.text for event in events)


async def test_going_from_everybody_to_those_assigned_is_told_in_numbers(tmp_path: Path) -> None:
    tenant, folder = tenant_of("existing"), folder_in(tmp_path, "state")
    next(iter(tenant.secrets.values()))["SyncAll"] = "True"
    wish = wish_for(tenant, whole_plan(tmp_path / "plan"))

    async def leavers(app: str, before: Scope, after: Scope) -> Leaving:
        return Leaving(int((before.who, after.who) == ("all", "assigned")), 0, 0, [])

    before = tenant.state()
    next(iter(tenant.jobs.values()))["status"]["steadyStateFirstAchievedTime"] = "2026-01-05T11:00:41Z"
    _, end = await walk(tenant, wish, folder, leavers=leavers)
    assert end.problem is not None
    assert end.problem.code == "PEOPLE-LEAVE"
    assert tenant.state() == before


async def test_an_expression_that_the_service_refuses_stops_before_anything_is_put(tmp_path: Path) -> None:
    tenant, folder = tenant_of("new"), folder_in(tmp_path, "state")
    wish = wish_for(tenant, whole_plan(tmp_path / "plan"))
    assert wish.plan.mappings.users is not None
    wish.plan.mappings.users[-1].source = "Nonsense([givenName])"
    _, end = await walk(tenant, wish, folder)
    assert end.problem is not None
    assert end.problem.code == "EXPRESSION-REFUSED"
    assert "displayName" in end.problem.what
    assert "Nonsense is not a function" in end.problem.why
    assert not any(call.startswith("PUT") and call.endswith("/schema") for call in tenant.log)


async def test_where_the_two_evaluations_differ_it_is_said(tmp_path: Path) -> None:
    tenant, folder = tenant_of("new"), folder_in(tmp_path, "state")
    wish = wish_for(tenant, whole_plan(tmp_path / "plan"))
    events, _ = await walk(tenant, wish, folder, evaluate=lambda expression, sample: "zoe")
    said = [event.text for event in events if event.code == "EXPRESSION-DIFFERS"]
    assert len(said) == 1
    assert "Microsoft's service gives 'ZOE' and Rollcall gives 'zoe'" in said[0]
    other, path = tenant_of("new"), tmp_path / "plan" / "pilot.toml"

    def own(expression: str, sample: Mapping[str, str]) -> str:
        return sample["givenName"].upper()

    events, _ = await walk(other, wish_for(other, path), folder_in(tmp_path, "s2"), evaluate=own)
    assert not any(event.code == "EXPRESSION-DIFFERS" for event in events)


async def test_an_app_of_that_name_and_a_running_job_are_not_touched_unasked(tmp_path: Path) -> None:
    path = whole_plan(tmp_path / "plan")
    tenant, folder = tenant_of("existing"), folder_in(tmp_path, "state")
    plan = read_plan(path)
    plan.entra.application_name = "Old"
    _, end = await walk(tenant, wish_of(path, plan), folder)
    assert end.problem is not None
    assert end.problem.code == "APP-NAME-TAKEN"
    next(iter(tenant.jobs.values()))["schedule"]["state"] = "Active"
    before = tenant.state()
    _, end = await walk(tenant, wish_for(tenant, path), folder_in(tmp_path, "s2"))
    assert end.problem is not None
    assert end.problem.code == "JOB-RUNNING"
    assert tenant.state() == before


async def test_a_run_for_another_app_or_tenant_is_not_mixed_with_an_earlier_one(tmp_path: Path) -> None:
    path = whole_plan(tmp_path / "plan")
    tenant, folder = tenant_of("new"), folder_in(tmp_path, "state")
    await walk(tenant, wish_for(tenant, path), folder)
    plan = read_plan(path)
    plan.entra.application = next(iter(tenant.principals))
    _, end = await walk(tenant, wish_of(path, plan, touch_running=True), folder)
    assert end.state == "done"
    plan.entra.application = ""
    plan.entra.application_name = "Another"
    with pytest.raises(Problem) as caught:
        await walk(tenant, wish_of(path, plan), folder)
    assert caught.value.code == "ROAD-OTHER-APP"
    (folder / "road.json").write_text("{", encoding="utf-8")
    with pytest.raises(Problem) as caught:
        await walk(tenant, wish_for(tenant, path), folder)
    assert caught.value.code == "ROAD-JOURNAL-UNREADABLE"
