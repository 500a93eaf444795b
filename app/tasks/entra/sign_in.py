"""Sign in to Microsoft Entra: in the browser, with a code on another device, or to the practice tenant."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.entra.practice_sign_in import ROLES, PracticeSignIn
from app.entra.sign_in import Account, DeviceCode, SignIn
from app.setup.problem import Problem
from app.tasks.context import Context
from app.tasks.entra.reaching import sign_in_of
from app.tasks.entra.whoami import shown
from app.tasks.events import Notice
from app.tasks.registry import Said


class Params(BaseModel):
    """How, and whether permissions to change something are asked for too.

    ``role`` is whom to be in the practice tenant.
    """

    model_config = ConfigDict(extra="forbid")

    method: Literal["browser", "device", "practice"] = "browser"
    write: bool = False
    role: str = ROLES[0]


async def run(context: Context, params: Params) -> Said:
    """Sign in; a cancel ends it at once."""
    sign_in = sign_in_of(context)
    if isinstance(sign_in, PracticeSignIn):
        account = await sign_in.sign_in(write=params.write, role=params.role)
    elif params.method == "practice":
        raise Problem(
            "SIGN-IN-NO-PRACTICE",
            "The plan names no practice tenant.",
            "Its cloud is one of Microsoft's.",
            "Sign in with a browser or a code, or choose the practice tenant as the cloud.",
        )
    elif params.method == "browser":
        text = "Microsoft's sign-in page opens in your browser. Rollcall goes on when you are done there."
        yield Notice(code="browser", text=text)
        account = await sign_in.in_browser(write=params.write)
    else:
        codes: asyncio.Queue[DeviceCode] = asyncio.Queue()
        going = asyncio.create_task(_by_device(sign_in, codes, write=params.write))
        try:
            first = asyncio.create_task(codes.get())
            await asyncio.wait({going, first}, return_when=asyncio.FIRST_COMPLETED)
            if first.done():
                yield Notice(code="device-code", text=_words(first.result()))
            first.cancel()
            account = await going
        finally:
            going.cancel()
            with suppress(asyncio.CancelledError, Problem):
                await going
    yield await shown(context, account)


async def _by_device(sign_in: SignIn, codes: asyncio.Queue[DeviceCode], *, write: bool) -> Account:
    return await sign_in.by_device(codes.put_nowait, write=write)


def _words(code: DeviceCode) -> str:
    minutes = max(1, code.seconds // 60)
    return f"Open {code.address} on any device and type the code {code.code} there, within {minutes} minutes."
