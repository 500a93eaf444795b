"""How the commands speak: tables and progress for a person, or one JSON object a line for a program.

What was asked for goes to standard output; progress, notices and problems go to standard error, so that a
pipe gets the answer alone. Names and reasons come from files and servers: none of them is read as markup.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from types import TracebackType
from typing import IO, Protocol, Self

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from app.setup.problem import Problem
from app.tasks.events import CheckOutcome, Entry, Event, Notice, Progress, RoadStep
from app.tasks.results import (
    CheckVerdict,
    CycleSummary,
    Done,
    LogPage,
    Result,
    ScopeCount,
    StatusReport,
    TokenState,
)
from app.terminal_check import check_line, check_shown
from app.terminal_cycle import entries_shown, is_trouble, open_shown, troubles_shown
from app.terminal_engine import engine_exit_code, new_table, shown
from app.terminal_entra import entra_exit_code, entra_shown, step_line
from app.terminal_preview import left_alone_shown, planned_shown, scope_shown

PIPE_WIDTH = 160
"""Columns of a table that goes to a file or a pipe, which have no width of their own."""

_FAILED_STATES = {"failures", "guarded", "failed"}


def exit_code(result: Result) -> int:
    """0 done, 1 done with failures or not ready, 130 stopped."""
    if isinstance(result, CheckVerdict):
        return 1 if result.verdict == "not-ready" else 0
    if isinstance(result, CycleSummary):
        return 130 if result.state == "stopped" else int(result.state in _FAILED_STATES)
    if isinstance(result, StatusReport):
        last_failed = result.last is not None and result.last.state in _FAILED_STATES
        open_ones = bool(result.waiting or result.unread or result.staged)
        return int(result.state in {"quarantined", "disabled"} or open_ones or last_failed)
    if isinstance(result, TokenState):
        # Memory ends with the command: nothing was kept that the next one could use.
        return int(result.where == "memory")
    return engine_exit_code(result) or entra_exit_code(result)


class Voice(Protocol):
    """Says what a task says."""

    def event(self, event: Event) -> None:
        """Say one event."""

    def result(self, result: Result) -> None:
        """Say the end."""

    def problem(self, problem: Problem) -> None:
        """Say that it could not be done."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class JsonVoice:
    """One JSON object a line: events, then ``{"kind", "result"}`` or ``{"error"}``. Plain ASCII."""

    def event(self, event: Event) -> None:
        """Say one event."""
        self._say(event.model_dump())

    def result(self, result: Result) -> None:
        """Say the end."""
        self._say({"kind": type(result).__name__, "result": result.model_dump()})

    def problem(self, problem: Problem) -> None:
        """Say that it could not be done."""
        parts = ("code", "what", "why", "remedy", "details")
        self._say({"error": {part: getattr(problem, part) for part in parts}})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return

    def _say(self, body: dict[str, object]) -> None:
        sys.stdout.write(json.dumps(body) + "\n")
        sys.stdout.flush()


