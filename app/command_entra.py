"""Commands for a plan whose work is done by Microsoft Entra: sign in, set up, watch, steer, take back."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import click

from app.command_options import Command, as_json, data_dir, plan_argument, token_stdin


def graph_option(command: Command) -> Command:
    """The option that points a command at a practice tenant."""
    return click.option(
        "--graph",
        default="",
        metavar="URL",
        help="Graph URL of a practice tenant on this computer, as `rollcall practice serve` prints it.",
    )(command)


def runs_in_entra(plan: Path) -> bool:
    """Whether a plan's work is Microsoft's. One that cannot be read is not judged here."""
    from app.setup.plan import Place
    from app.setup.plan_file import PlanProblem, read_plan

    try:
        return read_plan(plan).run.where is Place.ENTRA
    except PlanProblem:
        return False


def tenant_options(command: Command) -> Command:
    """Where to sign in, for commands without a plan."""
    for option in (
        click.option("--client-id", default="", metavar="ID", help="App registration to sign in with."),
        click.option("--tenant", default="", metavar="T", help="The tenant's id or one of its domains."),
        click.option(
            "--cloud",
            default="global",
            show_default=True,
            type=click.Choice(["global", "us-l4", "us-l5", "china"]),
        ),
    ):
        command = option(command)
    return graph_option(command)


@click.group()
def entra() -> None:
    """Set up and watch provisioning by Microsoft Entra itself, through Microsoft Graph.

    The plan's place is entra (where = "entra"). Sign in first; `plan` shows every call before it is made.
    """


def _choice(cloud: str, tenant: str, client_id: str) -> dict[str, str]:
    return {"cloud": cloud, "tenant": tenant, "client_id": client_id}


@entra.command()
@tenant_options
@click.option("--device", is_flag=True, help="Show a code to type on another device, instead of a browser.")
@click.option("--write", is_flag=True, help="Ask for the permissions to change something too.")
@as_json
@data_dir
def signin(
    graph: str, cloud: str, tenant: str, client_id: str, device: bool, write: bool, json_: bool
) -> int:
    """Sign in to Microsoft Entra, in the system's browser or with a code."""
    from app.command_work import Job, do

    method = "practice" if graph else "device" if device else "browser"
    params = {"method": method, "write": write}
    choice = _choice(cloud, tenant, client_id)
    return do(Job("entra-sign-in", params=params, entra=choice, graph=graph, json=json_))


@entra.command()
@tenant_options
@as_json
@data_dir
def signout(graph: str, cloud: str, tenant: str, client_id: str, json_: bool) -> int:
    """Forget the sign-in: this computer's keyring holds nothing of it afterwards."""
    from app.command_work import Job, do

    choice = _choice(cloud, tenant, client_id)
    return do(Job("entra-sign-out", entra=choice, graph=graph, json=json_))


@entra.command()
@tenant_options
@as_json
@data_dir
def whoami(graph: str, cloud: str, tenant: str, client_id: str, json_: bool) -> int:
    """Tell who is signed in, to which tenant, and with which permissions."""
    from app.command_work import Job, do

    choice = _choice(cloud, tenant, client_id)
    return do(Job("entra-whoami", entra=choice, graph=graph, json=json_))


def _simple(name: str, task: str, about: str) -> None:
    """A command that asks for one task of a plan."""

    @entra.command(name, help=about)
    @plan_argument
    @graph_option
    @as_json
    @data_dir
    def command(plan: Path, graph: str, json_: bool) -> int:
        from app.command_work import Job, do

        return do(Job(task, plan_path=plan, graph=graph, json=json_))


_simple(
    "check",
    "entra-check",
    "Look up what has to be in place first: role, licence, single sign-on. Advice only.",
)
_simple(
    "status", "entra-status", "Tell how the provisioning job stands: cycle, counts, next run, quarantine."
)
_simple("pause", "entra-pause", "Pause the provisioning job. A cycle that has begun still ends.")
_simple("resume", "entra-resume", "Let a paused job go on where it stopped; this lifts a quarantine too.")
_simple(
    "allow-deletes",
    "entra-allow-deletes",
    "Let go what the accidental deletion guard holds back. It disables or deletes those people.",
)
_simple("assigned", "entra-assigned", "List who is assigned to the app.")


@entra.command("plan")
@plan_argument
@click.option("--no-start", is_flag=True, help="Without starting the job at the end.")
@graph_option
@as_json
@data_dir
def show_plan(plan: Path, no_start: bool, graph: str, json_: bool) -> int:
    """List every call to Graph in order, secrets blanked. Nothing is sent."""
    from app.command_work import Job, do

    return do(Job("entra-calls", params={"start": not no_start}, plan_path=plan, graph=graph, json=json_))


