"""A check as a small declaration: what it is about, what it sends, and what each outcome means.

A new one is written in one place, a module of ``connection.checks``: a probing function that returns the key
of an outcome, under a ``@check`` that says what each key means. The runner needs no change for it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from app.connection.finding import Group, Mark, Severity
from app.connection.usage import Usage

if TYPE_CHECKING:
    from app.connection.probe import Probe


@dataclass(frozen=True, slots=True)
class Rule:
    """What one outcome of a check means.

    Sentences may hold ``{title}`` (the app) and ``{detail}`` (what the probe noted).

    Attributes:
        severity: where it differs from the check's own.
    """

    verdict: Mark
    sentence: str
    remedy: str = ""
    severity: Severity | None = None


def passes(sentence: str) -> Rule:
    """All is well."""
    return Rule("pass", sentence)


def warns(sentence: str, remedy: str = "", severity: Severity = Severity.MINOR) -> Rule:
    """It works, with a limit."""
    return Rule("warning", sentence, remedy, severity)


def fails(sentence: str, remedy: str, severity: Severity | None = None) -> Rule:
    """It does not work."""
    return Rule("fail", sentence, remedy, severity)


def skips(sentence: str) -> Rule:
    """It could not be tried, and why."""
    return Rule("skipped", sentence)


Probing = Callable[["Probe"], Awaitable[str]]
Spoken = Literal["both", "classic", "flag"]


@dataclass(frozen=True, slots=True)
class Check:
    """One check of the catalogue.

    Attributes:
        id: the catalogue's.
        title: what is looked at, as a short statement of the good case.
        group: what it means for the person.
        severity: how much a failure matters when the plan uses what is checked.
        probe: sends, looks, and returns the key of one of ``outcomes``.
        outcomes: what each key means.
        needs: checks that must not have failed; else this one is skipped.
        after: checks that must have ended, however they did; ``*`` for all others.
        writes: whether it needs test objects in the app (level *write*).
        lane: checks on one lane run one at a time in the catalogue's order, because they use one test object.
        spoken: which of Entra's dialects sends this; the other one makes the result information.
        matters: whether this plan uses what is checked.
        fact: the page where the fact behind the check is written down.
    """

    id: str
    title: str
    group: Group
    severity: Severity
    probe: Probing
    outcomes: Mapping[str, Rule]
    needs: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    writes: bool = False
    lane: str = ""
    spoken: Spoken = "both"
    matters: Callable[[Usage], bool] = field(default=lambda usage: True)
    fact: str = ""


CATALOGUE: dict[str, Check] = {}
"""Every check by id, in the order of the catalogue; filled by importing ``connection.checks``."""


def check(
    id: str,  # noqa: A002 - the catalogue's word
    title: str,
    group: Group,
    severity: Severity,
    outcomes: Mapping[str, Rule],
    *,
    needs: tuple[str, ...] = (),
    after: tuple[str, ...] = (),
    writes: bool = False,
    lane: str = "",
    spoken: Spoken = "both",
    matters: Callable[[Usage], bool] = lambda usage: True,
    fact: str,
) -> Callable[[Probing], Probing]:
    """Declare the function below as the probe of a check; see `Check` for the arguments."""

    def declare(probe: Probing) -> Probing:
        if id in CATALOGUE:
            raise ValueError(f"two checks are called {id}")
        CATALOGUE[id] = Check(
            id, title, group, severity, probe, outcomes, needs, after, writes, lane, spoken, matters, fact
        )
        return probe

    return declare
