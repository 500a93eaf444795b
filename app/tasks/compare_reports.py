"""Hold a test of the connection against an earlier report: what got better, what got worse."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from app.connection.comparing import compare
from app.connection.report import Report, read_report
from app.setup.problem import Problem
from app.tasks.context import Context
from app.tasks.events import CheckOutcome
from app.tasks.findings import as_finding
from app.tasks.registry import Said
from app.tasks.results import CheckVerdict, ReportComparison, ReportDifference

_LARGEST = 50_000_000  # bytes; a report of all checks has some hundred thousand


class Params(BaseModel):
    """What was found now, and the earlier report.

    Attributes:
        before: the earlier report's file, saved as JSON.
        outcomes: the checks of now, as they came.
    """

    model_config = ConfigDict(extra="forbid")

    before: str
    tenant_url: str = ""
    level: str = "read"
    outcomes: list[CheckOutcome]
    verdict: CheckVerdict | None = None


async def run(context: Context, params: Params) -> Said:
    """Compare; the worse first."""
    earlier = read_report(await asyncio.to_thread(read_text, context.here(params.before)))
    yield compared(earlier, params.outcomes)


def compared(earlier: Report, outcomes: Sequence[CheckOutcome]) -> ReportComparison:
    """What differs from an earlier report, the worse first."""
    now = Report("", "", "", [as_finding(each) for each in outcomes])
    rows = [
        ReportDifference(id=each.id, kind=each.kind, before=each.before, now=each.now, sentence=each.sentence)
        for each in compare(earlier, now)
    ]
    return ReportComparison(made=earlier.made, rows=rows, sentence=_sentence(rows))


def read_text(path: Path) -> str:
    """The text of a report's file.

    Raises:
        Problem: it cannot be read, or is far too long to be a report.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise Problem(
                "REPORT-FORMAT",
                f"{path.name} is not a report of Test connection.",
                "It is far larger than any report.",
                "Choose a report that was saved as JSON.",
            )
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(
            "REPORT-READ",
            f"The report {path} cannot be read.",
            "It is not there, belongs to another account, or is no text file.",
            "Choose a report that was saved as JSON.",
            str(error),
        ) from error


def _sentence(rows: list[ReportDifference]) -> str:
    counts = {kind: sum(row.kind == kind for row in rows) for kind in ("worse", "better", "changed")}
    parts = [f"{number} {kind}" for kind, number in counts.items() if number]
    return (
        f"Since the earlier report: {', '.join(parts)}."
        if parts
        else "Nothing differs from the earlier report."
    )
