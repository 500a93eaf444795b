"""Write the report of *Test connection* to a file, to send to whoever runs the target app."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from app.setup.redaction import secrets_seen
from app.tasks.context import Context
from app.tasks.events import CheckOutcome
from app.tasks.export_log import cannot_write
from app.tasks.registry import Said
from app.tasks.results import CheckVerdict, Exported


class Params(BaseModel):
    """What was found, and where to write it.

    Attributes:
        path: the file; ``.json`` gives JSON, anything else text.
        tenant_url: what was tested.
        outcomes: the checks as they came.
        verdict: the end of the check; None when it was stopped.
    """

    model_config = ConfigDict(extra="forbid")

    path: str
    tenant_url: str
    outcomes: list[CheckOutcome]
    verdict: CheckVerdict | None = None


async def run(context: Context, params: Params) -> Said:
    """Write it, every known secret blanked once more."""
    path = context.here(params.path)
    text = _as_json(params) if path.suffix.lower() == ".json" else _as_text(params)
    await asyncio.to_thread(_write, path, secrets_seen.clean(text))
    yield Exported(path=str(path), rows=len(params.outcomes))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise cannot_write(path, error) from error


def _as_json(params: Params) -> str:
    body = params.model_dump(exclude={"path"})
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def _as_text(params: Params) -> str:
    lines = [f"Test connection of {params.tenant_url}", ""]
    if params.verdict is not None:
        lines += [params.verdict.sentence, *(f"- {advice}" for advice in params.verdict.advice), ""]
    for outcome in params.outcomes:
        lines.append(f"[{outcome.verdict}] {outcome.id} {outcome.title}: {outcome.outcome}")
        for name, text in (
            ("What to do", outcome.remedy),
            ("Sent", outcome.sent),
            ("Answered", outcome.answered),
        ):
            if text:
                indented = text.replace("\n", "\n      ")
                lines.append(f"    {name}: {indented}")
    return "\n".join(lines) + "\n"
