"""Sends one mail to try out what the plan says of its mail server."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from app.notify.letter import News
from app.tasks.context import Context
from app.tasks.events import Notice
from app.tasks.mailing import send
from app.tasks.registry import Said
from app.tasks.results import Done


class Params(BaseModel):
    """Nothing to choose: the plan says it all."""

    model_config = ConfigDict(extra="forbid")


async def run(context: Context, params: Params) -> Said:
    """Send it; what goes wrong is a problem here, for somebody waits for it."""
    chosen = context.need_plan().notifications
    news = News(
        "test",
        "Rollcall: this is a test",
        [
            "Somebody had Rollcall try out its mail server. Nothing happened, and nothing is to be done.",
            "Mails about failures, quarantine and the deletion guard will look like this.",
        ],
    )
    for refused in await send(context, chosen, news):
        yield Notice(level="warning", code="MAIL-REFUSED", text=f"Not everybody was sent it: {refused}")
    yield Done(sentence=f"The mail server took a test mail to {chosen.email}. Look for it in the mailbox.")
