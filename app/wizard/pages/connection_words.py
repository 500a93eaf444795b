"""What *Test connection* found, in words: a line a group, the outcome, the figures. No Qt in here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from app.wizard.pages.counting import amount, listed

if TYPE_CHECKING:
    from app.worker.messages import CheckOutcome, CheckVerdict

Level = Literal["read", "write"]
Mark = Literal["good", "warning", "bad", "untried", "waiting"]


class GroupWords(NamedTuple):
    """A group of checks: its name as outcomes carry it, and what it means that all of it is well."""

    name: str
    looked: str
    tried: str


GROUPS: tuple[GroupWords, ...] = (
    GroupWords(
        "Connection",
        "The app is reached, its certificate is good, and the token is accepted.",
        "The app is reached, its certificate is good, and the token is accepted.",
    ),
    GroupWords(
        "People can be created",
        "What can be seen without trying is right.",
        "New people get their account, and are found again.",
    ),
    GroupWords(
        "People can be updated",
        "What can be seen without trying is right.",
        "Changed attributes reach the app, and stay there.",
    ),
    GroupWords(
        "Leavers lose access",
        "What can be seen without trying is right.",
        "Who leaves is disabled in the app, and can be removed.",
    ),
    GroupWords(
        "Groups",
        "What can be seen without trying is right.",
        "Groups are made, and members come and go.",
    ),
    GroupWords(
        "Robustness",
        "The app holds what it has to hold over time.",
        "The app holds what it has to hold over time.",
    ),
)
"""The groups in their order; a test holds the names to those of the catalogue."""

_WEIGHT = {"blocker": 0, "major": 1, "minor": 2, "info": 3}
_RANK = {"fail": 0, "warning": 1, "skipped": 2, "pass": 3}


def time_text(seconds: float) -> str:
    """How long something took, short: ``12 ms``, ``1.4 s``."""
    if seconds < 0.001:
        return "under 1 ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def matters(outcome: CheckOutcome) -> bool:
    """Whether a finding is about something that this plan uses, and not as it should be."""
    return outcome.verdict in {"fail", "warning"} and outcome.severity != "info"


def worst_first(outcomes: Sequence[CheckOutcome]) -> list[CheckOutcome]:
    """What matters most to the plan first."""
    return sorted(
        outcomes, key=lambda each: (not matters(each), _RANK[each.verdict], _WEIGHT[each.severity], each.id)
    )


def group_verdict(
    group: GroupWords, outcomes: Sequence[CheckOutcome], level: Level, running: bool
) -> tuple[Mark, str]:
    """One line on a group of checks, and its mark."""
    if not outcomes:
        if running:
            return "waiting", "Waiting..."
        return "untried", _untried(level)
    if running:
        return "waiting", f"{amount(len(outcomes), 'check', 'checks')} done..."
    trouble = [each for each in outcomes if matters(each)]
    if trouble:
        found = amount(len(trouble), "finding", "findings")
        if any(each.verdict == "fail" and each.severity == "blocker" for each in trouble):
            return "bad", f"This will not work: {found}."
        return "warning", f"Works, with limits: {found}."
    if all(each.verdict == "skipped" for each in outcomes):
        return "untried", outcomes[0].outcome
    return "good", f"{group.tried if level == 'write' else group.looked}{_remarks(outcomes)}"


def _untried(level: Level) -> str:
    if level == "read":
        return "Not known: this test only looked. Try it with test people to find out."
    return "Not tried."


def _remarks(outcomes: Sequence[CheckOutcome]) -> str:
    """What is not as it should be, and does not matter to this plan."""
    aside = sum(each.verdict in {"fail", "warning"} for each in outcomes)
    if not aside:
        return ""
    return f" {amount(aside, 'remark does', 'remarks do')} not matter to this plan."


def outcome_in_words(verdict: CheckVerdict, level: Level) -> str:
    """The outcome in two sentences."""
    how = "only by looking" if level == "read" else "with test people, all of whom are gone again"
    if verdict.leftovers:
        how = "with test people"
    took = f"{amount(verdict.requests, 'request', 'requests')} in {time_text(verdict.seconds)}"
    return f"{verdict.sentence} Tested {how}: {took}."


def figures_in_words(figures: Mapping[str, float], level: Level) -> str:
    """What was measured, as a line; empty when nothing was."""
    parts = []
    if "median-ms" in figures:
        worst = f", {figures['worst-ms']:.0f} ms at worst" if "worst-ms" in figures else ""
        parts.append(f"an answer takes {figures['median-ms']:.0f} ms{worst}")
    if figures.get("rate"):
        parts.append(f"{figures['rate']:.0f} requests a second are held")
    if figures.get("member-portion"):
        parts.append(f"{figures['member-portion']:.0f} members fit in a request")
    # Only looking does not tell: most of the time there is too little in the app to see it list.
    if figures.get("listing-reliable") or ("listing-reliable" in figures and level == "write"):
        trusted = "can" if figures["listing-reliable"] else "cannot"
        parts.append(f"its list of people {trusted} be trusted")
    line = listed(parts)
    return f"Measured: {line}." if line else ""


def leftovers_in_words(leftovers: Sequence[str]) -> str:
    """Which test objects are still in the app; empty when none is."""
    if not leftovers:
        return ""
    named = listed(list(leftovers[:4])) if len(leftovers) <= 4 else f"{', '.join(leftovers[:3])} and others"
    count = amount(len(leftovers), "test object is", "test objects are")
    return f"{count} still in the app: {named}. Nobody else is touched by them."
