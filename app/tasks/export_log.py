"""Write the provisioning log to a file; cells that a spreadsheet would run as a formula are defused."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.engine.state.log import LogFilter
from app.engine.state.store import Store
from app.setup.problem import Problem
from app.tasks.context import Context
from app.tasks.registry import Said
from app.tasks.results import Exported


class Params(BaseModel):
    """Where to, how, and which rows.

    ``sort`` and ``descending`` are taken so that a view can hand its query on; a file is always oldest first.
    """

    model_config = ConfigDict(extra="forbid")

    path: str
    format: Literal["csv", "json"] = "csv"
    status: str = ""
    action: str = ""
    user: str = ""
    cycle: int = Field(default=0, ge=0)
    sort: Literal["time", "name", "action", "status", "cycle"] = "time"
    descending: bool = True


async def run(context: Context, params: Params) -> Said:
    """Write the file in a thread, beside its final name: it appears whole or not at all."""
    path = context.here(params.path)
    rows = await asyncio.to_thread(_export, context.state(), path, params)
    yield Exported(path=str(path), rows=rows)


def _export(folder: Path, path: Path, params: Params) -> int:
    wanted = LogFilter(params.status, params.action, params.user, params.cycle)
    part = path.with_name(f"{path.name}.part")
    try:
        try:
            with Store.look(folder) as store:
                rows = store.export_log(part, wanted, params.format)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from error
    return rows


def cannot_write(path: Path, error: OSError) -> Problem:
    """The problem of a file that a person chose and that cannot be written."""
    return Problem(
        "FILE-WRITE",
        f"The file {path} could not be written.",
        "Another program has it open, its folder is missing or read-only, or the disk is full.",
        "Close the other program, or choose another place, and try again.",
        str(error),
    )
