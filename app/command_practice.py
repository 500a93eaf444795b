"""The command ``practice``: the window on the practice app, or tenant and app for other programs."""

from __future__ import annotations

import json
import signal
import threading
from dataclasses import asdict
from types import FrameType
from typing import TYPE_CHECKING

import click

from app.command_options import data_dir

if TYPE_CHECKING:
    from app.practice.app import Policy


@click.group(invoke_without_command=True)
@data_dir
@click.pass_context
def practice(context: click.Context) -> int | None:
    """Open the window in practice: sample people, a practice app, no account, no network."""
    if context.invoked_subcommand is None:
        code: int = context.obj.desk(["practice"])
        return code
    return None


@practice.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, show_default=True,
    help="Port of the practice tenant; 0 takes a free one.",
)  # fmt: skip
@click.option(
    "--policy", type=click.Choice(["tolerant", "strict"]), default="tolerant", show_default=True,
    help="How strict the practice app is: tolerant takes all that Entra sends, strict what the RFC allows.",
)  # fmt: skip
@data_dir
def serve(port: int, policy: Policy) -> int:
    """Run the practice tenant and the practice app until Ctrl-C, for scripts and other programs.

    Prints one line of JSON: the Graph address (for --graph), the SCIM tenant URL and its token. All that is
    in them is in memory only.
    """
    from app.setup.problem import Problem
    from app.tasks.practice_serve import serving
    from app.terminal import HumanVoice

    enough = threading.Event()

    def hear(number: int, frame: FrameType | None) -> None:
        enough.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, hear)
    try:
        with serving(port, policy) as served:
            click.echo(json.dumps(asdict(served)))
            # In short waits: Windows wakes nobody for a signal who waits without end.
            while not enough.wait(0.5):
                pass
    except Problem as problem:
        HumanVoice().problem(problem)
        return 1
    return 0
