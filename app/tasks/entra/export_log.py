"""Write the log of Microsoft's service to a file, whatever its length."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Literal

from app.engine.events import LogEntry
from app.engine.state.log_export import EXPORT_COLUMNS, csv_line, json_line
from app.entra.provisioning_log import PAGE, read_part
from app.tasks.context import Context
from app.tasks.entra.log import Filters, query_of
from app.tasks.entra.log_shown import log_entry
from app.tasks.entra.reaching import graph_client, signed_in
from app.tasks.events import Progress
from app.tasks.export_log import cannot_write
from app.tasks.registry import Said
from app.tasks.results import Exported


class Params(Filters):
    """Where to, how, and which rows."""

    path: str
    format: Literal["csv", "json"] = "csv"


async def run(context: Context, params: Params) -> Said:
    """Write it page by page beside its final name: it appears whole or not at all."""
    await signed_in(context)
    path = context.here(params.path)
    part_file = path.with_name(f"{path.name}.part")
    line: Callable[[LogEntry], str] = csv_line if params.format == "csv" else json_line
    rows = 0
    try:
        async with graph_client(context) as client:
            query = await query_of(context, client, params)
            after, first = "", True
            while first or after:
                part = await read_part(client, query, after=after, most=PAGE)
                lines = [line(log_entry(row)) for row in part.rows]
                head = ",".join(EXPORT_COLUMNS) + "\r\n" if first and params.format == "csv" else ""
                await asyncio.to_thread(_write, part_file, head, lines, new=first)
                rows, after, first = rows + len(lines), part.after, False
                yield Progress(text=f"{rows:,} rows written", done=rows)
        await asyncio.to_thread(os.replace, part_file, path)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        await asyncio.to_thread(part_file.unlink, missing_ok=True)
    yield Exported(path=str(path), rows=rows)


def _write(path: Path, head: str, lines: Iterable[str], *, new: bool) -> None:
    with _opened(path, bom=bool(head), new=new) as file:
        file.write(head)
        file.writelines(lines)


def _opened(path: Path, *, bom: bool, new: bool) -> IO[str]:
    return path.open("w" if new else "a", encoding="utf-8-sig" if bom else "utf-8", newline="")
