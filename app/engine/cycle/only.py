"""Part of the source: what a run that is no whole cycle is about.

On-demand provisioning and the repair of drift are the cycle itself, so that they cannot differ from it; only
that it passes everybody else by. Whoever is not chosen is neither judged nor missed, nor related to others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from app.engine.cycle.members import MemberWork
from app.engine.cycle.references import ManagerWork
from app.engine.events import Kind


@dataclass(frozen=True, slots=True)
class Only:
    """The chosen ones, by source id.

    Attributes:
        kind: what is being done; on demand, there is no cycle that the log rows belong to.
        members: the members that a chosen group's memberships are about; None: all of them.
    """

    kind: Literal["on-demand", "repair"]
    users: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    members: frozenset[str] | None = None

    def takes(self, kind: Kind, source_id: str) -> bool:
        """Whether this one is chosen."""
        return source_id in (self.users if kind == "user" else self.groups)

    def unsure(self, groups: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
        """The chosen ones of the groups whose members must be read first."""
        return [each for each in groups if each[0] in self.groups]

    def memberships(self, due: Iterable[MemberWork]) -> Iterator[MemberWork]:
        """The chosen part of the memberships that are due."""
        for work in due:
            who = self.members if work.group in self.groups else self._repaired
            if who is not None:
                work.add = [each for each in work.add if each[0] in who]
                work.remove = [each for each in work.remove if each[0] in who]
            if work.add or work.remove:
                yield work

    def managers(self, due: Iterable[ManagerWork]) -> Iterator[ManagerWork]:
        """The chosen people whose manager is due; and those who get a repaired one back."""
        for work in due:
            if work.source_id in self.users or work.manager_id in self._repaired:
                yield work

    @property
    def _repaired(self) -> frozenset[str]:
        """Whoever is repaired gets back what refers to them, too: made anew, they have another id."""
        return self.users if self.kind == "repair" else frozenset()
