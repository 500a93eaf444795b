"""Whether the mail server's password is kept, and where. Never the password."""

from __future__ import annotations

import asyncio
import os

from pydantic import BaseModel, ConfigDict

from app.notify.password import VARIABLE, entry_name
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
    """Look for it, in a thread: a locked keyring asks the person and waits."""
    host, user = whose(context, params.host, params.user)
    if os.environ.get(VARIABLE):
        yield PasswordState(stored=True, where="environment")
        return
    passwords = passwords_of(context)
    found = await asyncio.to_thread(passwords.get, entry_name(host, user))
    if found is None:
        notes = [passwords.why_memory] if passwords.where == "memory" else []
        yield PasswordState(stored=False, where="nowhere", notes=notes)
        return
    yield PasswordState(stored=True, where=passwords.where)
