"""Who is assigned: users by name or id, groups with their direct members."""

from __future__ import annotations

import tracemalloc
import uuid
from collections.abc import Iterator

from app.engine.rules.assignment import Assignment
from app.people.record import Record
from app.setup.plan import Scope

ANN = Record("user", "3F2504E0-4F89-11D3-9A0C-0305E82C3301", {"userPrincipalName": "Ann@Contoso.com"})
BOB = Record("user", "u-bob", {"userPrincipalName": "bob@contoso.com"})
CY = Record("user", "u-cy", {})
DESIGNERS = Record("group", "g-1", {"displayName": "Designers"}, (ANN.id.lower(), "g-2"))
INNER = Record("group", "g-2", {"displayName": "Inner"}, ("u-cy",))
TWIN = Record("group", "g-3", {"displayName": "designers"}, ("u-bob",))


def resolve(*assigned: str, groups: tuple[Record, ...] = (DESIGNERS, INNER)) -> Assignment:
    return Assignment.resolve(Scope(who="assigned", assigned=list(assigned)), groups)


def test_everyone() -> None:
    assignment = Assignment.resolve(Scope(who="all"), iter(()))
    assert assignment.has_user(CY)
    assert assignment.has_group(INNER)
    assert assignment.warnings == ()


def test_nobody() -> None:
    assignment = resolve()
    assert not any(assignment.has_user(user) for user in (ANN, BOB, CY))
    assert not assignment.has_group(DESIGNERS)


def test_user_by_name_in_any_case_or_by_id() -> None:
    assert resolve("user: ANN@contoso.COM ").has_user(ANN)
    assert resolve("user:U-CY").has_user(CY)
    assert not resolve("user:ann@contoso.com").has_user(BOB)
    # A group's name is not a user's, and the other way round.
    assert not resolve("group:bob@contoso.com").has_user(BOB)


def test_group_brings_in_direct_members_only() -> None:
    assignment = resolve("group:Designers")
    assert assignment.has_user(ANN)
    assert not assignment.has_user(CY)
    assert assignment.has_group(DESIGNERS)
    assert not assignment.has_group(INNER)
    assert assignment.warnings == (
        'The group "Inner" is a member of an assigned group. As in Entra, that does not assign its members: '
        "assign the group itself.",
    )


def test_nested_group_that_is_assigned_itself() -> None:
    assignment = resolve("group:g-1", "group:INNER")
    assert assignment.has_user(CY)
    assert assignment.has_group(INNER)


def test_name_of_several_groups_and_of_none() -> None:
    assignment = resolve("group:DESIGNERS", "group:Nobody", groups=(DESIGNERS, TWIN))
    assert assignment.has_user(ANN)
    assert assignment.has_user(BOB)
    assert len(assignment.warnings) == 2
    assert assignment.warnings[0].startswith('2 groups are named "DESIGNERS"')
    assert assignment.warnings[1].startswith('No group is named "Nobody"')


def test_users_who_were_not_found() -> None:
    assignment = resolve("user:ann@contoso.com", "user:Ghost@contoso.com")
    for user in (ANN, BOB, CY):
        assignment.has_user(user)
    assert len(assignment.unmatched()) == 1
    assert '"Ghost@contoso.com"' in assignment.unmatched()[0]


def test_a_hundred_thousand_members_are_small_and_groups_are_read_once() -> None:
    identifiers = (str(uuid.UUID(int=number * 7919)) for number in range(100_000))
    reads = 0

    def groups() -> Iterator[Record]:
        nonlocal reads
        reads += 1
        yield Record("group", "g-1", {"displayName": "All"}, tuple(identifiers))

    tracemalloc.start()
    assignment = Assignment.resolve(Scope(assigned=["group:All"]), groups())
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reads == 1
    assert held < 12_000_000
    assert assignment.has_user(Record("user", str(uuid.UUID(int=99_999 * 7919)).upper(), {}))
    assert not assignment.has_user(Record("user", str(uuid.UUID(int=5)), {}))
