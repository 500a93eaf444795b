"""How ``rollcall preview`` shows who would be changed and who is left out, each with the clause that did it.

People are told by reason: hundreds of them share a few. Names come from files and servers, so none is read as
markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.cells import cell_len
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from app.setup.scope_reason import rule_and_values, without_lead
from app.tasks.events import Change, Entry
from app.tasks.results import ScopeCount
from app.terminal_engine import new_table

PLANNED_SHOWN = 200
NAMED_SHOWN = 8
"""Names under one reason; with --all there is no end to them."""
REASONS_SHOWN = 12
NAME_WIDTH = 44
CHANGES_SHOWN = 2


def planned_shown(rows: list[Entry], *, everybody: bool) -> Iterator[RenderableType]:
    """Who would be created, updated, disabled or deleted, under what let them in or put them out."""
    shown = rows if everybody else rows[:PLANNED_SHOWN]
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for row in shown:
        scope = _scope(row)
        rule, values = rule_and_values(scope)
        what = row.reason if row.reason != scope else ""
        told = "; ".join(part for part in (what or changes_of(row), values) if part)
        groups.setdefault(rule, []).append((row.action, row.name, told))
    widths = [
        max((len(row.action) for row in shown), default=0),
        max((cell_len(row.name) for row in shown), default=0),
    ]
    for rule, cells in groups.items():
        yield Text(rule or "Groups whose members change", "bold")
        table = new_table("Action", "Name", "What")
        table.show_header = False
        for column, width in zip(table.columns, widths, strict=False):
            # The tables below each other look like one.
            column.min_width = min(width, NAME_WIDTH)
        for row_cells in cells:
            table.add_row(*map(Text, row_cells))
        yield Padding(table, (0, 0, 0, 2), expand=False)
    if (more := len(rows) - len(shown)) > 0:
        yield Text(f"and {more:,} more; --all lists all of them", "dim")
    if rows:
        yield Text("")


def left_alone_shown(rows: list[Entry], *, everybody: bool) -> Iterator[RenderableType]:
    """Who stays as they are: kept out of scope, by which clause, or in scope with nothing to do."""
    out, idle = [], []
    for row in rows:
        scope = next((step for step in row.steps if step.name == "scope"), None)
        if scope is None or scope.status == "skipped":
            out.append((row.name, row.reason))
        else:
            idle.append((row.name, f"{row.reason} {without_lead(scope.text)}"))
    for lead, named in (("Nothing to do", idle), ("Left out", out)):
        if named:
            yield Text(f"{lead}: {len(named):,}", "bold")
            yield from _by_reason(named, everybody=everybody)
            yield Text("")


def scope_shown(count: ScopeCount, *, everybody: bool) -> Iterator[RenderableType]:
    """Everybody by what lets them in or keeps them out; and what may not do what was meant."""
    halves = (("In scope", True, count.in_scope), ("Not in scope", False, count.out_of_scope))
    for lead, inside, total in halves:
        if total:
            yield Text(f"{lead}: {total:,}", "bold")
            named = ((one.name, one.reason) for one in count.people if one.in_scope == inside)
            yield from _by_reason(named, everybody=everybody)
            yield Text("")
    groups = f"; groups: {count.groups_in_scope:,}" if count.groups_in_scope else ""
    yield Text(f"People in scope: {count.in_scope:,}{groups}. People out of scope: {count.out_of_scope:,}.")
    for warning in count.warnings:
        yield Text(warning, "yellow")


def changes_of(row: Entry) -> str:
    """The first changes of a row; its others are in the monitor and in --json."""
    first = [_change(change) for change in row.changes[:CHANGES_SHOWN]]
    more = len(row.changes) - len(first)
    return ", ".join(first) + (f", and {more} more" if more > 0 else "")


def _change(change: Change) -> str:
    if change.target == "members":
        return f"member {change.new} added" if change.new else f"member {change.old} removed"
    return f"{change.target} = {change.new or 'nothing'}"


def _by_reason(people: Iterable[tuple[str, str]], *, everybody: bool) -> Iterator[RenderableType]:
    """The reasons, the one of most people first, with names and their own values under each."""
    reasons: dict[str, list[tuple[str, str]]] = {}
    for name, reason in people:
        rule, values = rule_and_values(reason)
        reasons.setdefault(rule, []).append((name, values))
    ranked = sorted(reasons.items(), key=lambda item: -len(item[1]))
    shown = len(ranked) if everybody else REASONS_SHOWN
    for rule, named in ranked[:shown]:
        yield Padding(Text(f"{len(named):,}  {without_lead(rule)}"), (0, 0, 0, 2), expand=False)
        yield Padding(_names(named, everybody=everybody), (0, 0, 0, 6), expand=False)
    if rest := ranked[shown:]:
        people_left = sum(len(named) for _, named in rest)
        yield Padding(
            Text(f"and {people_left:,} more for {len(rest):,} other reasons; --all lists them", "dim"),
            (0, 0, 0, 2),
        )


def _names(named: list[tuple[str, str]], *, everybody: bool) -> Table:
    # A line that says "and 1 more" would take as much room as the name.
    shown = len(named) if everybody or len(named) == NAMED_SHOWN + 1 else NAMED_SHOWN
    told = any(values for _, values in named)
    table = new_table("", "") if told else new_table("")
    table.show_header = False
    for name, values in named[:shown]:
        table.add_row(*(Text(name), Text(values, "dim"))[: 1 + told])
    if (more := len(named) - shown) > 0:
        table.add_row(Text(f"and {more:,} more; --all names everybody", "dim"))
    return table


def _scope(row: Entry) -> str:
    """What the scoping step of a row said."""
    return next((step.text for step in row.steps if step.name == "scope"), "")
