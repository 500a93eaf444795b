"""Read the people files once and tell what they hold, and which rows could not be read."""

from __future__ import annotations

from dataclasses import asdict

from pydantic import BaseModel, ConfigDict

from app.people.csv_source import ColumnRead, CsvDirectory
from app.people.record import Directory, Record
from app.tasks.context import Context
from app.tasks.events import Progress
from app.tasks.registry import Said
from app.tasks.results import ColumnRow, FaultRow, PeopleSummary
from app.tasks.tenant_people import people

FAULTS_TOLD = 1000


class Params(BaseModel):
    """The files. Left out, the plan's are read.

    Attributes:
        users: the admin center's *Download users* file.
        groups: the groups file, or empty.
    """

    model_config = ConfigDict(extra="forbid")

    users: str = ""
    groups: str = ""


async def run(context: Context, params: Params) -> Said:
    """Read them whole, holding nothing but counts."""
    directory: Directory = (
        CsvDirectory(context.here(params.users), context.here(params.groups) if params.groups else None)
        if params.users
        else await people(context)
    )
    users = groups = 0
    counts = {"enabled": 0, "disabled": 0, "guests": 0, "without_mail": 0}
    attributes: dict[str, None] = {}
    for record in directory.users():
        users += 1
        _count(record, counts)
        attributes.update(dict.fromkeys(record.attributes))
        if users % 2000 == 0:
            yield Progress(text="Reading users", done=users)
        await context.breathe()
    for _ in directory.groups():
        groups += 1
        await context.breathe()
    yield PeopleSummary(
        users=users,
        groups=groups,
        attributes=list(attributes),
        faults=[
            FaultRow(file=fault.file, line=fault.line, text=fault.text)
            for fault in directory.faults[:FAULTS_TOLD]
        ],
        columns=[ColumnRow(**asdict(each)) for each in _columns(directory)],
        **counts,
    )


def _columns(directory: Directory) -> list[ColumnRead]:
    """How a file's columns were understood; a tenant has none."""
    return directory.columns_read() if isinstance(directory, CsvDirectory) else []


def _count(record: Record, counts: dict[str, int]) -> None:
    attributes = record.attributes
    if attributes.get("accountEnabled") is True:
        counts["enabled"] += 1
    elif attributes.get("accountEnabled") is False:
        counts["disabled"] += 1
    if attributes.get("userType") == "Guest" or "#EXT#" in record.name:
        counts["guests"] += 1
    if not attributes.get("mail"):
        counts["without_mail"] += 1
