"""Whether a secret token is kept for a tenant URL, and where. Never the token."""

from __future__ import annotations

import asyncio
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from app.setup.secret_token import clean_token
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
    """Look for it, in a thread: a locked keyring asks the person and waits."""
    url = address(context, params.tenant_url, params.suffix)
    token = await asyncio.to_thread(context.tokens.get, url)
    where = context.tokens.where
    if token is None:
        notes = [context.tokens.why_memory] if where == "memory" else []
        yield TokenState(stored=False, where="nowhere", notes=notes)
        return
    clean = clean_token(token)
    yield TokenState(stored=True, where=where, notes=list(clean.notes), expires=as_text(clean.expires))


def as_text(expires: datetime | None) -> str:
    """A token's expiry as results carry it; empty when it has none that can be read."""
    return expires.isoformat() if expires is not None else ""
