"""How the commands show what a tenant tells: who is signed in, what is in place, the job, its log."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from app.tasks.entra_results import EntraLogPage, EntraLogRow, JobStatus, Prerequisites, SignedIn
from app.tasks.results import Result
from app.terminal_engine import COLOURS, new_table

_STATES = {"met": "green", "not-met": "yellow", "unknown": "dim"}


def tenant_shown(result: Result) -> Iterator[RenderableType] | None:
    """What to print for a result of these tasks; None for any other."""
    if isinstance(result, SignedIn):
        return _signed_in(result)
    if isinstance(result, Prerequisites):
        return _prerequisites(result)
    if isinstance(result, JobStatus):
        return _job(result)
    if isinstance(result, EntraLogPage):
        return _log(result)
    return None


def tenant_exit_code(result: Result) -> int:
    """0, and 1 for a job in quarantine or disabled."""
    return int(isinstance(result, JobStatus) and result.state in {"quarantined", "disabled"})


def _pairs(facts: dict[str, str]) -> Table:
    made = new_table("", "")
    made.show_header = False
    for name, value in facts.items():
        if value:
            made.add_row(Text(name, "dim"), Text(value))
    return made


def _signed_in(result: SignedIn) -> Iterator[RenderableType]:
    yield _pairs(
        {
            "Signed in as": result.user,
            "Tenant": f"{result.tenant_name} {result.tenant}".strip(),
            "Permissions": ", ".join(result.scopes),
        }
    )


def _prerequisites(result: Prerequisites) -> Iterator[RenderableType]:
    for row in result.rows:
        word = row.state.replace("-", " ").upper()
        yield Text.assemble((f"{word:<8}", _STATES[row.state]), f"{row.title}  ", (row.reason, "dim"))
        if row.state != "met" and row.link:
            yield Padding(Text(row.link, "dim"), (0, 0, 0, 8), expand=False)
    if result.saml:
        yield Text("Values for single sign-on", "bold")
        yield _pairs({pair.name: pair.value for pair in result.saml})


def _job(job: JobStatus) -> Iterator[RenderableType]:
    pages = f" ({job.pages_done} of {job.pages_total} pages)"
    percent = "" if job.percent is None else f"{job.percent:.0f} %{pages}"
    left = " to ".join(f"{minutes:,.0f}" for minutes in job.minutes_left)
    yield _pairs(
        {
            "State": job.state,
            "Means": job.sentence,
            "Cycle": f"{job.kind}, running" if job.running else job.kind,
            "Done": percent,
            "In the app": ", ".join(f"{count:,} {kind}" for kind, count in job.counts.items()),
            "Last cycle": job.last.sentence if job.last else "",
            "Next cycle": job.next_run,
            "Minutes left": left,
            "Job": job.job,
        }
    )
    if job.quarantine is not None:
        yield Text.assemble(("In quarantine: ", "red"), job.quarantine.meaning)
        told = Text.assemble(
            ("What to do: ", "bold"), job.quarantine.remedy, (f"  ({job.quarantine.reason})", "dim")
        )
        yield Padding(told, (0, 0, 0, 2), expand=False)
        yield _pairs({"Since": job.quarantine.since, "Disables on": job.quarantine.disables_on})


def _log(page: EntraLogPage) -> Iterator[RenderableType]:
    made = new_table("Time", "Action", "Status", "Name", "What")
    for row in page.rows:
        entry = row.entry
        cells = (entry.time, row.action or entry.action, row.status or entry.status, entry.name, _what(row))
        made.add_row(*(Text(cell, COLOURS.get(cell, "") if at == 2 else "") for at, cell in enumerate(cells)))
    yield made
    yield Text(f"{len(page.rows):,} rows" + ("; there are older ones" if page.after else ""), "dim")


def _what(row: EntraLogRow) -> str:
    trouble = row.troubleshooting
    if row.entry.status == "failure" or trouble.code:
        return " ".join(part for part in (trouble.reason or trouble.cause, trouble.fix) if part)
    if trouble.why:
        return " ".join(trouble.why)
    return row.entry.reason or ", ".join(
        f"{each.target} = {each.new or 'nothing'}" for each in row.changes[:2]
    )
