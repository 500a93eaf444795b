"""Sign out of Microsoft Entra: nothing of the sign-in stays on this computer."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from app.tasks.context import Context
from app.tasks.entra.reaching import sign_in_of
from app.tasks.registry import Said
from app.tasks.results import Done


class Params(BaseModel):
    """The plan says where."""

    model_config = ConfigDict(extra="forbid")


async def run(context: Context, params: Params) -> Said:
    """Forget it."""
    had = await sign_in_of(context).sign_out()
    context.shared.sign_ins.clear()
    yield Done(sentence="Signed out; nothing is kept." if had else "Nobody was signed in.")
