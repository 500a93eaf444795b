"""Write the report of *Test connection* to a file, to send to whoever runs the target app."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.connection.report import Report, as_json, as_markdown
from app.connection.report_html import as_html
from app.setup.redaction import secrets_seen
from app.tasks.context import Context
from app.tasks.events import CheckOutcome
from app.tasks.export_log import cannot_write
from app.tasks.findings import as_finding, as_verdict
from app.tasks.registry import Said
from app.tasks.results import CheckVerdict, Exported

_WRITERS = {"json": as_json, "md": as_markdown, "html": as_html}


class Params(BaseModel):
    """What was found, and where to write it.

    Attributes:
        path: the file.
        format: how; empty means as the file's name ends, and HTML where that says nothing.
        app: the app's title; empty means the plan's.
        tenant_url: what was tested.
        level: what the test was allowed to do.
        outcomes: the checks as they came.
        verdict: the end of the check; None when it was stopped.
    """

    model_config = ConfigDict(extra="forbid")

    path: str
    format: Literal["", "json", "md", "html"] = ""
    app: str = ""
    tenant_url: str
    level: Literal["read", "write"] = "read"
    outcomes: list[CheckOutcome]
    verdict: CheckVerdict | None = None


async def run(context: Context, params: Params) -> Said:
    """Write it, every known secret blanked once more."""
    path = context.here(params.path)
    title = params.app or (context.profile().title if context.plan is not None else "the app")
    await asyncio.to_thread(write_report, path, title, params)
    yield Exported(path=str(path), rows=len(params.outcomes))


def write_report(path: Path, app: str, params: Params) -> None:
    """Write the report of an app's test.

    Raises:
        Problem: the file cannot be written.
    """
    report = Report(
        app,
        params.tenant_url,
        params.level,
        [as_finding(each) for each in params.outcomes],
        as_verdict(params.verdict) if params.verdict is not None else None,
    )
    writer = _WRITERS.get(params.format or path.suffix.lower().lstrip("."), as_html)
    try:
        path.write_text(secrets_seen.clean(writer(report)), encoding="utf-8")
    except OSError as error:
        raise cannot_write(path, error) from error
