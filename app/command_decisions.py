"""Commands by which a person decides: restart with what it resets, and what the deletion guard holds back."""

from __future__ import annotations

from pathlib import Path

import click

from app.command_options import as_json, data_dir, plan_argument


@click.command()
@plan_argument
@click.option(
    "--reset", "resets", multiple=True, metavar="WHAT",
    help="What to forget first, by Microsoft Graph's names: Watermark, Escrows, QuarantineState, "
    "ConnectorDataStore, Full or ForceDeletes; may be repeated, or several with commas between them.",
)  # fmt: skip
@as_json
@data_dir
def restart(plan: Path, resets: tuple[str, ...], json_: bool) -> int:
    """Restart a plan: lift its pause, and forget what the next cycle should not go by.

    Without --reset it is what the admin center's "Restart provisioning" does: Watermark, Escrows and
    QuarantineState. Nothing is sent yet; the next cycle does that.
    """
    from app.command_work import Job, do

    names = [name.strip() for reset in resets for name in reset.split(",") if name.strip()]
    return do(Job("restart", params={"reset": names}, plan_path=plan, json=json_))


@click.command()
@plan_argument
@click.option("--allow", multiple=True, metavar="ID", help="Let this one go with the next cycle.")
@click.option("--allow-all", is_flag=True, help="Let everybody in the list go with the next cycle.")
@click.option("--reject", multiple=True, metavar="ID", help="Keep this one, whatever the next cycles find.")
@click.option("--reject-all", is_flag=True, help="Keep everybody in the list.")
@as_json
@data_dir
def staged(
    plan: Path,
    allow: tuple[str, ...],
    allow_all: bool,
    reject: tuple[str, ...],
    reject_all: bool,
    json_: bool,
) -> int:
    """List what the deletion guard holds back, or decide on it.

    ID is as the list shows it; --allow and --reject may be repeated, and go before --allow-all and
    --reject-all. Exit code 1 while somebody waits for a decision.
    """
    from app.command_work import Job, do

    if allow_all and reject_all:
        raise click.UsageError("--allow-all and --reject-all exclude each other: choose one of them.")
    others = "allow" if allow_all else "reject" if reject_all else ""
    if not (allow or reject or others):
        return do(Job("staged", plan_path=plan, json=json_))
    params = {"allow": list(allow), "reject": list(reject), "all": others}
    return do(Job("decide-staged", params=params, plan_path=plan, json=json_))


decision_commands: tuple[click.Command, ...] = (restart, staged)
"""Added to the others by ``cli``."""
