"""The command ``check``: test the connection, for a person or in a vendor's own CI."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import click

from app.command_options import as_json, data_dir, token_stdin

if TYPE_CHECKING:
    from app.connection.report import Report
    from app.setup.problem import Problem
    from app.tasks.events import CheckOutcome, Event
    from app.tasks.results import Result
    from app.terminal import Voice

_LEVELS = ("read", "write")
_SEVERITIES = ("blocker", "major", "minor")
_FORMATS = {".html", ".htm", ".md", ".json"}


def _report_path(context: click.Context, parameter: click.Parameter, path: Path | None) -> Path | None:
    if path is not None and path.suffix.lower() not in _FORMATS:
        raise click.BadParameter("the file's name must end in .html, .md or .json.")
    return path


@click.command()
@click.argument("url", metavar="URL")
@click.option(
    "--level", type=click.Choice(_LEVELS), default="read", show_default=True,
    help="read only looks; write also makes test objects with unmistakable names, and removes them.",
)  # fmt: skip
@click.option(
    "--matching", multiple=True, metavar="ATTR", help="Matching attribute to test; may be repeated."
)
@click.option(
    "--profile", default="", metavar="NAME", help="App profile, by name or path (default: invision)."
)
@click.option(
    "--fail-on", type=click.Choice(_SEVERITIES), default=None,
    help="End with 1 when a check of this weight or more failed, in place of when the app is not ready.",
)  # fmt: skip
@click.option(
    "--compare", "before", type=click.Path(dir_okay=False, path_type=Path), default=None, metavar="OLD.json",
    help="Say what got better and what got worse since an earlier report.",
)  # fmt: skip
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), default=None, metavar="FILE",
    callback=_report_path, help="Write the report there: .html or .md for the vendor, .json to compare with.",
)  # fmt: skip
@click.option("--clean", is_flag=True, help="First remove what an earlier test left in the app.")
@token_stdin
@as_json
@data_dir
def check(
    url: str,
    level: str,
    matching: tuple[str, ...],
    profile: str,
    fail_on: str | None,
    before: Path | None,
    report: Path | None,
    clean: bool,
    token_stdin: bool,
    json_: bool,
) -> int:
    """Test the connection to an app: is its SCIM interface ready for provisioning?

    URL is the tenant URL, or the SCIM API URL that the app shows. Exit code 1 when it is not ready. With
    --json, each check is a line, and the verdict with advice and figures is the last one.
    """
    from app.command_work import Job, do
    from app.setup.plan import AppChoice
    from app.setup.problem import Problem
    from app.terminal import exit_code

    try:
        earlier = _read(before) if before is not None else None
    except Problem as problem:
        raise click.UsageError(f"{problem.what} {problem.why} {problem.remedy} ({problem.code})") from problem
    heard = Hearing(url, level, profile or AppChoice().profile, earlier, report, verdict_last=json_)
    params: dict[str, Any] = {"tenant_url": url, "matching": list(matching), "profile": profile}
    job = Job(
        "check",
        params=params | {"level": level, "clean": clean},
        url=url,
        json=json_,
        token_stdin=token_stdin,
        voice=heard.around,
        judge=exit_code if fail_on is None else lambda _: heard.fails_on(fail_on),
    )
    return do(job)


def _read(path: Path) -> Report:
    from app.connection.report import read_report
    from app.tasks.compare_reports import read_text

    return read_report(read_text(path))


class Hearing:
    """Hears what the test says while it is said, to compare and to report at its end."""

    def __init__(
        self,
        url: str,
        level: str,
        profile: str,
        earlier: Report | None,
        report: Path | None,
        *,
        verdict_last: bool,
    ) -> None:
        self._url = url
        self._level = level
        self._profile = profile
        self._earlier = earlier
        self._report = report
        self._verdict_last = verdict_last
        self._outcomes: list[CheckOutcome] = []
        self._voice: Voice | None = None

    def around(self, voice: Voice) -> Voice:
        """Hear what this voice is given."""
        self._voice = voice
        return self

    def fails_on(self, severity: str) -> int:
        """1 when a check of this weight or more failed."""
        from app.connection.comparing import fails_on
        from app.connection.finding import Severity
        from app.tasks.findings import as_finding

        return int(bool(fails_on([as_finding(each) for each in self._outcomes], Severity(severity))))

    def event(self, event: Event) -> None:
        """Hear it, and pass it on."""
        from app.tasks.events import CheckOutcome, Notice

        if isinstance(event, CheckOutcome):
            self._outcomes.append(event)
        elif isinstance(event, Notice) and event.code == "CHECK-LEFTOVERS":
            event = event.model_copy(update={"text": f"{event.text} So does --clean, at once."})
        self._speaker.event(event)

    def result(self, result: Result) -> None:
        """The verdict; what else was asked for goes before it where a program reads, and after it else."""
        if not self._verdict_last:
            self._speaker.result(result)
        if self._earlier is not None:
            from app.tasks.compare_reports import compared

            self._speaker.result(compared(self._earlier, self._outcomes))
        if self._report is not None:
            self._write(self._report, result)
        if self._verdict_last:
            self._speaker.result(result)

    def _write(self, path: Path, result: Result) -> None:
        from app.setup.profile import load_profile
        from app.tasks.results import CheckVerdict, Exported
        from app.tasks.save_report import Params, write_report

        verdict = result if isinstance(result, CheckVerdict) else None
        given = {"path": str(path), "tenant_url": self._url, "level": self._level}
        write_report(
            path,
            load_profile(self._profile).title,
            Params(**given, outcomes=self._outcomes, verdict=verdict),
        )
        self._speaker.result(Exported(path=str(path), rows=len(self._outcomes)))

    def problem(self, problem: Problem) -> None:
        """Pass it on."""
        self._speaker.problem(problem)

    @property
    def _speaker(self) -> Voice:
        assert self._voice is not None, "around() comes first"
        return self._voice

    def __enter__(self) -> Self:
        self._speaker.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._speaker.__exit__(kind, error, trace)
