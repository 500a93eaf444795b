"""Remove the mail server's password from the keyring and from memory."""

from __future__ import annotations

import asyncio

from pydantic import BaseModel, ConfigDict

from app.notify.password import entry_name
from app.tasks.context import Context
from app.tasks.engine_results import PasswordState
from app.tasks.mail_password_set import whose
from app.tasks.mailing import passwords_of
from app.tasks.registry import Said


class Params(BaseModel):
    """Whose; an empty host or user is that of the plan."""

    model_config = ConfigDict(extra="forbid")

    host: str = ""
    user: str = ""


async def run(context: Context, params: Params) -> Said:
    """Forget it; nothing to forget is no failure."""
    host, user = whose(context, params.host, params.user)
    gone = await asyncio.to_thread(passwords_of(context).forget, entry_name(host, user))
    notes = [] if gone else [f"No password was kept for {user} at {host}."]
    yield PasswordState(stored=False, where="nowhere", notes=notes)
