"""The names of a directory's users and groups, kept between two questions about the same unchanged files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.people.record import Record
from app.setup.plan import SetupPlan
from app.tasks.context import Context


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
    stamp = _stamp(context, context.need_plan())
    held = context.shared.people
    if held is not None and held.stamp == stamp:
        return held
    directory = context.directory()
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
    """Paths, sizes and times. A missing file has none: reading it then tells what is wrong."""
    files = [context.here(path) for path in (plan.source.users, plan.source.groups) if path]
    return (plan.source.kind, *(_look(path) for path in files))


def _look(path: Path) -> tuple[str, int, int]:
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), found.st_size, found.st_mtime_ns
