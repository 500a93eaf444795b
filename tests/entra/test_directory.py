"""The tenant as a source: everybody once, then changes; forgotten links, removed people, names of old."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.entra.clouds import practice
from app.entra.directory import EntraDirectory
from app.entra.graph import GraphClient
from app.entra.graph_problem import GraphProblem
from app.entra.names import GRAPH_NAMES, translated
from app.people.csv_source import DOWNLOAD_COLUMNS
from app.people.record import ChangingDirectory, Removed
from tests.entra.conftest import QUICK, Tokens, graph_answer, graph_error
from tests.servers.raw_server import RawServer, Request

USER = "#microsoft.graph.user"
ANN = {
    "id": "AAAA-1", "userPrincipalName": "ann@contoso.example", "displayName": "Ann", "accountEnabled": True,
    "businessPhones": ["+47 1", "+47 2"], "mobilePhone": None, "officeLocation": "Oslo", "surname": "Berg",
    "proxyAddresses": ["SMTP:a", "smtp:b"], "manager@delta": [{"@odata.type": USER, "id": "BBBB-2"}],
}  # fmt: skip
BOB = {"id": "BBBB-2", "userPrincipalName": "bob@contoso.example", "accountEnabled": False}


class Deltas:
    """Answers delta queries from what a test puts in: a list of pages for each reading."""

    def __init__(self) -> None:
        self.users: list[list[list[dict[str, Any]]]] = []
        self.groups: list[list[list[dict[str, Any]]]] = []
        self.targets: list[str] = []
        self.fault: dict[tuple[str, str], bytes] = {}

    def respond(self, request: Request, writer: object) -> bytes:
        self.targets.append(request.target)
        path = urlsplit(request.target).path
        token = request.target.partition("?")[2].partition("=")[0]
        if fault := self.fault.pop((token, path.split("/")[2]), None):
            return fault
        readings = self.users if "/users/" in path else self.groups
        pages = readings[0]
        page = pages.pop(0)
        here = f"http://{request.headers['host']}{path}"
        if pages:
            return graph_answer(200, {"value": page, "@odata.nextLink": f"{here}?$skiptoken={len(pages)}"})
        readings.pop(0)
        return graph_answer(200, {"value": page, "@odata.deltaLink": f"{here}?$deltatoken={len(readings)}"})


@pytest.fixture
def deltas() -> Deltas:
    return Deltas()


@pytest.fixture
def clock() -> list[datetime]:
    return [datetime(2026, 1, 5, tzinfo=UTC)]


@pytest.fixture
async def directory(deltas: Deltas, clock: list[datetime], tmp_path: Path) -> Any:
    async with RawServer(deltas.respond) as server:
        cloud = practice(f"http://127.0.0.1:{server.port}")
        opened: Callable[[], GraphClient] = lambda: GraphClient(cloud, Tokens(), waits=QUICK)  # noqa: E731
        with EntraDirectory(tmp_path, opened, now=lambda: clock[0]) as made:
            yield made


def names(records: Iterator[Any]) -> list[str]:
    return sorted(record.name for record in records)


async def test_everybody_once_with_names_of_old_and_then_changes(
    directory: EntraDirectory, deltas: Deltas
) -> None:
    assert isinstance(directory, ChangingDirectory)
    member = {"@odata.type": USER, "id": "AAAA-1"}
    deltas.users = [[[ANN], [], [BOB]]]
    group = {"id": "GGGG-1", "displayName": "Designers"}
    phone = {"@odata.type": "#microsoft.graph.device", "id": "D-1"}
    first, second = [member, phone], [{"id": "BBBB-2"}]
    deltas.groups = [[[{**group, "members@delta": first}], [{**group, "members@delta": second}]]]
    await directory.catch_up()
    ann = directory.find("user", "aaaa-1")
    assert ann is not None
    assert ann.attributes["telephoneNumber"] == "+47 1"
    assert ann.attributes["physicalDeliveryOfficeName"] == "Oslo"
    assert ann.attributes["proxyAddresses"] == ["SMTP:a", "smtp:b"]
    assert ann.attributes["manager"] == "bbbb-2"
    assert ann.attributes["objectId"] == "aaaa-1"
    assert "mobile" not in ann.attributes
    assert [sorted(each.members) for each in directory.groups()] == [["aaaa-1", "bbbb-2"]]
    selected = parse_qs(urlsplit(deltas.targets[0]).query)["$select"][0].split(",")
    assert {"id", "accountEnabled", "officeLocation", "manager", "employeeId"} <= set(selected)
    assert all("$select" not in target for target in deltas.targets[1:3])

    mark = directory.watermark()
    moved = {"id": "AAAA-1", "department": "Sales", "displayName": None}
    deltas.users = [[[moved, {"id": "BBBB-2", "@removed": {"reason": "changed"}}]]]
    deltas.groups = [
        [[{"id": "GGGG-1", "members@delta": [{"id": "BBBB-2", "@removed": {"reason": "deleted"}}]}]]
    ]
    await directory.catch_up()
    changed = list(directory.changes("user", mark) or ())
    assert Removed("user", "bbbb-2", restorable=True) in changed
    ann = directory.find("user", "aaaa-1")
    assert ann is not None
    assert ann.attributes["department"] == "Sales"
    assert ann.attributes["userPrincipalName"] == "ann@contoso.example"
    assert "displayName" not in ann.attributes
    assert [each.members for each in directory.groups()] == [("aaaa-1",)]


async def test_replayed_objects_change_nothing(directory: EntraDirectory, deltas: Deltas) -> None:
    deltas.users = [[[ANN, BOB], [{"id": "AAAA-1", "jobTitle": "Lead"}, BOB]]]
    deltas.groups = [[[]]]
    await directory.catch_up()
    ann = directory.find("user", "aaaa-1")
    assert ann is not None
    assert ann.attributes["jobTitle"] == "Lead"
    assert ann.attributes["manager"] == "bbbb-2"
    mark = directory.watermark()
    deltas.users, deltas.groups = [[[BOB]]], [[[]]]
    await directory.catch_up()
    assert list(directory.changes("user", mark) or ()) == []


async def test_a_manager_comes_and_goes(directory: EntraDirectory, deltas: Deltas) -> None:
    gone = {"id": "AAAA-1", "manager@delta": [{"id": "BBBB-2", "@removed": {"reason": "deleted"}}]}
    deltas.users, deltas.groups = [[[ANN, BOB]], [[gone]]], [[[]], [[]]]
    await directory.catch_up()
    await directory.catch_up()
    ann = directory.find("user", "aaaa-1")
    assert ann is not None
    assert "manager" not in ann.attributes


@pytest.mark.parametrize("how", ["410", "seven days", "anew"])
async def test_a_forgotten_link_reads_everybody_again(
    directory: EntraDirectory, deltas: Deltas, clock: list[datetime], how: str
) -> None:
    deltas.users, deltas.groups = [[[ANN, BOB]]], [[[]]]
    await directory.catch_up()
    if how == "410":
        gone = graph_error(410, "syncStateNotFound")
        deltas.fault = {("$deltatoken", "users"): gone, ("$deltatoken", "groups"): gone}
    clock[0] += timedelta(days=7) if how == "seven days" else timedelta(minutes=6)
    mark = directory.watermark()
    deltas.users, deltas.groups = [[[ANN]]], [[[]]]
    deltas.targets.clear()
    await directory.catch_up(anew=how == "anew")
    assert names(directory.users()) == ["ann@contoso.example"]
    assert list(directory.changes("user", mark) or ()) == [Removed("user", "bbbb-2", restorable=True)]
    assert sum("$select" in target for target in deltas.targets) == 2
    assert len(deltas.targets) == (4 if how == "410" else 2)


async def test_within_seven_days_only_changes_are_asked_for(
    directory: EntraDirectory, deltas: Deltas, clock: list[datetime]
) -> None:
    deltas.users, deltas.groups = [[[ANN]], [[]]], [[[]], [[]]]
    await directory.catch_up()
    clock[0] += timedelta(days=6, hours=20)
    deltas.targets.clear()
    await directory.catch_up()
    assert all("$deltatoken" in target for target in deltas.targets)
    assert names(directory.users()) == ["ann@contoso.example"]


async def test_a_reading_that_breaks_off_takes_nobody_away(
    directory: EntraDirectory, deltas: Deltas, clock: list[datetime]
) -> None:
    deltas.users, deltas.groups = [[[ANN, BOB]]], [[[]]]
    await directory.catch_up()
    clock[0] += timedelta(minutes=6)
    deltas.users = [[[ANN], [BOB]]]
    deltas.fault = {("$skiptoken", "users"): graph_error(403, "Authorization_RequestDenied")}
    with pytest.raises(GraphProblem):
        await directory.catch_up(anew=True)
    assert names(directory.users()) == ["ann@contoso.example", "bob@contoso.example"]


def test_the_names_are_those_of_the_admin_centers_file() -> None:
    assert set(GRAPH_NAMES) & set(DOWNLOAD_COLUMNS) >= {
        "physicalDeliveryOfficeName",
        "telephoneNumber",
        "mobile",
    }
    assert translated(
        {"id": "x", "a@odata.type": "y", "faxNumber": "1", "nested": {}, "businessPhones": []}
    ) == {
        "facsimileTelephoneNumber": "1",
        "telephoneNumber": None,
    }


async def test_what_was_read_just_now_is_not_read_again_from_the_start(
    directory: EntraDirectory, deltas: Deltas, clock: list[datetime]
) -> None:
    deltas.users, deltas.groups = [[[ANN]], [[BOB]]], [[[]], [[]]]
    await directory.be_fresh()
    await directory.be_fresh()
    assert len(deltas.targets) == 2
    await directory.catch_up(anew=True)
    assert all("$deltatoken" in target for target in deltas.targets[2:])
    assert len(names(directory.users())) == 2
