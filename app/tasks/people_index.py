"""The names of a directory's users and groups, kept between two questions about the same unchanged files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.people.record import ChangingDirectory, Record, Value
from app.setup.plan import SetupPlan
from app.setup.problem import Problem
from app.tasks.context import Context
from app.tasks.tenant_people import people

PERSONS_KEPT = 50


@dataclass(frozen=True, slots=True)
class Known:
    """What lists show of one user or group; ``sought`` is what a search looks in."""

    kind: Literal["user", "group"]
    id: str
    name: str
    detail: str
    sought: str


@dataclass(slots=True)
class PeopleIndex:
    """One directory's names in the source's order, users first.

    Attributes:
        stamp: which files they were read from, with size and time, so that a changed file is read anew.
    """

    stamp: tuple[object, ...]
    rows: list[Known]


async def people_of(context: Context) -> PeopleIndex:
    """The names of the plan's people, read anew only when the files have changed.

    Raises:
        Problem: the files cannot be read.
    """
    directory = await people(context)
    stamp = _stamp(context, context.need_plan())
    held = context.shared.people
    if held is not None and held.stamp == stamp:
        return held
    rows: list[Known] = []
    for record in directory.users():
        rows.append(_known(record))
        await context.breathe()
    for record in directory.groups():
        rows.append(_known(record))
        await context.breathe()
    index = PeopleIndex(stamp, rows)
    context.shared.people = index
    return index


def _known(record: Record) -> Known:
    if record.kind == "group":
        count = len(record.members)
        detail = "1 member" if count == 1 else f"{count:,} members"
    else:
        parts = (record.attributes.get("displayName"), record.attributes.get("department"))
        detail = ", ".join(str(part) for part in parts if part)
    sought = f"{record.name}\n{detail}\n{record.id}\n{record.attributes.get('mail') or ''}".casefold()
    return Known(record.kind, record.id, record.name, detail, sought)


def _stamp(context: Context, plan: SetupPlan) -> tuple[object, ...]:
    """Paths, sizes and times. A missing file has none: reading it then tells what is wrong.

    Of a tenant, up to where its changes are known.
    """
    if plan.source.kind == "entra":
        directory = context.directory()
        return (plan.source.kind, directory.watermark() if isinstance(directory, ChangingDirectory) else "")
    files = [context.here(path) for path in (plan.source.users, plan.source.groups) if path]
    return (plan.source.kind, *(_look(path) for path in files))


def _look(path: Path) -> tuple[str, int, int]:
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), found.st_size, found.st_mtime_ns


async def find_person(context: Context, person: str) -> Record | None:
    """A user by object id or user principal name, upper or lower case alike; the first one for an empty text.

    The last ones found are kept: pages ask about the same person at every key that is pressed.

    Raises:
        Problem: the files cannot be read.
    """
    directory = await people(context)
    key = (_stamp(context, context.need_plan()), person.casefold())
    kept = context.shared.persons
    if key in kept:
        return kept[key]
    wanted = person.casefold()
    found: Record | None = None
    for record in directory.users():
        if not wanted or wanted in (record.id.casefold(), record.name.casefold()):
            found = record
            break
        await context.breathe()
    if len(kept) >= PERSONS_KEPT:
        kept.clear()
    kept[key] = found
    return found


async def need_person(context: Context, person: str) -> Record:
    """The same, where somebody is needed.

    Raises:
        Problem: the files cannot be read, or nobody is found.
    """
    found = await find_person(context, person)
    if found is None:
        raise Problem(
            "NO-SUCH-PERSON",
            f'No user is named "{person}".' if person else "The file of users holds nobody.",
            "The file was changed, or the name is written in another way.",
            "Choose a person from the list.",
        )
    return found


def as_text(value: Value) -> str | None:
    """A value as a person reads it; None for an empty one."""
    if value is None or value == "" or value == []:
        return None
    return "; ".join(value) if isinstance(value, list) else str(value)
