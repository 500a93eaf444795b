"""Keep a secret token for a tenant URL: cleaned, in the system keyring where there is one."""

from __future__ import annotations

import asyncio

from pydantic import BaseModel, ConfigDict, Field

from app.setup.secret_token import clean_token
from app.tasks.addressing import address
from app.tasks.context import Context
from app.tasks.registry import Said
from app.tasks.results import TokenState
from app.tasks.token_state import as_text


class Params(BaseModel):
    """The token and whose it is.

    Attributes:
        suffix: what is appended to the address; None means the plan's profile's, or ``/scim/v2``.
        keep: False holds the token in memory only.
    """

    model_config = ConfigDict(extra="forbid")

    tenant_url: str
    token: str = Field(repr=False)
    suffix: str | None = None
    keep: bool = True


async def run(context: Context, params: Params) -> Said:
    """Clean and keep it, in a thread: a locked keyring asks the person and waits."""
    url = address(context, params.tenant_url, params.suffix)
    clean = clean_token(params.token)
    notes = list(clean.notes)
    if params.keep:
        where = await asyncio.to_thread(context.tokens.put, url, clean.token)
        if where == "memory":
            notes.append(context.tokens.why_memory)
    else:
        context.tokens.remember(url, clean.token)
        where = "memory"
    yield TokenState(
        stored=True,
        where="keyring" if where == "keyring" else "memory",
        notes=notes,
        expires=as_text(clean.expires),
    )
