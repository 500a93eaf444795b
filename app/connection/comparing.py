"""Two reports side by side: what got better, what got worse, and what a pipeline stops on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.connection.finding import Finding, Severity
from app.connection.report import Report

_RANK = {"fail": 0, "warning": 1, "pass": 2}


@dataclass(frozen=True, slots=True)
class Difference:
    """One check that went another way than before; ``before`` or ``now`` is empty when it was not tried."""

    id: str
    kind: Literal["better", "worse", "changed"]
    before: str
    now: str
    sentence: str


def compare(before: Report, now: Report) -> list[Difference]:
    """What differs, the worse first. What was not tried in one of them is *changed*, never *better*."""
    old = {each.id: each for each in before.findings}
    new = {each.id: each for each in now.findings}
    found = [
        difference
        for name in [*new, *(name for name in old if name not in new)]
        if (difference := _one(name, old.get(name), new.get(name))) is not None
    ]
    order = {"worse": 0, "changed": 1, "better": 2}
    return sorted(found, key=lambda each: (order[each.kind], each.id))


def _one(name: str, old: Finding | None, new: Finding | None) -> Difference | None:
    before = old.verdict if old is not None else ""
    now = new.verdict if new is not None else ""
    if before == now and (old is None or new is None or old.code == new.code):
        return None
    sentence = new.outcome if new is not None else "Not tried this time."
    kind: Literal["better", "worse", "changed"] = "changed"
    if before in _RANK and now in _RANK and before != now:
        kind = "better" if _RANK[now] > _RANK[before] else "worse"
    return Difference(name, kind, before, now, sentence)


def fails_on(findings: list[Finding], severity: Severity) -> list[Finding]:
    """The findings for which ``--fail-on`` this severity ends with exit code 1: of that weight or more."""
    order = list(Severity)
    limit = order.index(severity)
    return [each for each in findings if each.verdict == "fail" and order.index(each.severity) <= limit]
