"""Exit code 0 means that all is well: who waits, and each row that could not be read, is named."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, ClassVar

import pytest

from app.practice.app import PracticeApp
from app.setup.plan import SetupPlan
from app.setup.plan_file import write_plan
from tests.cli.asking import Rollcall

TOKEN = "tok/planted+8c1f52aa90=="
HEADER = "userPrincipalName,displayName,objectId,accountEnabled,manager"
WORDS = f"The key name cannot have special characters. \x1b[31m\u202e {TOKEN}"


class Strict(BaseHTTPRequestHandler):
    """Takes some people, and refuses others in its own words."""

    users: ClassVar[dict[str, dict[str, Any]]] = {}
    refused: ClassVar[set[str]] = set()
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Quiet."""

    def _say(self, status: int, body: dict[str, Any]) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/scim+json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _refuse(self) -> None:
        self._say(400, {"status": "400", "scimType": "invalidValue", "detail": WORDS})

    def _sent(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"] or 0)))
        return body

    def do_GET(self) -> None:  # noqa: N802 - the base class's name
        found = self.users.get(self.path.rpartition("/")[2])
        if found:
            self._say(200, found)
            return
        rows = [
            each for each in self.users.values() if each["userName"] in self.path or "filter" not in self.path
        ]
        self._say(200, {"totalResults": len(rows), "Resources": rows})

    def do_POST(self) -> None:  # noqa: N802 - the base class's name
        body = self._sent()
        if body["userName"] in self.refused:
            self._refuse()
            return
        body["id"] = str(len(self.users) + 1)
        self.users[body["id"]] = body
        self._say(201, body)

    def do_PATCH(self) -> None:  # noqa: N802 - the base class's name
        self._sent()
        self._refuse()


@pytest.fixture
def strict(serve: Callable[[type[BaseHTTPRequestHandler]], str]) -> str:
    Strict.users, Strict.refused = {}, set()
    return serve(Strict)


def plan_of(folder: Path, url: str, *rows: str) -> Path:
    plan = SetupPlan()
    plan.app.profile, plan.app.tenant_url = "scim", url
    plan.source.users, plan.scope.who = "users.csv", "all"
    write_plan(folder / "pilot.toml", plan)
    people(folder, *rows)
    return folder / "pilot.toml"


def people(folder: Path, *rows: str) -> None:
    (folder / "users.csv").write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")


def person(number: int, enabled: str = "True", manager: str = "") -> str:
    key = f"aaaaaaaa-0000-0000-0000-{number:012d}"
    return f"p{number}@contoso.com,Person {number},{key},{enabled},{manager}"


def test_rows_that_could_not_be_read_are_told_by_line_in_every_command(
    rollcall: Rollcall, empty_app: PracticeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The case faulty_rows.csv: unclear accountEnabled, no user name, an id twice, an unknown manager."""
    monkeypatch.setenv("ROLLCALL_TOKEN", empty_app.token)
    faulty = [person(1, manager="Bob Boss"), person(2, "maybe"), f",{person(3).partition(',')[2]}", person(1)]
    plan = plan_of(tmp_path, empty_app.tenant_url, *faulty, person(4))
    whys = {2: "Bob Boss", 3: "maybe", 4: "no userPrincipalName", 5: "same objectId"}

    for command in (("preview",), ("sync",), ("status",), ("drift",), ("provision", "p4@contoso.com")):
        name, *rest = command
        said = rollcall(name, plan, *rest)
        assert said.code == 1, said
        told = rollcall(name, plan, *rest, "--json")
        assert told.code == 1, told
        found = {row["line"]: row["text"] for row in told.result["unread"]}
        assert found.keys() == whys.keys()
        for line, why in whys.items():
            assert why in found[line]
            assert why in said.out.replace("\n", " "), (name, said.out)

    unknown = rollcall("provision", plan, "p2@contoso.com")
    assert unknown.code == 1
    assert "users.csv, line 3: accountEnabled is 'maybe'" in unknown.err

    log = rollcall("log", plan, "--status", "warning", "--format", "json", "--limit", "1000")
    rows = [row for row in map(json.loads, log.out.splitlines()) if row["code"] == "ROW-UNREAD"]
    assert {row["name"] for row in rows} == {"p1@contoso.com", "p2@contoso.com", "Person 3"}
    assert {part for row in rows for part in whys if f"line {part}" in row["reason"]} == whys.keys()
    assert all(row["reason"] and row["remedy"] for row in rows)
    assert "ROW-UNREAD" in rollcall("log", plan, "--format", "csv").out

    people(tmp_path, person(1), person(4))
    assert rollcall("sync", plan).code == 0
    assert rollcall("status", plan).code == 0
    assert rollcall("drift", plan).code == 0


def test_the_apps_own_words_stand_wherever_they_are_announced(
    rollcall: Rollcall, strict: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLLCALL_TOKEN", TOKEN)
    Strict.refused = {"p1@contoso.com"}
    plan = plan_of(tmp_path, strict, person(1), person(2))
    words = "HTTP 400 invalidValue: The key name cannot have special characters."
    said = rollcall("sync", plan)
    assert said.code == 1
    log, one = rollcall("log", plan), rollcall("provision", plan, "p1@contoso.com")
    assert "p1@contoso.com could not be created in the app." in one.out
    assert "was created" not in one.out
    status, rows = rollcall("status", plan), rollcall("log", plan, "--format", "csv").out
    for shown in (said.out, log.out, one.out, status.out):
        assert words in " ".join(shown.split())
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert TOKEN not in shown
    row, _provisioned = [each for each in csv.DictReader(io.StringIO(rows)) if each["status"] == "failure"]
    assert row["answer"].startswith(words)
    report = rollcall("provision", plan, "p1@contoso.com", "--json")
    assert (report.code, report.result["status"]) == (1, "failure")
    assert report.result["answer"].startswith(words)
    assert TOKEN not in report.out + rows


def test_while_a_person_waits_no_cycle_and_no_status_says_that_all_is_well(
    rollcall: Rollcall, strict: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Today: one red, then green."""
    monkeypatch.setenv("ROLLCALL_TOKEN", TOKEN)
    Strict.refused = {"p1@contoso.com"}
    plan = plan_of(tmp_path, strict, person(1), person(2))
    assert rollcall("sync", plan).code == 1
    for command in ("sync", "preview", "status", "sync"):
        said, told = rollcall(command, plan), rollcall(command, plan, "--json")
        assert (said.code, told.code) == (1, 1), command
        (row,) = told.result["waiting"]
        assert (row["name"], row["leaving"], row["code"]) == ("p1@contoso.com", False, "BAD-REQUEST")
        assert "special characters" in row["answer"]
        assert row["next_try"]
        assert "1 waits to be tried again: p1@contoso.com." in " ".join(said.out.split()), said.out
        assert "special characters" in said.out
    Strict.refused = set()
    people(tmp_path, person(1).replace("Person 1", "Ann"), person(2))
    assert rollcall("sync", plan).code == 0
    status = rollcall("status", plan, "--json")
    assert (status.code, status.result["waiting"]) == (0, [])


def test_a_leaver_who_is_still_in_is_named_first(
    rollcall: Rollcall, strict: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLLCALL_TOKEN", TOKEN)
    Strict.refused = {"p1@contoso.com"}
    plan = plan_of(tmp_path, strict, person(1), person(2))
    assert rollcall("sync", plan).code == 1
    people(tmp_path, person(1), person(2, "False"))
    for _ in range(3):
        cycle = rollcall("sync", plan)
        assert cycle.code == 1
        assert "is still there: p2@contoso.com. 1 waits" in " ".join(cycle.out.split())
        said, told = rollcall("status", plan), rollcall("status", plan, "--json")
        assert (said.code, told.code) == (1, 1)
        first, second = told.result["waiting"]
        assert (first["name"], first["leaving"]) == ("p2@contoso.com", True)
        assert (second["name"], second["leaving"]) == ("p1@contoso.com", False)
        text = " ".join(said.out.split())
        assert "1 account that should be disabled or deleted is still there: p2@contoso.com." in text
        assert said.out.index("p2@contoso.com") < said.out.index("p1@contoso.com")


CASE = """version = 1
[app]
profile = "scim"
tenant_url = "{url}"
[run]
where = "this-computer"
[source]
kind = "csv"
users = "people2.csv"
[scope]
who = "all"
[[mappings.users]]
target = "userName"
source = "[userPrincipalName]"
matching = 1
[[mappings.users]]
target = "active"
source = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'
[[mappings.users]]
target = '{target}'
source = '{source}'
"""


def case(folder: Path, url: str, target: str, source: str) -> Path:
    people = "userPrincipalName,objectId,accountEnabled,appRoleAssignments\n"
    people += "ann@contoso.com,aaaaaaaa-0000-0000-0000-000000000001,True,Admin\n"
    people += "cas@contoso.com,aaaaaaaa-0000-0000-0000-000000000003,True,Admin;User\n"
    (folder / "people2.csv").write_text(people, encoding="utf-8")
    (folder / "case.toml").write_text(CASE.format(url=url, target=target, source=source), encoding="utf-8")
    return folder / "case.toml"


def test_a_person_with_two_roles_is_listed_with_the_reason(
    rollcall: Rollcall, empty_app: PracticeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The case m_single_role.toml: a log row with status warning is shown, in preview and in sync."""
    monkeypatch.setenv("ROLLCALL_TOKEN", empty_app.token)
    expression = "SingleAppRoleAssignment([appRoleAssignments])"
    plan = case(tmp_path, empty_app.tenant_url, 'roles[primary eq "True"].value', expression)
    for command in ("preview", "sync"):
        said = " ".join(rollcall(command, plan).out.split())
        assert "cas@contoso.com Not sent: roles" in said
        assert "this person" in said
        assert "What to do: Repair the expression" in said
        assert "1 with a warning." in said


def test_now_gets_the_caution_that_guid_gets(
    rollcall: Rollcall, empty_app: PracticeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The case m_now.toml."""
    monkeypatch.setenv("ROLLCALL_TOKEN", empty_app.token)
    for function in ("Now()", "Guid()"):
        plan = case(tmp_path, empty_app.tenant_url, "title", function)
        said = rollcall("preview", plan, "--all")
        assert f"{function[:-2]} gives another value each time" in " ".join(said.err.split())
