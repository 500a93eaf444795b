"""Set the enterprise app's single sign-on to SAML."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from app.entra.prerequisites import set_saml
from app.setup.problem import Problem
from app.tasks.context import Context
from app.tasks.entra.check import app_of
from app.tasks.entra.reaching import graph_client, signed_in
from app.tasks.registry import Said
from app.tasks.results import Done


class Params(BaseModel):
    """The plan says which app."""

    model_config = ConfigDict(extra="forbid")


async def run(context: Context, params: Params) -> Said:
    """Set it, and read it back."""
    await signed_in(context)
    principal = app_of(context)
    if not principal:
        raise Problem(
            "NOT-SET-UP",
            "There is no enterprise app to set single sign-on for yet.",
            "The plan names none, and none was added.",
            "Choose an existing app in the wizard, or set up provisioning first.",
        )
    async with graph_client(context) as client:
        mode = await set_saml(client, principal)
    if mode.casefold() != "saml":
        raise Problem(
            "SAML-NOT-SET",
            "Single sign-on was not set to SAML.",
            f"Microsoft Entra took the change, but reads back {mode or 'nothing'}.",
            "Wait a minute and look again; changes can take a while to be seen.",
        )
    yield Done(sentence="Single sign-on is set to SAML. Enter the values below on both sides.")
