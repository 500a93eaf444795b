"""How a cycle ended, in numbers that are read as a sentence."""

from __future__ import annotations

from typing import Final

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
