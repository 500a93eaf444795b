"""Whom on-demand provisioning is about: found in the source by name or object id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from app.engine.state.store import Store
from app.people.record import Directory, Record
from app.setup.problem import Problem

MOST_MEMBERS: Final = 5
"""Microsoft, "On-demand provisioning": a group with at most five members at a time."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The subject, and the members whose membership of it is provisioned with it."""

    subject: Record
    members: tuple[Record, ...] = ()


def choose_person(directory: Directory, person: str) -> Chosen:
    """A user by user principal name or object id, upper or lower case alike.

    Raises:
        Problem: nobody is found, or the source cannot be read.
    """
    (found,) = _find(directory.users(), [person], "user")
    return Chosen(found)


def choose_group(directory: Directory, group: str, members: Sequence[str]) -> Chosen:
    """A group by display name or object id, and its members by user principal name or object id.

    Raises:
        Problem: one of them is not found, there are too many, or the source cannot be read.
    """
    if len(members) > MOST_MEMBERS:
        raise Problem(
            "TOO-MANY-MEMBERS",
            f"{len(members)} members were chosen, and on-demand provisioning takes at most {MOST_MEMBERS}.",
            "It is for trying a group out, as in the admin center. A cycle sets all members.",
            f"Choose up to {MOST_MEMBERS} members, or run a cycle.",
        )
    (subject,) = _find(directory.groups(), [group], "group")
    found = _find(directory.users(), members, "user") if members else []
    return Chosen(subject, tuple(found))


def check_members(chosen: Chosen, store: Store) -> None:
    """Make sure that each chosen member is one, or was one that the app still has.

    Raises:
        Problem: somebody is not.
    """
    direct = set(chosen.subject.members)
    for member in chosen.members:
        if member.id not in direct and not _was_sent(store, chosen.subject.id, member.id):
            raise Problem(
                "NOT-A-MEMBER",
                f"{member.name} is no direct member of {chosen.subject.name}.",
                "Only direct members of a group are provisioned; those of groups inside it are not.",
                "Choose one of its direct members.",
            )


def _find(records: Iterable[Record], wanted: Sequence[str], kind: str) -> list[Record]:
    """Each wanted one, in the order asked for; of several with the same name, the one whose id it is."""
    by_text: dict[str, list[Record]] = {text.strip().casefold(): [] for text in wanted}
    for record in records:
        for key in {record.id.casefold(), record.name.casefold()} & by_text.keys():
            by_text[key].append(record)
    chosen: list[Record] = []
    for text in dict.fromkeys(each.strip().casefold() for each in wanted):
        hits = by_text[text]
        exact = [record for record in hits if record.id.casefold() == text]
        if len(exact or hits) != 1:
            shown = next(each.strip() for each in wanted if each.strip().casefold() == text)
            raise _not_found(kind, shown) if not hits else _several(kind, shown, len(hits))
        chosen.append((exact or hits)[0])
    return chosen


def _not_found(kind: str, text: str) -> Problem:
    what = "No user has the user principal name or" if kind == "user" else "No group has the name or"
    return Problem(
        "NO-SUCH-PERSON" if kind == "user" else "NO-SUCH-GROUP",
        f'{what} the object id "{text}" in the source.',
        "It is written in another way, or is not in the source any more. Who left the source is disabled "
        "by the next cycle.",
        "Look the name up in the list of people, or run a cycle.",
    )


def _several(kind: str, text: str, count: int) -> Problem:
    return Problem(
        "AMBIGUOUS-NAME",
        f'{count} {kind}s of the source are named "{text}".',
        "Names need not be unique; object ids are.",
        "Give the object id instead.",
    )


def _was_sent(store: Store, group: str, member: str) -> bool:
    """Whether a former member was sent to the app, so that there is something to take back."""
    row = store.db.execute(
        "SELECT sent FROM memberships WHERE group_id=? AND member_id=?", (group, member)
    ).fetchone()
    return bool(row and row[0])
