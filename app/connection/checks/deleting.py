"""X: people are deleted, as Entra does 30 days after they left."""

from __future__ import annotations

from app.connection.check import check, fails, passes, warns
from app.connection.facts import DEPROVISIONING
from app.connection.finding import Group, Severity
from app.connection.probe import Probe


@check(
    "X-DEL",
    "A person can be deleted",
    Group.LEAVE,
    Severity.MAJOR,
    {
        "ok": passes("Status 204; the person is gone, and deleting once more gives 404."),
        "refused": fails(
            "A person cannot be deleted. The app says: {detail}.", "Untick Delete, or ask the vendor."
        ),
        "stays": fails(
            "The app says yes to deleting, and the person is still there.",
            "Untick Delete, or ask the vendor.",
        ),
        "status": warns("Deleting gives status {detail} instead of 204.", "Tell the vendor of {title}."),
        "again": warns(
            "Deleting somebody who is gone already gives status {detail} instead of 404.", "Tell the vendor."
        ),
    },
    needs=("U-POST",),
    after=("*",),
    writes=True,
    fact=DEPROVISIONING,
)
async def _delete(probe: Probe) -> str:
    first = await probe.send("DELETE", probe.user_path)
    probe.show(first)
    if first.status >= 300:
        probe.detail = first.scim_error[1] or f"status {first.status}"
        return "refused"
    if await probe.read(probe.user_path) is not None:
        return "stays"
    again = await probe.send("DELETE", probe.user_path)
    if first.status != 204:
        probe.detail = str(first.status)
        return "status"
    probe.detail = str(again.status)
    return "ok" if again.status in {404, 410} else "again"
