"""What a difference is called, what it means, and what a repair does about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.look.icons import Glyph
from app.look.palette import Tone
from app.monitor.words import number
from app.setup.deletion_threshold import in_words

if TYPE_CHECKING:
    from app.worker.messages import DriftRow

LISTED = 1_000
"""Differences listed at most; the others are counted, and repaired with *Repair all*."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One kind of difference: its name in the table, its meaning, what a repair does, in what words."""

    text: str
    glyph: Glyph
    tone: Tone
    meaning: str
    repair: str
    does: str


DIFFERENCES: dict[str, Difference] = {
    "missing": Difference(
        "Not in the app",
        Glyph.NEW_PERSON,
        Tone.WARNING,
        "It should be in the app and is not there: it was never created, or somebody deleted it in the app.",
        "A repair creates it.",
        "create {0}",
    ),
    "differs": Difference(
        "Other values",
        Glyph.UPDATE,
        Tone.WARNING,
        "The app has other values than the source: somebody changed them in the app, or they never arrived.",
        "A repair writes the values that should be there.",
        "change values of {0}",
    ),
    "members": Difference(
        "Other members",
        Glyph.GROUP,
        Tone.WARNING,
        "The group has other members in the app than it should have.",
        "A repair adds those who are missing, and takes out those who do not belong.",
        "change members of {0}",
    ),
    "disabled": Difference(
        "Disabled, should be in use",
        Glyph.DISABLE,
        Tone.WARNING,
        "The account is disabled in the app, and this person is in scope.",
        "A repair enables it again.",
        "enable {0}",
    ),
    "enabled": Difference(
        "In use, should be disabled",
        Glyph.PERSON,
        Tone.BAD,
        "The account can be used in the app, and this person is not in scope, or is disabled in the source.",
        "A repair disables it.",
        "disable {0}",
    ),
    "extra": Difference(
        "Left over in the app",
        Glyph.REMOVE,
        Tone.BAD,
        "Rollcall made it in the app, and nobody in the source stands for it any more.",
        "A repair disables or deletes it, as for everybody who leaves.",
        "disable or delete {0}",
    ),
}
"""In the order in which a repair is told."""
_UNKNOWN = Difference("Other", Glyph.INFO, Tone.MUTED, "", "", "change {0}")
KINDS = {"user": "Person", "group": "Group"}


def say(text: str) -> str:
    """A text of the monitor in the person's language."""
    return QCoreApplication.translate("monitor", text)


def difference(what: str) -> Difference:
    """How a kind of difference is told; one that this version does not know is told as *Other*."""
    return DIFFERENCES.get(what, _UNKNOWN)


def sends(rows: Iterable[DriftRow]) -> str:
    """What a repair of these rows does: ``create 3, disable 1``."""
    counts: Counter[str] = Counter(row.what for row in rows)
    ordered = [what for what in DIFFERENCES if counts[what]]
    return ", ".join(say(difference(what).does).format(number(counts[what])) for what in ordered)


def guard_words(threshold: int | str) -> str:
    """What the deletion guard does in a repair."""
    if not threshold:
        return say("The deletion guard is off in this plan, so nothing is held back.")
    return say(
        "The deletion guard applies: if more than {0} would be disabled or deleted, those are held back."
    ).format(in_words(threshold))