@entra.command()
@plan_argument
@click.option("--resume", is_flag=True, help="Go on with a setup that was cut.")
@click.option("--no-start", is_flag=True, help="Set everything up, but do not start the job.")
@click.option("--touch-running", is_flag=True, help="Change a job that is running already.")
@click.option("--people-may-leave", is_flag=True, help="Take people out of scope whom the plan takes out.")
@click.option("--no-own-check", is_flag=True, help="Leave out the check of the app from this computer.")
@click.option(
    "--patience", default=120.0, show_default=True, type=click.FloatRange(min=0), metavar="SECONDS",
    help="How long to wait for the tenant to come to know what was just made.",
)  # fmt: skip
@graph_option
@token_stdin
@as_json
@data_dir
def apply(
    plan: Path,
    resume: bool,
    no_start: bool,
    touch_running: bool,
    people_may_leave: bool,
    no_own_check: bool,
    patience: float,
    graph: str,
    token_stdin: bool,
    json_: bool,
) -> int:
    """Set the plan up in the tenant: app, job, credentials, mappings, assignments, start.

    What is so already is left. A failure stops there and says what was done; --resume goes on, and
    `undo` takes back what was made.
    """
    from app.command_work import Job, do

    params = {
        "resume": resume,
        "start": not no_start,
        "touch_running": touch_running,
        "people_may_leave": people_may_leave,
        "own_check": not no_own_check,
        "patience": patience,
    }
    job = Job("entra-apply", params=params, plan_path=plan, graph=graph, json=json_, token_stdin=token_stdin)
    return do(job)


@entra.command()
@plan_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
@graph_option
@as_json
@data_dir
def undo(plan: Path, yes: bool, graph: str, json_: bool) -> int:
    """Take back what this plan made in the tenant, newest first: start, assignments, job, app.

    Accounts in the app stay. What was there before this plan is not touched.
    """
    from app.command_work import Job, do

    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("Nobody is here to be asked: add --yes to take it back.")
        click.confirm("Take back what this plan made in the tenant?", abort=True, err=True)
    return do(Job("entra-undo", plan_path=plan, graph=graph, json=json_))


@entra.command()
@plan_argument
@click.option(
    "--reset", "resets", multiple=True, metavar="WHAT",
    help="What to forget first: Watermark, Escrows, QuarantineState, Full or ForceDeletes; may be repeated.",
)  # fmt: skip
@graph_option
@as_json
@data_dir
def restart(plan: Path, resets: tuple[str, ...], graph: str, json_: bool) -> int:
    """Restart the job. Without --reset as the admin center does: Watermark, Escrows and QuarantineState."""
    from app.command_work import Job, do

    names = [name.strip() for reset in resets for name in reset.split(",") if name.strip()]
    return do(Job("entra-restart", params={"reset": names}, plan_path=plan, graph=graph, json=json_))


@entra.command()
@plan_argument
@click.argument("user", metavar="[USER]", default="")
@click.option("--group", default="", metavar="G", help="A group instead of a user, by name or object id.")
@click.option("--member", "members", multiple=True, metavar="M", help="A member of the group; five at most.")
@graph_option
@as_json
@data_dir
def provision(plan: Path, user: str, group: str, members: tuple[str, ...], graph: str, json_: bool) -> int:
    """Have Microsoft's service provision one person, or a group with up to five members, now."""
    from app.command_work import Job, do

    if bool(user) == bool(group):
        raise click.UsageError("Name either one USER, or one group with --group.")
    if members and not group:
        raise click.UsageError("--member goes with --group.")
    params: dict[str, Any] = {"user": user, "group": group, "members": list(members)}
    return do(Job("entra-provision", params=params, plan_path=plan, graph=graph, json=json_))


@entra.command()
@plan_argument
@click.argument("text", metavar="[TEXT]", default="")
@graph_option
@as_json
@data_dir
def apps(plan: Path, text: str, graph: str, json_: bool) -> int:
    """Find the app in the gallery and among the tenant's own; TEXT is in place of the plan's app."""
    from app.command_work import Job, do

    return do(Job("entra-find-apps", params={"search": text}, plan_path=plan, graph=graph, json=json_))


@entra.command("restore-mappings")
@plan_argument
@click.argument("file", metavar="[FILE]", default="")
@graph_option
@as_json
@data_dir
def restore_mappings(plan: Path, file: str, graph: str, json_: bool) -> int:
    """Put mappings back as they were: those saved before this plan changed any, or those of FILE."""
    from app.command_work import Job, do

    params = {"path": str(Path(file).absolute()) if file else ""}
    return do(Job("entra-restore-schema", params=params, plan_path=plan, graph=graph, json=json_))


@click.command()
@plan_argument
@click.option(
    "--as", "format_", required=True, type=click.Choice(["markdown", "powershell", "terraform"]),
    help="A runbook to read, a script for Microsoft.Graph, or a configuration for azuread.",
)  # fmt: skip
@click.option("--output", default="", metavar="FILE", help="Where to; without it, standard output.")
@as_json
@data_dir
def export(plan: Path, format_: str, output: str, json_: bool) -> int:
    """Write the setup in Microsoft Entra as a runbook or script. Secrets are left as variables."""
    from app.command_work import Job, do

    if output:
        params = {"as": format_, "path": str(Path(output).absolute())}
        return do(Job("export-runbook", params=params, plan_path=plan, json=json_))
    if json_:
        raise click.UsageError("--json goes with --output: standard output holds the runbook itself.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "runbook"
        code = do(
            Job("export-runbook", params={"as": format_, "path": str(path)}, plan_path=plan, quiet=True)
        )
        if code == 0:
            click.echo(path.read_text(encoding="utf-8"), nl=False)
    return code


entra_commands: tuple[click.Command, ...] = (entra, export)
"""Added to the others by ``cli``."""
