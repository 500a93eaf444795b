"""A group's members on their way to the app: in portions as large as it takes, each looked at afterwards.

Apps bound how many members one request may carry, mostly without saying so. The first refusal shows it, and
what is found out holds from then on. Some apps answer that all is well and leave members out: so the group is
read again, after the first, second, fourth portion and so on, and after the last; a group that grows is not
read as often as it is written to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from app.engine.cycle.member_reading import MemberReading, read_members
from app.engine.cycle.target import Target
from app.engine.state.store import Store
from app.scim.errors import Outcome, ScimProblem

Member = tuple[str, str, str]
"""Source id, target id and name."""

_FACT: Final = "member_portion"


@dataclass(slots=True)
class Sending:
    """What became of one group's members in one direction.

    Attributes:
        done: source ids of those that were sent, and are not seen to be missing in the app.
        unseen: those that the app took, by its answer, and does not have.
        refused: the first refusal of a single member; the others were sent all the same.
        held: the members as the group was read last; None where it was not, or does not list them.
    """

    group: str
    removing: bool
    done: list[Member] = field(default_factory=list)
    unseen: list[Member] = field(default_factory=list)
    refused: ScimProblem | None = None
    waiting: list[Member] = field(default_factory=list)
    portions: int = 0
    held: set[str] | None = None


class Portions:
    """Sends members, and learns how many a request may carry.

    Args:
        most: how many the profile allows.
        look: whether the group is read again; not in a dry run, where nothing was sent.

    Attributes:
        size: how many one request carries.
        reading: what is known of a group's members.
    """

    def __init__(self, target: Target, store: Store, most: int, *, look: bool) -> None:
        self._target = target
        self.reading = MemberReading(target, store)
        self._store = store
        self._look = look
        learnt = int(store.fact(_FACT, "0"))
        self.size = min(most, learnt) if learnt else most
        self._kept = self.size

    async def send(self, sending: Sending, members: list[Member]) -> None:
        """Send members, portion after portion: changes of one group must not race.

        Raises:
            ScimProblem: something else than a refusal of single members; ``sending`` has what was done.
        """
        await self._all(sending, members, self.size)
        size = self.size
        # Who was left out may have been one too many in a request. Who is never kept is not sent for ever.
        while len(sending.unseen) > 1 and sending.done and size > 1 and not sending.removing:
            size = (size + 1) // 2
            left, sending.unseen = sending.unseen, []
            await self._all(sending, left, size)
            if len(sending.unseen) == len(left):
                return
            self.size = min(self.size, size)

    async def _all(self, sending: Sending, members: list[Member], size: int) -> None:
        """Send members in portions of this size, or of one that a refusal sets."""
        position = 0
        try:
            while position < len(members):
                portion = members[position : position + min(size, self.size)]
                position += len(portion)
                await self._portion(sending, portion)
                sending.portions += 1
                if sending.portions & (sending.portions - 1) == 0:
                    await self._verify(sending)
        finally:
            # Also those before a fault: what was sent was sent.
            await self._verify(sending)

    async def _portion(self, sending: Sending, members: list[Member]) -> bool:
        """Send a portion; when the app refuses it, halves of it. Gives whether nobody was refused."""
        ids = [account for _, account, _ in members]
        send = self._target.remove_members if sending.removing else self._target.add_members
        try:
            await send(sending.group, ids)
        except ScimProblem as problem:
            if problem.kind not in {Outcome.REFUSED, Outcome.TOO_LARGE}:
                raise
            if len(members) == 1:
                sending.refused = sending.refused or problem
                return False
            half = (len(members) + 1) // 2
            if problem.kind is Outcome.TOO_LARGE:
                self.size = min(self.size, half)
            whole = await self._portion(sending, members[:half])
            whole = await self._portion(sending, members[half:]) and whole
            if whole:
                # Nobody of them was the reason, so there were too many of them.
                self.size = min(self.size, half)
            return whole
        sending.waiting += members
        return True

    async def _verify(self, sending: Sending) -> None:
        """Look at the group; whoever is certainly not as sent is not done."""
        if not sending.waiting:
            return
        held = await read_members(self.reading, sending.group) if self._look else None
        bad: set[str] = set()
        if held is not None:
            accounts = [account for _, account, _ in sending.waiting]
            if sending.removing:
                bad = await self.reading.still(sending.group, held, accounts)
            else:
                bad = await self.reading.lacking(sending.group, held, accounts)
                if not bad and not self.reading.cut and self.reading.may_be_cut(held):
                    bad = await self._try_one(sending.group, held, accounts)
        sending.held = held
        for member in sending.waiting:
            (sending.unseen if member[1] in bad else sending.done).append(member)
        sending.waiting = []

    async def _try_one(self, group: str, held: set[str], accounts: list[str]) -> set[str]:
        """Who was left out, not merely unlisted: one is sent alone, and a list that grows was not cut."""
        absent = sorted(set(accounts) - held)
        if not absent:
            return set()
        await self._target.add_members(group, absent[:1])
        again = await read_members(self.reading, group)
        if again is not None and len(again) > len(held):
            return set(absent) - again
        self.reading.cut = True
        return set()

    def keep(self) -> None:
        """Keep what was found out, in the open transaction."""
        self.reading.keep()
        if self.size < self._kept:
            self._kept = self.size
            self._store.keep(_FACT, str(self.size))
