"""How a cycle ended, in numbers that are read as a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.engine.cycle.guard import Guard
from app.engine.events import CycleEnd, CycleState, Unread, Waiting

_OTHERS: Final = {
    "skipped": "left as they are",
    "unchanged": "unchanged",
    "failure": "failed",
    "escrowed": "to be tried again later",
    "rejected": "kept by your decision",
    "warning": "with a warning",
}
_NAMED: Final = 3
"""Names in the sentence; the lists of the cycle's end have the others."""


def in_numbers(counts: dict[str, int], *, dry: bool) -> str:
    """What happened, as one sentence."""
    words = {"create": "created", "update": "updated", "disable": "disabled", "delete": "deleted"}
    parts = [f"{counts[key]:,} {word}" for key, word in words.items() if counts.get(key)]
    for key, word in _OTHERS.items():
        if counts.get(key):
            parts.append(f"{counts[key]:,} {word}")
    if not parts:
        return "Nothing to do."
    return ("Would be: " if dry else "Done: ") + ", ".join(parts) + "."


def what_is_open(unread: Sequence[Unread], waiting: Sequence[Waiting]) -> str:
    """What keeps a plan from being well, in sentences, those who should have lost their access first."""
    leaving = [each.name for each in waiting if each.leaving]
    others = list(dict.fromkeys(each.name for each in waiting if not each.leaving))
    parts = []
    if leaving:
        one = len(leaving) == 1
        parts.append(
            f"{len(leaving):,} {'account that should be' if one else 'accounts that should be'} disabled or "
            f"deleted {'is' if one else 'are'} still there: {_names(leaving)}."
        )
    if others:
        one = len(others) == 1
        parts.append(f"{len(others):,} {'waits' if one else 'wait'} to be tried again: {_names(others)}.")
    if unread:
        one = len(unread) == 1
        parts.append(
            f"{len(unread):,} {'row' if one else 'rows'} of the source could not be read whole: "
            f"{_names([each.place for each in unread], '; ')}."
        )
    return " ".join(parts)


def _names(names: Sequence[str], between: str = ", ") -> str:
    more = len(names) - _NAMED
    return between.join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def conclude(end: CycleEnd, guard: Guard, *, stopped: bool, dry: bool) -> None:
    """Say in which state a cycle ended, and in a sentence how; its problem and its counts are there."""
    end.state = _state(end, guard, stopped=stopped)
    if end.problem is not None:
        problem = end.problem
        end.sentence = " ".join(part for part in (problem.what, problem.why, problem.remedy) if part)
    elif stopped:
        end.sentence = "Stopped before the end. The next run goes on where this one stopped."
    elif guard.holds:
        end.sentence = guard.sentence
    else:
        end.sentence = in_numbers(end.counts, dry=dry)
    if still_open := what_is_open(end.unread, end.waiting):
        end.sentence = f"{end.sentence} {still_open}"


def _state(end: CycleEnd, guard: Guard, *, stopped: bool) -> CycleState:
    if end.problem is not None:
        return "failed"
    if stopped:
        return "stopped"
    if guard.holds:
        return "guarded"
    return "failures" if end.failures or end.unread or end.waiting else "succeeded"
