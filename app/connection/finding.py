"""What *Test connection* says: a finding for each check, and one verdict on the whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal


class Severity(StrEnum):
    """How much a failed check matters to this plan."""

    BLOCKER = "blocker"
    MAJOR = "major"
    MINOR = "minor"
    INFO = "info"


class Group(StrEnum):
    """What a check means for the person; reports are grouped by it."""

    CONNECTION = "Connection"
    CREATE = "People can be created"
    UPDATE = "People can be updated"
    LEAVE = "Leavers lose access"
    GROUPS = "Groups"
    ROBUST = "Robustness"


Mark = Literal["pass", "warning", "fail", "skipped"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One check that has ended.

    Attributes:
        id: the catalogue's (``C-URL``, ...).
        verdict: pass, warning (works, with a limit), fail, or skipped (could not be tried).
        severity: how much it matters to this plan; ``info`` where the plan does not use it.
        code: which of the check's outcomes it was; stable, for comparing reports.
        outcome: one sentence on what was seen.
        remedy: what to do about it; empty when nothing.
        sent: the request that shows it best, token blanked.
        answered: its answer, token blanked.
        seconds: how long the check took.
        fact: the page where the fact behind the check is written down.
    """

    id: str
    title: str
    group: str
    verdict: Mark
    severity: Severity
    code: str
    outcome: str
    remedy: str = ""
    sent: str = ""
    answered: str = ""
    seconds: float = 0.0
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """Something to change in the plan, ready for a click.

    Attributes:
        change: what it is about; ``none`` is advice that no click can follow.
        value: what to set it to; for ``drop-mapping`` the target.
        text: the advice as a sentence.
    """

    change: Literal["flag", "matching", "drop-mapping", "groups", "member-portion", "rate", "none"]
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """*Test connection* as a whole.

    Attributes:
        advice: sentences on what to change, the most important first.
        changes: the same, for a click.
        figures: what was measured: ``median-ms``, ``worst-ms``, ``rate``, ``member-portion``,
            ``listing-reliable``.
        leftovers: test objects that could not be removed, by name.
    """

    verdict: Literal["ready", "ready-with-limits", "not-ready"]
    sentence: str
    advice: list[str] = field(default_factory=list)
    requests: int = 0
    seconds: float = 0.0
    changes: list[Advice] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)
    leftovers: list[str] = field(default_factory=list)
