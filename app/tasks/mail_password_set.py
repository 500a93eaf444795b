"""Keep the mail server's password: in the system keyring where there is one, never in a plan."""

from __future__ import annotations

import asyncio

from pydantic import BaseModel, ConfigDict, Field

from app.notify.mail_problem import MailProblem
from app.notify.password import entry_name
from app.notify.server import host_name
from app.setup.redaction import secrets_seen
from app.tasks.context import Context
from app.tasks.engine_results import PasswordState
from app.tasks.mailing import passwords_of
from app.tasks.registry import Said


class Params(BaseModel):
    """The password and whose it is; an empty host or user is that of the plan."""

    model_config = ConfigDict(extra="forbid")

    host: str = ""
    user: str = ""
    password: str = Field(repr=False)


async def run(context: Context, params: Params) -> Said:
    """Keep it, in a thread: a locked keyring asks the person and waits."""
    # The line end comes along from a pipe; blanks can be part of a password.
    password = params.password.rstrip("\r\n")
    secrets_seen.add(password)
    host, user = whose(context, params.host, params.user)
    if not password or any(ord(each) < 32 for each in password):
        raise MailProblem("MAIL-NO-PASSWORD", "What was given is empty, or has line ends in it.")
    passwords = passwords_of(context)
    where = await asyncio.to_thread(passwords.put, entry_name(host, user), password)
    notes = [passwords.why_memory] if where == "memory" else []
    yield PasswordState(stored=True, where=where, notes=notes)


def whose(context: Context, host: str, user: str) -> tuple[str, str]:
    """Server and user, from the plan where they are not given.

    Raises:
        MailProblem: there is no server, or no user.
    """
    chosen = context.plan.notifications if context.plan is not None else None
    server = host_name(host or (chosen.smtp_host if chosen else ""))
    name = (user or (chosen.smtp_user if chosen else "")).strip()
    if not name:
        raise MailProblem("MAIL-NO-PASSWORD", "The plan names no user for the mail server.")
    return server, name
