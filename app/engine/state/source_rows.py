"""What is read off a row of the source: its digest, its references, its matching values, its absence."""

from __future__ import annotations

import marshal
from hashlib import blake2b
from pathlib import Path

from app.engine.events import Kind, LogEntry
from app.engine.rules.mapping import CompiledMappings, Mapped
from app.people.record import Directory, Record, Value


def digest_of(record: Record, assigned: bool, blind: str = "") -> bytes:
    """What a source row amounts to for provisioning: its values, its members, and whether it is assigned.

    Args:
        blind: why it may not be all; the row is looked at again when that has changed.
    """
    # The second version of marshal's format: the same bytes for the same values, whoever shares them.
    row = marshal.dumps((sorted(record.attributes.items()), assigned, record.members), 2)
    return blake2b(row + blind.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def unreadable(directory: Directory, file: str | None) -> str:
    """The first row of a file that may hide somebody; empty when there is none.

    A person whose row is broken looks the same as one who left, and must not lose access for it.
    """
    name = Path(file).name if file else ""
    for fault in directory.faults:
        if fault.hides and (not name or Path(fault.file).name == name):
            return f"{Path(fault.file).name}, line {fault.line}: {fault.text}"
    return ""


def not_judged(kind: Kind, source_id: str, name: str, target_id: str, blind: str) -> LogEntry:
    """The row of somebody who may have left, or whose row could not be read: nothing is done to them."""
    entry = LogEntry(kind, "none", "warning", name, source_id, target_id)
    entry.step("import", "warning", "Not found in the source, which has rows that could not be read.")
    entry.code = "SOURCE-FAULTS"
    entry.reason = f"{name} was not found, but the source has rows that could not be read ({blind})."
    entry.remedy = "Repair these rows. Until then nobody is taken to have left."
    return entry


def take_references(values: dict[str, Value], mappings: CompiledMappings) -> str | None:
    """Take references out of the values: they are set in a second pass. Gives the manager's object id."""
    manager: str | None = None
    for target, source in mappings.references.items():
        value = values.pop(target, None)
        if source == "manager" and value is not None and value != "":
            manager = str(value)
    return manager


def matching_values(
    mappings: CompiledMappings, mapped: Mapped, extra: dict[str, Value]
) -> list[tuple[str, Value]]:
    """The matching attributes that have a value, in order of precedence."""
    found: list[tuple[str, Value]] = []
    for target, _ in mappings.matching:
        value = mapped.values.get(target, extra.get(target) if extra else None)
        if value is not None and value != "":
            found.append((target, value))
    return found
