"""What one answer of the app is worth: it is about one object, it may be wrong, and it is compared."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from app.engine.state.store import Store
from tests.engine.conftest import Bench
from tests.engine.faulty import FaultyScim
from tests.servers.raw_server import Request, answer

ANN = "user1@contoso.com"


@pytest.fixture
async def app():  # type: ignore[no-untyped-def]
    async with FaultyScim() as server:
        yield server


@pytest.fixture
def bench(app, make_bench) -> Bench:  # type: ignore[no-untyped-def]
    return make_bench(app)  # type: ignore[no-any-return]


def instead(app: FaultyScim, change: Callable[[Request, bytes], bytes]) -> None:
    """Have the app's answers pass through a function."""
    respond = app.server.respond

    def changed(request: Request, writer: object) -> bytes:
        return change(request, respond(request, writer))  # type: ignore[arg-type]

    app.server.respond = changed  # type: ignore[assignment]


def body_of(given: bytes) -> dict[str, object]:
    found: dict[str, object] = json.loads(given.partition(b"\r\n\r\n")[2])
    return found


async def test_an_id_of_somebody_else_displaces_nobody(app: FaultyScim, bench: Bench) -> None:
    first = bench.people.add(1)
    bench.people.add(2)
    await bench.run()
    other = next(each["id"] for each in app.state("User") if each["userName"] == ANN)
    del bench.people.persons[first]
    await bench.run()
    third = bench.people.add(3)
    respond = app.server.respond
    instead(
        app,
        lambda request, given: (
            answer(201, {**body_of(given), "id": other}) if request.method == "POST" else given
        ),
    )
    told = await bench.run()
    row = told.entry("user3@contoso.com")
    assert (row.status, told.end.state) == ("failure", "failures")
    app.server.respond = respond
    await bench.run()
    accounts = {each["userName"]: each["id"] for each in app.state("User")}
    with Store.look(bench.folder) as store:
        found = [store.links.get("user", key) for key in (first, third)]
    links = {link.source_id: link.target_id for link in found if link is not None}
    assert links == {first: accounts[ANN], third: accounts["user3@contoso.com"]}


@pytest.mark.parametrize("bad", ["..", ".", " ", "a\nb", "x" * 2000])
async def test_an_id_that_is_no_part_of_an_address_is_a_failure_of_one_person(
    app: FaultyScim, bench: Bench, bad: str
) -> None:
    bench.people.add(1)
    await bench.run()
    bench.people.add(2)
    bench.people.add(3)

    def change(request: Request, given: bytes) -> bytes:
        if request.method == "POST" and b"user2@" in request.body:
            app.store.held["Users"].pop(str(body_of(given)["id"]))
            app.store.names["Users"].pop("user2@contoso.com")
            app.store.order["Users"].pop()
            return answer(201, {**body_of(given), "id": bad})
        return given

    instead(app, change)
    told = await bench.run()
    assert told.entry("user2@contoso.com").status == "failure"
    assert told.entry("user3@contoso.com").status == "success"


async def test_a_conflict_that_no_search_shows_has_the_remedy_of_an_invitation(
    app: FaultyScim, bench: Bench
) -> None:
    bench.people.add(1)
    instead(
        app,
        lambda request, given: (
            answer(409, {"status": "409", "detail": "is invited"})
            if request.method == "POST"
            else answer(200, {"totalResults": 0, "Resources": []})
        ),
    )
    row = (await bench.run()).entry(ANN)
    assert row.code == "CONFLICT-UNSEEN"
    assert "invitation" in row.remedy
    assert "is invited" in row.answer


async def test_a_change_that_the_answer_does_not_show_is_no_success(app: FaultyScim, bench: Bench) -> None:
    key = bench.people.add(1)
    await bench.run()
    bench.people.persons[key]["surname"] = "Married"

    def keeps(request: Request, given: bytes) -> bytes:
        if request.method != "PATCH":
            return given
        (held,) = app.store.held["Users"].values()
        held["name"]["familyName"] = "Number1"
        return answer(200, held)

    instead(app, keeps)
    row = (await bench.run()).entry(ANN)
    assert (row.status, row.code) == ("warning", "NOT-KEPT")
    assert "'Number1' and not 'Married'" in row.reason
    assert (await bench.run()).end.requests == 0, "it is told once"


async def test_a_rename_that_switches_the_account_off_is_put_right(app: FaultyScim, bench: Bench) -> None:
    key = bench.people.add(1)
    await bench.run()
    bench.people.persons[key]["userPrincipalName"] = "married1@contoso.com"
    renamed: list[str] = []

    def spoils(request: Request, given: bytes) -> bytes:
        if request.method == "PATCH" and b"married1" in request.body and not renamed:
            renamed.append(request.target)
            (held,) = app.store.held["Users"].values()
            held["active"] = False
            return answer(200, held)
        return given

    instead(app, spoils)
    row = (await bench.run()).entry("married1@contoso.com")
    assert [each["active"] for each in app.state("User")] == [True]
    assert any("active" in step.text and step.status == "warning" for step in row.steps)


async def test_a_search_that_finds_by_the_beginning_takes_nobody_else(app: FaultyScim, bench: Bench) -> None:
    bench.people.add(10)
    await bench.run()

    def by_prefix(request: Request, given: bytes) -> bytes:
        if request.method == "GET" and "user1" in request.target and "filter" in request.target:
            found = [each for each in app.state("User") if each["userName"].startswith("user1")]
            return answer(200, {"totalResults": len(found), "Resources": found})
        return given

    instead(app, by_prefix)
    bench.people.add(1, userPrincipalName="user1")
    told = await bench.run()
    assert told.entry("user1").status == "success"
    assert {each["userName"] for each in app.state("User")} == {"user1", "user10@contoso.com"}


async def test_a_sign_in_page_in_front_of_everything_is_not_taken_for_gone_people(
    app: FaultyScim, bench: Bench
) -> None:
    keys = [bench.people.add(number) for number in (1, 2, 3)]
    await bench.run()
    for key in keys:
        bench.people.persons[key]["department"] = "Research"
    seen: list[str] = []

    def page(request: Request, given: bytes) -> bytes:
        seen.append(request.method)
        if len(seen) < 2:
            return given
        return answer(404, b"<html>sign in</html>", kind="text/html")

    instead(app, page)
    told = await bench.run()
    assert told.end.problem is not None
    assert told.end.problem.code == "ANSWER-HTML"
    assert "POST" not in seen, "people were taken for gone, and made again"


async def test_e_mails_without_a_type_are_no_difference(app: FaultyScim, bench: Bench) -> None:
    bench.people.add(1)
    await bench.run()
    (held,) = app.store.held["Users"].values()
    for emails in ([{"value": held["emails"][0]["value"]}], [held["emails"][0]["value"]]):
        held["emails"] = emails
        rows = [row.model_copy() for row in bench.profile.users]
        bench.plan.mappings.users = [row for row in rows if row.target != "displayName"]
        assert (await bench.run()).end.counts.get("update") is None
        bench.plan.mappings.users = None
        await bench.run()
        assert len(held["emails"]) == 1
