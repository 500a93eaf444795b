"""What leaving comes to: the table of Entra's deprovisioning, row for row, and what is better here.

Source: Microsoft, "How provisioning works", section Deprovisioning; "Skip deletion of user accounts that go
out of scope".
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from app.setup.plan import Clause, Operator, ScopingFilter
from tests.engine.conftest import Bench
from tests.engine.cycle.scripted import ScriptedDirectory
from tests.engine.dated import tell_time
from tests.engine.faulty import FaultyScim

ANN, BO = "user1@contoso.com", "user2@contoso.com"
OFF, ON = "PATCH active=False", "PATCH active=True"


@dataclass
class Stage:
    """An app, a plan for Ann and Bo, and the writes that the app was sent."""

    bench: Bench
    app: FaultyScim
    ann: str
    bo: str
    writes: list[str]
    wrong: timedelta = timedelta()  # by how much this computer's clock is ahead of the app's, which is right

    async def run(self) -> list[str]:
        """Run a cycle; gives what was sent about users, and members as ``members``."""
        self.writes.clear()
        told = await self.bench.run()
        assert told.end.state == "succeeded", told.end.sentence
        return list(self.writes)

    def account(self, name: str) -> dict[str, object] | None:
        return next((each for each in self.app.state("User") if each["userName"] == name), None)

    def members(self) -> int:
        return len(self.app.state("Group")[0].get("members", []))

    # The events

    def unassign(self) -> None:
        self.bench.plan.scope.assigned = ["group:Team 1", f"user:{BO}"]
        self.bench.people.teams = {
            key: (name, [self.bo]) for key, (name, _) in self.bench.people.teams.items()
        }

    def assign(self) -> None:
        self.bench.plan.scope.assigned = ["group:Team 1", f"user:{ANN}", f"user:{BO}"]
        self.bench.people.teams = {
            key: (name, [self.ann, self.bo]) for key, (name, _) in self.bench.people.teams.items()
        }

    def fail_the_filter(self) -> None:
        self.bench.people.persons[self.ann]["department"] = "Law"

    def pass_the_filter(self) -> None:
        self.bench.people.persons[self.ann]["department"] = "Sales"

    def disable(self) -> None:
        self.bench.people.persons[self.ann]["accountEnabled"] = False

    def enable(self) -> None:
        self.bench.people.persons[self.ann]["accountEnabled"] = True

    def remove(self) -> None:
        """To the recycle bin; from a file, there is no telling where to."""
        self.removed = self.bench.people.persons.pop(self.ann)

    def restore(self) -> None:
        self.bench.people.persons[self.ann] = self.removed

    def delete_for_good(self) -> None:
        self.bench.people.persons.pop(self.ann, None)
        directory = self.bench.directory
        assert isinstance(directory, ScriptedDirectory)
        directory.gone.add(self.ann)

    def a_month_later(self) -> None:
        self.bench.clock.move(days=30, minutes=1)


@pytest.fixture
async def stage(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    async with FaultyScim() as app:
        bench = Bench(tmp_path / "state", app.tenant_url, app.token)
        made = Stage(bench, app, bench.people.add(1), bench.people.add(2), [])
        bench.people.team(1, [])
        bench.plan.scope.who = "assigned"
        bench.plan.scope.filters = [
            ScopingFilter(
                name="Sales",
                clauses=[Clause(attribute="department", operator=Operator.EQUALS, value="Sales")],
            )
        ]
        made.assign()

        def note(asked: object) -> str:
            method, target = asked.method, asked.target  # type: ignore[attr-defined]
            if method in {"PATCH", "DELETE", "POST"}:
                operations = asked.json["Operations"] if method == "PATCH" else []  # type: ignore[attr-defined]
                told = [f"{each['path']}={each['value']}" for each in operations if "Users" in target]
                made.writes.append(" ".join([method, *told]) if "Users" in target else "members")
            return ""

        app.fault = note
        tell_time(app, lambda: bench.clock.now() - made.wrong)
        yield made


Event = Callable[[Stage], None]
TABLE: list[tuple[str, list[Event], list[str]]] = [
    # What happens in one cycle after the other, and what the last of them sends about users.
    ("unassigned", [Stage.unassign], [OFF]),
    ("filter fails", [Stage.fail_the_filter], [OFF]),
    ("disabled in the source", [Stage.disable], [OFF]),
    ("in the recycle bin", [Stage.remove], [OFF]),
    # Disabled first, unlike Entra: a delete that does not happen leaves nobody in use.
    ("gone for good", [Stage.delete_for_good], [OFF, "DELETE"]),
    ("in the bin, then gone for good", [Stage.remove, Stage.delete_for_good], ["DELETE"]),
    ("in the bin for 30 days", [Stage.remove, Stage.a_month_later], ["DELETE"]),
    ("assigned again", [Stage.unassign, Stage.assign], [ON]),
    ("passes the filter again", [Stage.fail_the_filter, Stage.pass_the_filter], [ON]),
    ("enabled again", [Stage.disable, Stage.enable], [ON]),
    ("restored", [Stage.remove, Stage.restore], [ON]),
    # Better than Entra, which stops looking after somebody who was unassigned.
    ("unassigned, then in the bin", [Stage.unassign, Stage.remove], []),
    ("unassigned, in the bin, 30 days", [Stage.unassign, Stage.remove, Stage.a_month_later], ["DELETE"]),
    ("unassigned, then gone for good", [Stage.unassign, Stage.delete_for_good], ["DELETE"]),
]


# A file does not tell who is gone for good: the rows of those who are missing hold for them.
CASES = [
    pytest.param(source, events, sent, id=f"{source}: {name}")
    for name, events, sent in TABLE
    for source in ("file", "graph")
    if source == "graph" or Stage.delete_for_good not in events
]


@pytest.mark.parametrize(("source", "events", "sent"), CASES)
async def test_each_row_of_the_table(
    stage: Stage, tmp_path: Path, source: str, events: list[Event], sent: list[str]
) -> None:
    if source == "graph":
        stage.bench.directory = ScriptedDirectory(tmp_path / "mirror", stage.bench.people)
    await stage.run()
    assert stage.members() == 2
    for event in events:
        event(stage)
        writes = await stage.run()
    assert [each for each in writes if each != "members"] == sent
    ann = stage.account(ANN)
    assert (ann is None) == ("DELETE" in sent)
    if sent == [ON]:
        # Better than Entra, where memberships come back with a restart only.
        assert stage.members() == 2
    bo = stage.account(BO)
    assert bo is not None
    assert bo["active"] is True
    assert await stage.run() == []


def no_delete(stage: Stage) -> None:
    stage.bench.plan.actions.delete = False


def skip(stage: Stage) -> None:
    stage.bench.plan.actions.skip_out_of_scope_deletions = True


def no_active(stage: Stage) -> None:
    rows = [row for row in stage.bench.profile.users if row.target != "active"]
    stage.bench.plan.mappings.users = rows


def no_soft_delete(stage: Stage) -> None:
    stage.bench.profile = stage.bench.profile.model_copy(update={"soft_delete": False})


VARIANTS: list[tuple[str, Event, Event, list[str]]] = [
    ("the app cannot disable: unassigned", no_soft_delete, Stage.unassign, ["DELETE"]),
    ("the app cannot disable: disabled", no_soft_delete, Stage.disable, ["DELETE"]),
    ("the app cannot disable: in the bin", no_soft_delete, Stage.remove, ["DELETE"]),
    ("Delete is off: gone for good", no_delete, Stage.delete_for_good, [OFF]),
    ("no IsSoftDeleted: unassigned", no_active, Stage.unassign, []),
    ("no IsSoftDeleted: disabled", no_active, Stage.disable, []),
    ("skip: unassigned", skip, Stage.unassign, []),
    ("skip: filter fails", skip, Stage.fail_the_filter, []),
    ("skip: disabled in the source", skip, Stage.disable, [OFF]),
    ("skip: in the recycle bin", skip, Stage.remove, [OFF]),
]


@pytest.mark.parametrize(
    ("choice", "event", "sent"), [row[1:] for row in VARIANTS], ids=[row[0] for row in VARIANTS]
)
async def test_variants_of_the_table(
    stage: Stage, tmp_path: Path, choice: Event, event: Event, sent: list[str]
) -> None:
    stage.bench.directory = ScriptedDirectory(tmp_path / "mirror", stage.bench.people)
    choice(stage)
    await stage.run()
    event(stage)
    assert [each for each in await stage.run() if each != "members"] == sent
    stage.writes.clear()
    assert [each for each in await stage.run() if each != "members"] == []


async def test_skipped_deletions_are_made_up_for_when_the_choice_is_taken_back(stage: Stage) -> None:
    skip(stage)
    await stage.run()
    stage.fail_the_filter()
    assert await stage.run() == []
    stage.bench.plan.actions.skip_out_of_scope_deletions = False
    assert OFF in await stage.run()


async def test_a_member_and_a_manager_who_come_into_scope_later_are_added(stage: Stage) -> None:
    people = stage.bench.people
    people.persons[stage.bo]["manager"] = stage.ann
    stage.fail_the_filter()
    await stage.run()
    assert stage.account(ANN) is None
    assert stage.members() == 1
    stage.pass_the_filter()
    writes = await stage.run()
    assert "POST" in writes
    assert any("manager" in each for each in writes)
    assert stage.members() == 2


async def test_somebody_removed_keeps_waiting_when_the_clock_was_wrong(stage: Stage) -> None:
    """Set back: waiting begins anew. Nobody is deleted too soon, and nobody waits for ever."""
    await stage.run()
    stage.bench.clock.move(days=400)
    stage.wrong = timedelta(days=400)
    stage.remove()
    assert await stage.run() == [OFF, "members"]
    stage.bench.clock.move(days=-400)
    stage.wrong = timedelta()
    assert await stage.run() == []
    stage.bench.clock.move(days=29)
    assert await stage.run() == []
    stage.bench.clock.move(days=1, minutes=1)
    assert await stage.run() == ["DELETE"]


@pytest.mark.parametrize("wrong", [400, -3])
async def test_nobody_is_deleted_by_a_clock_that_the_app_contradicts(stage: Stage, wrong: int) -> None:
    """Set forward by mistake, a clock would make everybody due who left yesterday."""
    await stage.run()
    stage.remove()
    await stage.run()
    stage.bench.clock.move(days=33 + wrong)
    stage.wrong = timedelta(days=wrong)
    if wrong < 0:
        stage.bench.plan.safety.delete_after_days = 20
    told = await stage.bench.run()
    row = told.entry(ANN)
    assert (row.status, row.code) == ("warning", "CLOCK-WRONG")
    assert stage.account(ANN) is not None
    stage.bench.clock.move(days=-wrong)
    stage.wrong = timedelta()
    assert await stage.run() == ["DELETE"]
