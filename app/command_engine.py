"""Commands of the engine on this computer beyond a cycle: on demand, drift, and what runs it by itself."""

from __future__ import annotations

from pathlib import Path

import click

from app.command_options import as_json, data_dir, plan_argument, token_stdin


@click.command()
@plan_argument
@click.argument("person", metavar="[USER]", default="")
@click.option("--group", default="", metavar="G", help="A group instead of a person, by name or object id.")
@click.option(
    "--member", "members", multiple=True, metavar="M",
    help="A member of the group to provision with it; may be repeated, up to five times.",
)  # fmt: skip
@token_stdin
@as_json
@data_dir
def provision(
    plan: Path, person: str, group: str, members: tuple[str, ...], token_stdin: bool, json_: bool
) -> int:
    """Provision one person, or one group with up to five members, now, and tell each step.

    USER is a user principal name or an object id. It is what a cycle would do for them, whether or not
    anything changed in the source. Exit code 1 when it failed.
    """
    from app.command_work import Job, do

    if bool(person) == bool(group):
        raise click.UsageError("Name either one USER, or one group with --group.")
    if members and not group:
        raise click.UsageError("--member goes with --group.")
    params = {"person": person, "group": group, "members": list(members)}
    return do(Job("provision-one", params=params, plan_path=plan, json=json_, token_stdin=token_stdin))


@click.command()
@plan_argument
@click.option(
    "--repair", "ids", multiple=True, metavar="ID",
    help="Repair this difference of the last comparison; may be repeated.",
)  # fmt: skip
@click.option("--repair-all", is_flag=True, help="Repair all that the last comparison found.")
@click.option("--last", is_flag=True, help="Show the last comparison again, and compare nothing.")
@token_stdin
@as_json
@data_dir
def drift(
    plan: Path, ids: tuple[str, ...], repair_all: bool, last: bool, token_stdin: bool, json_: bool
) -> int:
    """Compare the app with what should be there, and show each difference; nothing is changed.

    With --repair or --repair-all, put right what the last comparison found. Each is looked at once more
    before anything is sent, and the deletion guard counts. Exit code 1 when something differs.
    """
    from app.command_work import Job, do

    if bool(ids) + repair_all + last > 1:
        raise click.UsageError("--repair, --repair-all and --last exclude each other: choose one of them.")
    if ids or repair_all:
        params = {"ids": list(ids), "all": repair_all}
        return do(Job("repair-drift", params=params, plan_path=plan, json=json_, token_stdin=token_stdin))
    params = {"last": last}
    return do(Job("drift", params=params, plan_path=plan, json=json_, token_stdin=token_stdin))


@click.group()
def mail() -> None:
    """Notification e-mail: try it out, keep or remove the mail server's password."""


@mail.command("test")
@plan_argument
@as_json
@data_dir
def mail_test(plan: Path, json_: bool) -> int:
    """Send one mail through the plan's mail server. Exit code 1 when it was not taken."""
    from app.command_work import Job, do

    return do(Job("mail-test", plan_path=plan, json=json_))


@mail.command("password")
@plan_argument
@as_json
@data_dir
def mail_password(plan: Path, json_: bool) -> int:
    """Keep the password of the plan's mail user in the keyring. It is asked for, or read from standard input.

    Without a keyring, put it in the variable ROLLCALL_MAIL_PASSWORD of whatever runs the cycles.
    """
    from app.command_work import Job, do, read_token

    params = {"password": read_token("Password of the mail server")}
    return do(Job("mail-password-set", params=params, plan_path=plan, json=json_))


@mail.command("forget")
@plan_argument
@as_json
@data_dir
def mail_forget(plan: Path, json_: bool) -> int:
    """Remove the password of the plan's mail user from the keyring."""
    from app.command_work import Job, do

    return do(Job("mail-password-forget", plan_path=plan, json=json_))


@click.group()
def schedule() -> None:
    """Have this computer's system run a plan's cycles: systemd, launchd, or Windows' task scheduler."""


@schedule.command("install")
@plan_argument
@click.option(
    "--every", default=40, show_default=True, type=click.IntRange(1, 44_640), metavar="MINUTES",
    help="Minutes between two cycles.",
)  # fmt: skip
@as_json
@data_dir
def schedule_install(plan: Path, every: int, json_: bool) -> int:
    """Write what has the system run PLAN, in place of an earlier schedule, and print what was written."""
    from app.command_work import Job, do

    return do(Job("schedule-install", params={"every": every}, plan_path=plan, json=json_))


@schedule.command("remove")
@plan_argument
@as_json
@data_dir
def schedule_remove(plan: Path, json_: bool) -> int:
    """Take away what install wrote for PLAN, and nothing else."""
    from app.command_work import Job, do

    return do(Job("schedule-remove", plan_path=plan, json=json_))


@schedule.command("show")
@plan_argument
@as_json
@data_dir
def schedule_show(plan: Path, json_: bool) -> int:
    """Print what has the system run PLAN."""
    from app.command_work import Job, do

    return do(Job("schedule-show", plan_path=plan, json=json_))


engine_commands: tuple[click.Command, ...] = (provision, drift, mail, schedule)
"""Added to the others by ``cli``."""
