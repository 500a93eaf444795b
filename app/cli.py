"""The tasks as commands, for scripts and scheduled jobs: all that the window can do, without it.

Exit codes: 0 done, 1 done with failures or not ready, 2 wrong use, 130 cancelled.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import click

from app import __version__
from app.command_check import check
from app.command_decisions import decision_commands
from app.command_engine import engine_commands
from app.command_entra import entra_commands, graph_option, runs_in_entra
from app.command_options import as_json, data_dir, plan_argument, token_stdin
from app.command_practice import practice

Desk: TypeAlias = Callable[[list[str]], int]
"""Opens the window. Handed in by ``__main__``: the commands themselves know no window."""


@dataclass(slots=True)
class Shop:
    """What the commands are given from outside."""

    desk: Desk


def run(arguments: list[str], desk: Desk) -> int:
    """Run one command; gives its exit code."""
    _speak_utf8()
    try:
        code = commands.main(args=arguments, prog_name="rollcall", obj=Shop(desk), standalone_mode=False)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.Abort:
        click.echo("Cancelled.", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return 2
    except BrokenPipeError:
        # The reader of a pipe, such as `head`, has seen enough. Python must not try to flush once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code if isinstance(code, int) else 0


def _speak_utf8() -> None:
    """Names have accents, and Windows gives pipes and files an old code page: a pipe is always UTF-8.

    A program without a console, that Windows' task scheduler starts, has no streams at all.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 (until the end)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            continue
        if stream.isatty():
            reconfigure(errors="replace")
        else:
            reconfigure(encoding="utf-8", errors="backslashreplace")


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    invoke_without_command=True,
)
@click.version_option(__version__, prog_name="rollcall")
@data_dir
@click.pass_context
def commands(context: click.Context) -> int | None:
    """Automatic user provisioning from Microsoft Entra ID to SCIM 2.0 apps.

    Without a command, Rollcall opens its window.

    Exit codes: 0 done, 1 done with failures or not ready, 2 wrong use, 130 cancelled.
    """
    if context.invoked_subcommand is None:
        return _shop(context).desk([])
    return None


