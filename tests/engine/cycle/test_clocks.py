"""A clock that jumps: nobody is deleted too soon or waits for ever, and a sentence says what is held back.

Ann leaves, and is deleted after 30 days. Each test says what the clock does meanwhile, for an app that tells
the time in its answers and for one that does not.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.engine.state.store import Store
from app.people.record import Record
from tests.engine.conftest import Bench, People, Told
from tests.engine.dated import tell_time
from tests.engine.faulty import FaultyScim
from tests.servers.raw_server import Request

ANN = "user1@contoso.com"


@dataclass
class Place:
    """A computer whose clock may be wrong, an app whose clock is right, and Ann, who is to leave.

    Attributes:
        time: how much later it is than when the test began.
        wrong: by how much this computer's clock is ahead.
    """

    bench: Bench
    app: FaultyScim
    ann: str
    time: timedelta = field(default_factory=timedelta)
    wrong: timedelta = field(default_factory=timedelta)

    def truth(self) -> datetime:
        return datetime.now(UTC) + self.time

    def passes(self, **by: float) -> None:
        """Time goes by."""
        self.time += timedelta(**by)
        self.bench.clock.move(**by)

    def jumps(self, **by: float) -> None:
        """This computer's clock is set."""
        self.wrong += timedelta(**by)
        self.bench.clock.move(**by)

    def set_right(self) -> None:
        self.bench.clock.move(seconds=-self.wrong.total_seconds())
        self.wrong = timedelta()

    async def run(self) -> Told:
        told = await self.bench.run()
        assert told.end.state == "succeeded", told.end
        return told

    async def leaves(self) -> None:
        """Ann leaves, and a cycle sees it."""
        del self.bench.people.persons[self.ann]
        await self.run()

    @property
    def there(self) -> bool:
        return any(each["userName"] == ANN for each in self.app.state("User"))

    @property
    def active(self) -> bool:
        return any(each["userName"] == ANN and each["active"] for each in self.app.state("User"))

    def held(self, told: Told) -> str:
        """The code of the row that says that Ann is held back; empty when there is none."""
        return next((row.code for row in told.entries if row.name == ANN and row.status == "warning"), "")

    async def until_deleted(self, **each: float) -> timedelta:
        """Run cycles at such a pace until Ann is deleted; gives how long that took."""
        began = self.time
        while self.there:
            assert self.time - began < timedelta(days=100), "for ever"
            self.passes(**each)
            await self.run()
        return self.time - began


