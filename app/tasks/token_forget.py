"""Remove the secret token of a tenant URL from the keyring and from memory."""

from __future__ import annotations

import asyncio

from pydantic import BaseModel, ConfigDict

from app.tasks.addressing import address
from app.tasks.context import Context
from app.tasks.registry import Said
from app.tasks.results import TokenState


class Params(BaseModel):
    """Whose."""

    model_config = ConfigDict(extra="forbid")

    tenant_url: str
    suffix: str | None = None


async def run(context: Context, params: Params) -> Said:
    """Forget it; nothing to forget is no failure."""
    url = address(context, params.tenant_url, params.suffix)
    gone = await asyncio.to_thread(context.tokens.forget, url)
    notes = [] if gone else [f"No token was kept for {url.base}."]
    yield TokenState(stored=False, where="nowhere", notes=notes)