@commands.command()
@click.argument("folder", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
@data_dir
@click.pass_context
def tour(context: click.Context, folder: Path) -> int:
    """Walk through every page on the practice app, unattended; leave a picture of each in FOLDER.

    Needs no display. Exit code 1 when a page cannot be passed.
    """
    return _shop(context).desk(["tour", str(folder)])


@commands.command()
@plan_argument
@click.option(
    "--scope", is_flag=True,
    help="Tell for everybody, those in step already too, what lets them in or keeps them out, and nothing "
    "else. The app is not asked.",
)  # fmt: skip
@click.option("--all", "everybody", is_flag=True, help="Name everybody, however long the tables get.")
@token_stdin
@as_json
@data_dir
def preview(plan: Path, scope: bool, everybody: bool, token_stdin: bool, json_: bool) -> int:
    """Tell who would be created, updated, disabled or deleted, and who is left out, by which clause.

    Only reads are sent. Who did not change since the last cycle is counted; --scope names them too.
    """
    from app.command_work import Job, do

    params = {"limit": 1_000_000} if scope else {"entries": 0}
    job = Job("count-scope" if scope else "preview", params=params, plan_path=plan, json=json_)
    job.token_stdin, job.everybody = token_stdin, everybody
    return do(job)


@commands.command()
@plan_argument
@click.option("--once", is_flag=True, help="Run one cycle and end (this is what happens without --every).")
@click.option(
    "--every",
    type=click.FloatRange(min=0, min_open=True),
    metavar="MINUTES",
    help="Run a cycle, wait so many minutes after its end, and so on until Ctrl-C. Entra's own pace is 40.",
)
@click.option("--scheduled", is_flag=True, help="Nobody asked for this cycle: quarantine may put it off.")
@token_stdin
@as_json
@data_dir
def sync(plan: Path, once: bool, every: float | None, scheduled: bool, token_stdin: bool, json_: bool) -> int:
    """Bring the app in step with the directory, as the plan says.

    Ctrl-C stops in good order after the requests in flight; the next run goes on from there.
    """
    from app.command_work import Job, do, do_every

    if once and every is not None:
        raise click.UsageError("--once and --every exclude each other: choose one of them.")
    params = {"scheduled": scheduled or every is not None}
    job = Job("run", params=params, plan_path=plan, json=json_, token_stdin=token_stdin)
    return do(job) if every is None else do_every(job, every * 60)


@commands.command()
@plan_argument
@click.option(
    "--status", default="", type=click.Choice(["", "success", "failure", "skipped", "warning"]), metavar="S",
    help="Only rows with this status: success, failure, skipped or warning.",
)  # fmt: skip
@click.option("--user", default="", metavar="TEXT", help="Only rows whose name has this text in it.")
@click.option(
    "--action", default="", metavar="A", help="Only rows with this action, such as create or disable."
)
@click.option("--cycle", default=0, type=click.IntRange(min=0), metavar="N", help="Only rows of this cycle.")
@click.option(
    "--limit", default=100, show_default=True, type=click.IntRange(1, 5000), help="Rows of the table."
)
@click.option(
    "--format", "format_", default="table", show_default=True, type=click.Choice(["table", "csv", "json"]),
    help="csv and json hold every row that passes; json is one object a line.",
)  # fmt: skip
@graph_option
@data_dir
def log(plan: Path, limit: int, format_: str, graph: str, **filters: Any) -> int:
    """Show the provisioning log: one row for each person and cycle, newest first.

    For a plan whose place is entra, it is the log of Microsoft's service.
    """
    from app.command_work import Job, do

    prefix = ""
    if graph or runs_in_entra(plan):
        if filters.pop("cycle"):
            raise click.UsageError("--cycle: Microsoft's log does not number its cycles.")
        prefix = "entra-"
    if format_ == "table":
        params = {**filters, "limit": limit}
        return do(Job(f"{prefix}log", params=params, plan_path=plan, graph=graph))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        params = {**filters, "path": str(path), "format": format_}
        asked = Job(f"{prefix}export-log", params=params, plan_path=plan, graph=graph, quiet=True)
        asked.json = format_ == "json"
        code = do(asked)
        if code == 0:
            # The mark that Excel needs in a file is in the way in a pipe.
            with path.open(encoding="utf-8-sig", newline="") as rows:
                for row in rows:
                    click.echo(row, nl=False)
    return code


@commands.command()
@plan_argument
@graph_option
@as_json
@data_dir
def status(plan: Path, graph: str, json_: bool) -> int:
    """Tell how a plan stands: what it does now, its last cycles, whom it will try again.

    For a plan whose place is entra, it is how the job of Microsoft's service stands.
    """
    from app.command_work import Job, do

    task = "entra-status" if graph or runs_in_entra(plan) else "status"
    return do(Job(task, plan_path=plan, graph=graph, json=json_))


@commands.group()
def token() -> None:
    """Keep or remove the secret token of an app in this computer's keyring."""


@token.command("set")
@click.argument("url", metavar="URL")
@as_json
@data_dir
def token_set(url: str, json_: bool) -> int:
    """Keep the token of the app at URL. It is asked for, or read from standard input."""
    from app.command_work import Job, do, read_token

    return do(Job("token-set", params={"tenant_url": url, "token": read_token()}, json=json_))


@token.command("forget")
@click.argument("url", metavar="URL")
@as_json
@data_dir
def token_forget(url: str, json_: bool) -> int:
    """Remove the token of the app at URL."""
    from app.command_work import Job, do

    return do(Job("token-forget", params={"tenant_url": url}, json=json_))


for _each in (check, practice, *engine_commands, *decision_commands, *entra_commands):
    commands.add_command(_each)


def _shop(context: click.Context) -> Shop:
    found = context.find_object(Shop)
    if found is None:
        raise click.UsageError("start Rollcall with `rollcall` or `python -m app`.")
    return found
