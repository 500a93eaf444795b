"""How the command ``check`` shows what it found: a line a check, the verdict, figures, what differs."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from app.tasks.events import CheckOutcome
from app.tasks.results import CheckVerdict, Exported, ReportComparison, Result

_MARKS = {
    "pass": ("PASS", "green"),
    "warning": ("WARN", "yellow"),
    "fail": ("FAIL", "red"),
    "skipped": ("SKIP", "dim"),
}
_VERDICTS = {"ready": "green", "ready-with-limits": "yellow", "not-ready": "red"}
_KINDS = {"worse": "red", "changed": "yellow", "better": "green"}


def check_line(check: CheckOutcome) -> Iterator[RenderableType]:
    """One check, and what to do about it."""
    word, colour = _MARKS[check.verdict]
    yield Text.assemble((word, colour), f"  {check.id}  {check.title}: {check.outcome}")
    if check.remedy and check.verdict in {"warning", "fail"}:
        told = Text.assemble(("What to do: ", "bold"), check.remedy)
        yield Padding(told, (0, 0, 0, 6), expand=False)


def check_shown(result: Result) -> Iterator[RenderableType] | None:
    """What to print for a result around the test; None for any other."""
    if isinstance(result, CheckVerdict):
        return _verdict(result)
    if isinstance(result, ReportComparison):
        return _comparison(result)
    if isinstance(result, Exported):
        return iter([Text(f"Written to {result.path}.")])
    return None


def _verdict(verdict: CheckVerdict) -> Iterator[RenderableType]:
    word = verdict.verdict.replace("-", " ").upper()
    yield Text()
    yield Text.assemble((word, f"bold {_VERDICTS[verdict.verdict]}"), f"  {verdict.sentence}")
    for advice in verdict.advice:
        yield Padding(Text(f"- {advice}"), (0, 0, 0, 2), expand=False)
    if verdict.leftovers:
        names = ", ".join(verdict.leftovers)
        yield Text(f"Could not be removed from the app: {names}. The next test tries again.", "yellow")
    figures = ", ".join(f"{name} {value:g}" for name, value in verdict.figures.items())
    measured = f"; {figures}" if figures else ""
    yield Text(f"{verdict.requests:,} requests in {verdict.seconds:.1f} s{measured}", "dim")


def _comparison(comparison: ReportComparison) -> Iterator[RenderableType]:
    yield Text(comparison.sentence, "bold")
    for row in comparison.rows:
        was = f"{row.before or 'not tried'} before, {row.now or 'not tried'} now"
        told = Text.assemble((f"{row.kind:<8}", _KINDS[row.kind]), f"{row.id}  {was}. {row.sentence}")
        yield Padding(told, (0, 0, 0, 2), expand=False)
