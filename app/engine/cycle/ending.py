"""How a cycle ended, in numbers that are read as a sentence."""

from __future__ import annotations

from typing import Final

from app.engine.cycle.guard import Guard
from app.engine.events import CycleEnd, CycleState

_OTHERS: Final = {
    "skipped": "left as they are",
    "unchanged": "unchanged",
    "failure": "failed",
    "escrowed": "to be tried again later",
    "rejected": "kept by your decision",
}


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


def _state(end: CycleEnd, guard: Guard, *, stopped: bool) -> CycleState:
    if end.problem is not None:
        return "failed"
    if stopped:
        return "stopped"
    if guard.holds:
        return "guarded"
    return "failures" if end.failures else "succeeded"
