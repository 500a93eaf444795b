"""What of the provisioning log is shown: which rows, in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class LogQuery:
    """A filter and an order, as the task ``log`` takes them.

    Attributes:
        status: only rows with this status; empty for all.
        action: only rows with this action; empty for all.
        user: part of a name, in any letter case; empty for all.
        cycle: only rows of this cycle; 0 for all.
        sort: ``time``, ``name``, ``action`` or ``status``.
        descending: largest, or newest, first.
    """

    status: str = ""
    action: str = ""
    user: str = ""
    cycle: int = 0
    sort: str = "time"
    descending: bool = True

    @property
    def newest_first(self) -> bool:
        """Whether new rows of the log come in at the top, so that a view at the top can follow them."""
        return self.sort == "time" and self.descending

    @property
    def narrows(self) -> bool:
        """Whether it leaves rows out."""
        return bool(self.status or self.action or self.user or self.cycle)

    def params(self) -> dict[str, Any]:
        """The parameters of the tasks ``log`` and ``export-log``."""
        return {
            "status": self.status,
            "action": self.action,
            "user": self.user,
            "cycle": self.cycle,
            "sort": self.sort,
            "descending": self.descending,
        }