class HumanVoice:
    """Tables on standard output; progress, notices and problems on standard error.

    Args:
        everybody: a dry run names all people, however many they are.
    """

    def __init__(self, *, everybody: bool = False) -> None:
        self._everybody = everybody
        self._out = _console(sys.stdout)
        self._err = _console(sys.stderr)
        self._bar: Bar | None = None
        self._planned: list[Entry] = []
        self._left_alone: list[Entry] = []
        self._troubles: list[Entry] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_bar()

    def event(self, event: Event) -> None:
        """Say one event; rows of the log are kept for the tables at the end."""
        if isinstance(event, Progress):
            self._progress(event)
        elif isinstance(event, CheckOutcome):
            for part in check_line(event):
                self._out.print(part)
        elif isinstance(event, Notice):
            self._err.print(Text(event.text, "red" if event.level == "error" else "yellow"))
            if event.details:
                self._err.print(Padding(Text(event.details), (0, 0, 0, 2), expand=False))
        elif isinstance(event, RoadStep):
            if (line := step_line(event)) is not None:
                self._err.print(line)
        elif is_trouble(event):
            self._troubles.append(event)
        elif event.status == "planned" and event.action != "none":
            self._planned.append(event)
        elif event.status == "skipped":
            self._left_alone.append(event)

    def result(self, result: Result) -> None:
        """Say the end."""
        self._end_bar()
        if isinstance(result, CycleSummary):
            self._cycle(result)
        elif isinstance(result, StatusReport):
            self._status(result)
        elif isinstance(result, LogPage):
            self._log(result)
        elif isinstance(result, TokenState):
            self._token(result)
        elif isinstance(result, ScopeCount):
            self._say(scope_shown(result, everybody=self._everybody))
        elif isinstance(result, Done) and result.sentence:
            self._out.print(Text(result.sentence))
        self._say(check_shown(result) or shown(result) or entra_shown(result) or ())

    def problem(self, problem: Problem) -> None:
        """What happened, why, what next, and the code to search for."""
        self._end_bar()
        self._err.print(Text.assemble(("Rollcall: ", "bold red"), problem.what))
        for lead, text in (
            ("Why: ", problem.why),
            ("What to do: ", problem.remedy),
            ("Details: ", problem.details),
        ):
            if text:
                self._err.print(Padding(Text.assemble((lead, "bold"), text), (0, 0, 0, 2), expand=False))
        self._err.print(Text(f"  ({problem.code})", "dim"))

    def _say(self, parts: Iterable[RenderableType]) -> None:
        for part in parts:
            self._out.print(part)

    def _progress(self, progress: Progress) -> None:
        if not self._err.is_terminal:
            return
        if self._bar is None:
            self._bar = Bar(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TimeRemainingColumn(),
                console=self._err,
                transient=True,
            )
            self._bar.start()
            self._bar.add_task(progress.text, total=progress.total)
        self._bar.update(
            self._bar.task_ids[0], description=progress.text, completed=progress.done, total=progress.total
        )

    def _end_bar(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _cycle(self, cycle: CycleSummary) -> None:
        self._say(planned_shown(self._planned, everybody=self._everybody))
        if cycle.kind == "dry-run":
            self._say(left_alone_shown(self._left_alone, everybody=self._everybody))
        self._say(troubles_shown(self._troubles, everybody=self._everybody))
        self._say(open_shown(cycle, everybody=self._everybody))
        if counts := {name: f"{count:,}" for name, count in cycle.counts.items() if count}:
            self._out.print(_facts(counts))
        if cycle.guarded:
            self._out.print(Text("Held back by the deletion guard: " + ", ".join(cycle.guarded)))
        failed = cycle.state in _FAILED_STATES
        self._out.print(Text(cycle.sentence or cycle.state, "red" if failed else "green"))
        if failed and cycle.remedy:
            self._out.print(
                Text.assemble(("What to do: ", "bold"), cycle.remedy, (f"  ({cycle.code})", "dim"))
            )
        self._out.print(Text(f"{cycle.requests:,} requests in {cycle.seconds:.1f} s", "dim"))

    def _status(self, report: StatusReport) -> None:
        facts = {
            "State": report.state,
            "Means": report.sentence,
            "Next cycle": report.next_run or "when Rollcall runs it",
            "Users linked": f"{report.users:,}",
            "Groups linked": f"{report.groups:,}",
            "To be tried again": f"{report.escrowed:,}",
            "Held back, to decide on": f"{report.staged:,}",
            "What comes next": f"{report.next_kind} cycle. {report.next_why}".rstrip(),
        }
        if report.quarantine is not None:
            facts["In quarantine since"] = report.quarantine.since
            facts["Disabled on"] = report.quarantine.disables_on
        self._out.print(_facts(facts))
        self._say(open_shown(report, everybody=self._everybody))
        if not report.cycles:
            return
        table = new_table(
            "Cycle", "Kind", "State", "Ended", "Seconds", "Requests", "Failures", "What happened"
        )
        for cycle in report.cycles:
            table.add_row(
                str(cycle.cycle),
                cycle.kind,
                cycle.state,
                cycle.ended,
                f"{cycle.seconds:.1f}",
                f"{cycle.requests:,}",
                f"{cycle.failures:,}",
                Text(cycle.sentence),
            )
        self._out.print(table)

    def _log(self, page: LogPage) -> None:
        if not page.rows:
            self._out.print(Text("No row of the provisioning log is like that."))
            return
        self._out.print(entries_shown(page.rows))
        of = f"more than {page.total:,}" if page.more else f"{page.total:,}"
        self._out.print(Text(f"{len(page.rows):,} of {of} rows", "dim"))

    def _token(self, state: TokenState) -> None:
        words = {
            "keyring": "The token is kept in this computer's keyring.",
            "memory": "The token could not be kept. Use --token-stdin or ROLLCALL_TOKEN with each command.",
            "nowhere": "No token is kept for this address.",
        }
        self._out.print(Text(words[state.where]))
        if state.expires:
            self._out.print(Text(f"It says that it expires on {state.expires}."))
        for note in state.notes:
            self._err.print(Text(note, "yellow"))


def _console(stream: IO[str]) -> Console:
    console = Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=False)
    if not console.is_terminal:
        console.width = PIPE_WIDTH
    return console


def _facts(facts: dict[str, str]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts.items():
        table.add_row(Text(name), Text(value))
    return table
