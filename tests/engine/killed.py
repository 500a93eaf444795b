"""A process that is there to be killed: it forks once for each cycle, so that imports cost nothing.

Reads lines of JSON ``{url, token, folder, people, plan, portion, mirror}``; answers each with the child's
process id. The child stands still until it is sent SIGCONT, and writes the cycle's state unless it is killed;
an empty line has it reaped, which ``over`` confirms.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from app.engine.control import Control
from app.engine.cycle.cycle import Cycle
from app.engine.events import CycleEnd
from app.engine.state.store import Store
from app.people.mirror import Heard
from app.people.record import Directory, Removed
from app.scim.client import ScimClient
from app.setup.plan import SetupPlan
from app.setup.profile import load_profile
from app.setup.tenant_url import TenantUrl
from tests.engine.conftest import People
from tests.engine.cycle.scripted import ScriptedDirectory


class RememberingDirectory(ScriptedDirectory):
    """Tells what changed since it was asked last, also where another process was asked: its mirror tells."""

    async def catch_up(self, *, anew: bool = False) -> None:
        self._told = {each.id: dict(each.attributes) for each in self.users()}
        self._members = {each.id: set(each.members) for each in self.groups()}
        self._names = {each.id: each.name for each in self.groups()}
        await super().catch_up(anew=anew)

    def _groups(self) -> list[Heard | Removed]:
        renamed: list[Heard | Removed] = [
            Heard(key, {"displayName": name}, True)
            for key, (name, _) in self.people.teams.items()
            if self._names.get(key, name) != name
        ]
        return super()._groups() + renamed


async def cycle(order: dict[str, object]) -> str:
    people = People(**order["people"])  # type: ignore[arg-type]
    plan = SetupPlan.model_validate(order["plan"])
    profile = load_profile("scim").model_copy(update={"member_portion": order["portion"]})
    url = TenantUrl.parse(str(order["url"]))
    directory: Directory = people
    if order.get("mirror"):
        directory = RememberingDirectory(Path(str(order["mirror"])), people)
    with Store.open(Path(str(order["folder"]))) as store:
        async with ScimClient(url, str(order["token"])) as client:
            async for event in Cycle(plan, profile, directory, client, store, Control()).run():
                if isinstance(event, CycleEnd):
                    return event.state
    return "none"


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            os.kill(os.getpid(), signal.SIGSTOP)
            state = asyncio.run(cycle(order))
            os.write(1, f"{state}\n".encode())
            os._exit(0)
        os.waitpid(child, os.WUNTRACED)  # until it stands still
        os.write(1, f"{child}\n".encode())
        # Not reaped before the other side says so: until then its number belongs to nobody else.
        sys.stdin.readline()
        os.waitpid(child, 0)
        os.write(1, b"over\n")


if __name__ == "__main__":
    main()
