"""The arguments and options that many commands have."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from app.setup.folders import DATA_DIR_VARIABLE

Command = TypeVar("Command", bound=Callable[..., Any])


def _move_data(context: click.Context, parameter: click.Parameter, folder: str | None) -> None:
    if folder:
        os.environ[DATA_DIR_VARIABLE] = folder


def data_dir(command: Command) -> Command:
    """The option that moves state, logs and settings."""
    return click.option(
        "--data-dir",
        metavar="FOLDER",
        callback=_move_data,
        expose_value=False,
        is_eager=True,
        help=f"Keep state, logs and settings in this folder ({DATA_DIR_VARIABLE} does the same).",
    )(command)


def as_json(command: Command) -> Command:
    """The option for programs."""
    return click.option("--json", "json_", is_flag=True, help="Print one JSON object a line.")(command)


def token_stdin(command: Command) -> Command:
    """The option to hand a token in. A token is never an argument: other programs could read it there."""
    return click.option(
        "--token-stdin",
        is_flag=True,
        help="Read the secret token from standard input. Otherwise it comes from the variable "
        "ROLLCALL_TOKEN, or from this computer's keyring.",
    )(command)


plan_argument = click.argument(
    "plan", metavar="PLAN", type=click.Path(exists=False, dir_okay=False, path_type=Path)
)