@pytest.fixture(params=["tells the time", "does not"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    async with FaultyScim() as app:
        bench = Bench(tmp_path / "state", app.tenant_url, app.token)
        made = Place(bench, app, bench.people.add(1))
        for number in (2, 3):
            bench.people.add(number)
        if request.param == "tells the time":
            tell_time(app, made.truth)
        await bench.run()
        yield made


def tells(place: Place) -> bool:
    return "_carry_out" in vars(place.app)


async def test_somebody_missing_for_thirty_days_is_deleted_then(place: Place) -> None:
    await place.leaves()
    assert not place.active
    taken = await place.until_deleted(days=1)
    assert timedelta(days=30) <= taken <= timedelta(days=31)


async def test_a_computer_that_was_off_for_a_month_deletes_with_a_days_delay_at_most(place: Place) -> None:
    await place.leaves()
    place.passes(days=45)
    told = await place.run()
    assert place.there is not tells(place)
    if place.there:
        assert place.held(told) == "CLOCK-UNSURE"
        row = told.entry(ANN)
        assert "far from the time when the cycle before ran" in row.reason
        assert row.remedy
        place.passes(hours=20)
        await place.run()
        assert place.there
        place.passes(hours=5)
        await place.run()
    assert not place.there


async def test_a_computer_that_is_on_once_in_a_month_deletes_all_the_same(place: Place) -> None:
    await place.leaves()
    assert await place.until_deleted(days=32) <= timedelta(days=96)


@pytest.mark.parametrize("years", [1, 10])
async def test_a_jump_forward_deletes_nobody_before_it_is_noticed(place: Place, years: int) -> None:
    await place.leaves()
    place.passes(days=2)
    await place.run()
    place.jumps(days=365 * years)
    for _ in range(5):
        told = await place.run()
        assert place.held(told) == ("CLOCK-WRONG" if tells(place) else "CLOCK-UNSURE")
        assert place.there
        place.passes(hours=1)
    place.set_right()
    for _ in range(26):
        place.passes(days=1)
        await place.run()
        assert place.there
    # What was known of the waiting holds again, and costs two days at most.
    assert await place.until_deleted(days=1) <= timedelta(days=4)


async def test_a_wrong_clock_that_the_app_contradicts_deletes_nobody_ever(place: Place) -> None:
    if not tells(place):
        tell_time(place.app, place.truth)
    await place.leaves()
    place.jumps(days=400)
    for _ in range(20):
        place.passes(days=1)
        await place.run()
    assert place.there
    place.set_right()
    taken = await place.until_deleted(days=1)
    assert timedelta(days=10) <= taken <= timedelta(days=12)


@pytest.mark.parametrize("cycles", [1, 3])
async def test_who_leaves_while_the_clock_is_back_by_years_is_not_deleted_when_it_is_right_again(
    place: Place, cycles: int
) -> None:
    """A computer without a battery was off for a while and begins at 2016; later it asks for the time."""
    place.passes(days=25)
    place.jumps(days=-3650)
    del place.bench.people.persons[place.ann]
    for _ in range(cycles):
        await place.run()
        place.passes(minutes=40)
    assert not place.active
    place.set_right()
    taken = await place.until_deleted(hours=12)
    assert timedelta(days=30) <= taken <= timedelta(days=32)


async def test_the_same_of_somebody_who_has_no_access_any_more(place: Place) -> None:
    """There is nothing to send, so nothing has the app tell the time by the way."""
    place.bench.people.persons[place.ann]["accountEnabled"] = False
    await place.run()
    place.passes(days=25)
    place.jumps(days=-3650)
    await place.leaves()
    place.set_right()
    taken = await place.until_deleted(hours=12)
    assert timedelta(days=30) <= taken <= timedelta(days=33)


async def test_the_same_where_the_app_could_not_be_reached_meanwhile(place: Place) -> None:
    """With a clock that is years behind, no certificate holds: each cycle ends at its first request."""
    place.jumps(days=-3650)
    del place.bench.people.persons[place.ann]
    place.app.fault = lambda request: "reset"
    for _ in range(60):
        assert (await place.bench.run()).end.state == "failed"
        place.passes(hours=1)
    place.app.mend()
    place.set_right()
    taken = await place.until_deleted(hours=12)
    assert not place.active
    assert timedelta(days=30) <= taken <= timedelta(days=33)


@pytest.mark.parametrize("days", [-3650, 400])
async def test_a_clock_that_was_wrong_for_a_while_costs_no_waiting(place: Place, days: int) -> None:
    await place.leaves()
    place.passes(days=5)
    await place.run()
    place.jumps(days=days)
    await place.run()
    place.set_right()
    assert await place.until_deleted(days=1) <= timedelta(days=27)


@pytest.mark.parametrize("days", [-400, 400])
@pytest.mark.parametrize("wrong_at_first", [True, False])
async def test_a_jump_while_a_cycle_runs_deletes_nobody(
    place: Place, days: int, wrong_at_first: bool
) -> None:
    """Before the first answer, or before all of it: the clock is set while somebody else is being changed."""
    await place.leaves()
    place.passes(days=3)
    await place.run()
    if wrong_at_first:
        place.jumps(days=days)
    for held in place.bench.people.persons.values():
        held["department"] = "Law"

    def jump(request: Request) -> str:
        if request.method == "PATCH" and b"Law" in request.body:
            place.app.fault = lambda request: ""
            place.set_right() if wrong_at_first else place.jumps(days=days)
        return ""

    place.app.fault = jump
    for _ in range(5):
        await place.run()
        assert place.there
        place.passes(hours=1)
    place.set_right()
    for _ in range(25):
        place.passes(days=1)
        await place.run()
        assert place.there
    assert await place.until_deleted(days=1) <= timedelta(days=5)


@pytest.mark.parametrize("days", [-3650, 400])
async def test_a_jump_while_the_source_is_read_deletes_nobody(place: Place, days: int) -> None:
    """One person left three days ago, and another one leaves now. The clock is soon right again."""
    await place.leaves()
    place.passes(days=3)
    await place.run()
    people = place.bench.people
    gone = next(iter(people.persons))
    name = people.persons.pop(gone)["userPrincipalName"]

    class Jumps(People):
        def users(self) -> Iterator[Record]:
            yield from People.users(people)
            place.jumps(days=days)

    place.bench.directory = Jumps()
    await place.run()
    place.bench.directory = None
    place.set_right()
    for _ in range(25):
        assert place.there
        assert any(each["userName"] == name for each in place.app.state("User"))
        place.passes(days=1)
        await place.run()
    assert await place.until_deleted(days=1) <= timedelta(days=5)


async def test_the_app_has_told_the_time_before_anybody_is_deleted(place: Place) -> None:
    """Also in a cycle that has nothing else to do."""
    await place.leaves()
    for _ in range(5):
        place.passes(days=5, hours=20)
        told = await place.run()
        assert told.end.requests == 0
    place.passes(days=2)
    before = len(place.app.server.requests)
    await place.run()
    assert not place.there
    methods = [each.method for each in place.app.server.requests[before:]]
    assert methods.index("GET") < methods.index("DELETE")


async def test_an_app_that_does_not_tell_the_time_is_asked_for_it_once_in_a_day(place: Place) -> None:
    place.jumps(days=400)
    await place.leaves()
    asked = 0
    for _ in range(20):
        place.passes(hours=1)
        asked += (await place.run()).end.requests
    assert asked <= (20 if tells(place) else 1)


async def test_who_is_held_back_and_has_access_still_loses_it(place: Place) -> None:
    """Disabling failed, and the clock jumped before it was tried again."""
    key = place.ann
    place.app.fault = lambda request: "400" if request.method == "PATCH" else ""
    del place.bench.people.persons[key]
    await place.bench.run()
    place.app.mend()
    assert place.active
    place.jumps(days=400)
    told = await place.run()
    assert place.there
    assert not place.active
    assert "not deleted yet" in str(told.entry(ANN).steps)


async def test_an_app_that_cannot_disable_has_no_time_to_wait_for(place: Place) -> None:
    place.bench.profile = place.bench.profile.model_copy(update={"soft_delete": False})
    place.jumps(days=400)
    await place.leaves()
    assert not place.there


async def test_a_killed_cycle_in_doubt_leaves_no_wrong_time_behind(place: Place) -> None:
    place.jumps(days=-3650)
    del place.bench.people.persons[place.ann]
    task = asyncio.create_task(place.bench.run())

    def cut(request: Request) -> str:
        asyncio.get_running_loop().call_later(0.001, task.cancel)
        return "reset"

    place.app.fault = cut
    with pytest.raises(asyncio.CancelledError):
        await task
    place.app.mend()
    place.set_right()
    taken = await place.until_deleted(hours=12)
    assert timedelta(days=30) <= taken <= timedelta(days=32)


async def test_the_log_loses_nothing_by_a_clock_in_doubt(place: Place, tmp_path: Path) -> None:
    def rows() -> int:
        with Store.look(place.bench.folder) as store:
            return store.export_log(tmp_path / "log.csv")

    for _ in range(5):
        place.passes(hours=1)
        await place.run()
    before = rows()
    assert before
    place.jumps(days=4000)
    await place.run()
    assert rows() == before
