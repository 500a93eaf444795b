"""The setup as a document or script for somebody else to carry out; secrets are left as variables."""

from __future__ import annotations

import asyncio
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.entra.clouds import CLOUDS
from app.entra.runbook.markdown import markdown
from app.entra.runbook.powershell import powershell
from app.entra.runbook.terraform import terraform
from app.entra.wish import Wish
from app.setup.whole_file import write_whole
from app.tasks.context import Context
from app.tasks.entra.reaching import cloud_of
from app.tasks.entra.wishing import wish_of
from app.tasks.export_log import cannot_write
from app.tasks.registry import Said
from app.tasks.results import Exported


class Params(BaseModel):
    """As what, and where to."""

    model_config = ConfigDict(extra="forbid", validate_by_name=True, validate_by_alias=True)

    format: Literal["markdown", "powershell", "terraform"] = Field(default="markdown", alias="as")
    path: str


async def run(context: Context, params: Params) -> Said:
    """Write the file; nothing is sent, and no token is read."""
    wish = wish_of(context, token=False)
    path = context.here(params.path)
    text = _text(context, wish, params.format)
    try:
        await asyncio.to_thread(write_whole, path, text)
    except OSError as error:
        raise cannot_write(path, error) from error
    yield Exported(path=str(path), rows=text.count("\n"))


def _text(context: Context, wish: Wish, format_: str) -> str:
    if format_ == "powershell":
        return powershell(wish)
    if format_ == "terraform":
        return terraform(wish)
    cloud = cloud_of(context)
    # A practice tenant's address is of no use to whoever reads the document.
    return markdown(wish, CLOUDS["global"].graph if cloud.is_practice else cloud.graph)
