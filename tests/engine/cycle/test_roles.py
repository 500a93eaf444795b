"""App roles from the source to the app: one, several added, several in place of all others."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.scim.dialect import AADOPTSCIM, CLASSIC, Body, Dialect
from app.setup.plan import AttributeMapping
from tests.engine.conftest import Bench
from tests.engine.faulty import FaultyScim

WIRE = {
    case["name"]: case
    for case in json.loads(
        (Path(__file__).parents[4] / "shared/reference/scim_wire.json").read_text(encoding="utf-8")
    )["cases"]
}
TYPE = "WindowsAzureActiveDirectoryRole"
KNOWN = '{"id":"06b07648-ecfe-589f-9d2f-6325724a46ee","value":"25","displayName":"Role1234"}'


@pytest.fixture
async def app() -> AsyncIterator[FaultyScim]:
    async with FaultyScim() as server:
        yield server


@pytest.fixture
def sent(app: FaultyScim) -> list[Body]:
    """The bodies that the app was sent."""
    bodies: list[Body] = []

    def note(asked: Any) -> str:
        if asked.method in {"POST", "PATCH"}:
            bodies.append(asked.json)
        return ""

    app.fault = note
    return bodies


def bench_of(app: FaultyScim, folder: Path, function: str, *, flag: bool = False) -> Bench:
    url = app.tenant_url.with_flag(True) if flag else app.tenant_url
    bench = Bench(folder / "state", url, app.token)
    target = 'roles[primary eq "True"].value' if function.startswith("Single") else "roles"
    row = AttributeMapping(target=target, source=f"{function}([appRoleAssignments])")
    bench.plan.mappings.users = [*bench.profile.users, row]
    bench.plan.scope.who = "assigned"
    bench.plan.scope.assigned = ["user:user1@contoso.com"]
    return bench


def roles_of(app: FaultyScim) -> list[dict[str, Any]]:
    (user,) = app.state("User")
    return user["roles"]  # type: ignore[no-any-return]


async def run(bench: Bench, *roles: str) -> Any:
    for held in bench.people.persons.values():
        held["appRoleAssignments"] = list(roles)
    told = await bench.run()
    assert told.end.state == "succeeded", told.end.sentence
    return told


async def test_one_role(app: FaultyScim, tmp_path: Path, sent: list[Body]) -> None:
    bench = bench_of(app, tmp_path, "SingleAppRoleAssignment")
    bench.people.add(1)
    await run(bench, "Admin")
    assert sent[0]["roles"] == WIRE["roles_post_single"]["body_fragment"]["roles"]
    told = await run(bench, "Reader")
    path = 'roles[primary eq "True"].value'
    assert sent[1]["Operations"] == [{"op": "Replace", "path": path, "value": "Reader"}]
    assert [(each.old, each.new) for each in told.entries[0].changes] == [("Admin", "Reader")]
    told = await bench.run()
    assert told.end.requests == 0
    # Two roles cannot be one: the row fails, the person does not.
    for held in bench.people.persons.values():
        held["appRoleAssignments"] = ["Admin", "Reader"]
    told = await bench.run()
    assert "SingleAppRoleAssignment" in told.entries[0].reason


@pytest.mark.parametrize("flag", [False, True])
async def test_several_roles_are_added_and_none_is_taken_away(
    app: FaultyScim, tmp_path: Path, sent: list[Body], flag: bool
) -> None:
    bench = bench_of(app, tmp_path, "AppRoleAssignmentsComplex", flag=flag)
    bench.people.add(1)
    await run(bench, "Admin", "User")
    assert sent[0]["roles"] == WIRE["roles_post_complex"]["body_fragment"]["roles"]
    told = await run(bench, "Admin", KNOWN)
    (operation,) = sent[1]["Operations"]
    if flag:
        role = {"primary": False, "type": TYPE, "displayName": "Role1234", "value": "25"}
        assert operation == {"op": "add", "path": "roles", "value": [role]}
    else:
        assert sent[1] == WIRE["roles_complex_patch_default"]["body"]
    assert told.entries[0].changes[0].new == "25"
    assert len(roles_of(app)) == 3
    assert (await run(bench, "User")).end.requests == 1  # the probe: all of these are there
    assert len(sent) == 2
    # Read from the app anew, where some are JSON text: still the same roles.
    bench.folder = tmp_path / "anew"
    assert (await run(bench, "Admin", "User", KNOWN)).end.counts == {"skipped": 1}


@pytest.mark.parametrize("flag", [False, True])
async def test_several_roles_in_place_of_all_others(
    app: FaultyScim, tmp_path: Path, sent: list[Body], flag: bool
) -> None:
    bench = bench_of(app, tmp_path, "AssertiveAppRoleAssignmentsComplex", flag=flag)
    bench.people.add(1)
    await run(bench, "Admin", "User")
    assert {role["display"] for role in sent[0]["roles"]} == {"Admin", "User"}
    told = await run(bench, "User")
    assert sent[1] == WIRE["roles_assertive_patch"]["body"]
    assert [(each.old, each.new) for each in told.entries[0].changes] == [("Admin, User", "User")]
    assert len(roles_of(app)) == 1
    # A role that somebody gave in the app is taken away as well, as soon as the account is read.
    roles_of(app).append({"value": "Owner", "display": "Owner"})
    bench.folder = tmp_path / "anew"
    await run(bench, "User")
    assert [role["value"] for role in roles_of(app)] == ["User"]


@pytest.mark.parametrize("dialect", [CLASSIC, AADOPTSCIM])
def test_other_lists_are_left_alone(dialect: Dialect) -> None:
    body = dialect.patch_user({"urn:x:User:tags": ["a", '{"value": "b"}']})
    assert body["Operations"][0]["value"] == ["a", '{"value": "b"}']


async def test_roles_and_everybody_in_scope_do_not_go_together(app: FaultyScim, tmp_path: Path) -> None:
    bench = bench_of(app, tmp_path, "AssertiveAppRoleAssignmentsComplex")
    bench.people.add(1)
    assert not any("SyncAll" in each for each in (await bench.rehearse()).end.warnings)
    bench.plan.scope.who = "all"
    assert any("SyncAll" in each for each in (await bench.rehearse()).end.warnings)
