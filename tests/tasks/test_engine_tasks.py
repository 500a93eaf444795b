"""The engine's tasks beyond a cycle, on the practice app: on demand, drift, points of the plot."""

from __future__ import annotations

import httpx
import pytest

from app.engine.state.store import Store
from app.practice.app import PracticeApp
from app.setup.plan import Place, SetupPlan
from app.setup.problem import Problem
from app.tasks.context import Context
from app.tasks.events import Progress
from tests.tasks.conftest import Hear


def people_in(practice: PracticeApp) -> list[dict[str, object]]:
    headers = {"Authorization": f"Bearer {practice.token}"}
    answer = httpx.get(f"{practice.tenant_url}/Users?count=500", headers=headers, trust_env=False)
    found: list[dict[str, object]] = answer.json()["Resources"]
    return found


def switch_off(practice: PracticeApp, account: str) -> None:
    patch = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "active", "value": False}],
    }
    headers = {"Authorization": f"Bearer {practice.token}"}
    httpx.patch(f"{practice.tenant_url}/Users/{account}", headers=headers, json=patch, trust_env=False)


async def test_a_group_with_a_member_in_practice(hear: Hear, context: Context, plan: SetupPlan) -> None:
    plan.run.where = Place.PRACTICE
    _, people = await hear("list-people", kind="group", limit=1)
    group = people.rows[0]
    member = next(each for each in context.directory().groups() if each.id == group.id).members[0]
    events, report = await hear("provision-one", group=group.name, members=[member])
    assert (report.kind, report.action, report.status) == ("group", "create", "success")
    assert [step.name for step in report.steps] == ["import", "scope", "match", "export", "reference"]
    assert [each.source_id for each in report.members] == [member]
    assert report.sentence == f"{group.name} was created in the app."
    assert context.shared.practice is not None
    assert len(people_in(context.shared.practice)) == 1
    assert any(isinstance(event, Progress) for event in events)
    # Nothing of it counts as a cycle.
    _, points = await hear("cycle-points")
    assert points.points == []
    _, status = await hear("status")
    assert status.state == "never-run"


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, "NOBODY-CHOSEN"),
        ({"person": "x", "group": "y"}, "NOBODY-CHOSEN"),
        ({"person": "nobody@contoso.com"}, "NO-SUCH-PERSON"),
    ],
)
async def test_choices_that_cannot_be(
    hear: Hear, practice: PracticeApp, params: dict[str, str], code: str
) -> None:
    with pytest.raises(Problem) as caught:
        await hear("provision-one", **params)
    assert caught.value.code == code


async def test_drift_is_found_and_repaired_and_cycles_are_points(
    hear: Hear, context: Context, practice: PracticeApp
) -> None:
    for task, params in (("drift", {"last": True}), ("repair-drift", {"all": True})):
        with pytest.raises(Problem) as caught:
            await hear(task, **params)
        assert caught.value.code == "NOT-COMPARED"
    await hear("run")
    events, whole = await hear("drift")
    assert (whole.total, whole.failures) == (0, 0)
    assert "all are as they should be" in whole.sentence
    assert {event.text for event in events if isinstance(event, Progress)} >= {"Comparing people"}

    # No guest: they have another name in the source.
    somebody = next(
        each for each in people_in(practice) if each["active"] and "contoso" in str(each["userName"])
    )
    switch_off(practice, str(somebody["id"]))
    _, found = await hear("drift")
    (row,) = found.rows
    assert (row.name, row.what) == (somebody["userName"], "disabled")
    assert [(each.old, each.new) for each in row.changes] == [("False", "True")]
    _, again = await hear("drift", last=True)
    assert again == found
    with Store.open(context.state()), pytest.raises(Problem) as caught:
        await hear("drift")
    assert caught.value.code == "STATE-IN-USE"
    _, end = await hear("repair-drift", ids=[row.id])
    assert (end.state, end.kind, end.counts["update"]) == ("succeeded", "repair", 1)
    _, whole = await hear("drift")
    assert whole.total == 0

    _, points = await hear("cycle-points", limit=5)
    assert [each.kind for each in points.points] == ["initial", "repair"]
    assert points.points[1].counts["update"] == 1
    assert points.points[0].began < points.points[1].began
