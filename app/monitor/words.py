"""What the monitor calls things: actions, states, times and counts, as a person reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

from app.look.icons import Glyph
from app.look.palette import Tone


@dataclass(frozen=True, slots=True)
class Word:
    """How one value of the log is shown: never by colour alone, always by text and icon."""

    text: str
    glyph: Glyph
    tone: Tone


def _say(text: str) -> str:
    return QCoreApplication.translate("monitor", text)


ACTIONS: dict[str, Word] = {
    "create": Word("Create", Glyph.NEW_PERSON, Tone.PLAIN),
    "update": Word("Update", Glyph.UPDATE, Tone.PLAIN),
    "disable": Word("Disable", Glyph.DISABLE, Tone.PLAIN),
    "delete": Word("Delete", Glyph.DELETE, Tone.PLAIN),
    "none": Word("No change", Glyph.NONE, Tone.MUTED),
    "staged-delete": Word("Held back", Glyph.PAUSE, Tone.WARNING),
    "other": Word("Other", Glyph.INFO, Tone.PLAIN),
}
STATUSES: dict[str, Word] = {
    "success": Word("Succeeded", Glyph.GOOD, Tone.GOOD),
    "failure": Word("Failed", Glyph.BAD, Tone.BAD),
    "warning": Word("Warning", Glyph.WARNING, Tone.WARNING),
    # Nothing to change or out of scope: that is how it should be, so it has no colour.
    "skipped": Word("Skipped", Glyph.NONE, Tone.MUTED),
    "planned": Word("Planned", Glyph.IDLE, Tone.MUTED),
}
CYCLE_STATES: dict[str, Word] = {
    "succeeded": Word("Succeeded", Glyph.GOOD, Tone.GOOD),
    "failures": Word("Some failed", Glyph.WARNING, Tone.WARNING),
    "stopped": Word("Stopped", Glyph.STOP, Tone.MUTED),
    "guarded": Word("Held by the guard", Glyph.QUARANTINE, Tone.WARNING),
    "failed": Word("Failed", Glyph.BAD, Tone.BAD),
}
CYCLE_KINDS = {
    "initial": "Initial",
    "incremental": "Incremental",
    "dry-run": "Dry run",
    "on-demand": "On demand",
    "repair": "Repair",
}
STEPS = {
    "import": "Import",
    "scope": "Scope",
    "match": "Match",
    "export": "Export",
    "reference": "Reference",
}
_DONE = {
    "create": "created",
    "update": "updated",
    "disable": "disabled",
    "delete": "deleted",
    "staged-delete": "held back",
    "rejected": "kept by your decision",
    "escrowed": "to be tried again",
    "unread": "rows not read",
    "warning": "with a warning",
    "failure": "failed",
    "failed": "failed",
    "failures": "failed",
    "skipped": "skipped",
    "none": "unchanged",
}
_UNKNOWN = Word("Other", Glyph.INFO, Tone.MUTED)


def action_word(action: str) -> Word:
    """How an action is shown; one that this version does not know is shown as it is."""
    return ACTIONS.get(action) or Word(action or _UNKNOWN.text, _UNKNOWN.glyph, _UNKNOWN.tone)


def status_word(status: str) -> Word:
    """How a row's status is shown."""
    return STATUSES.get(status) or Word(status or _UNKNOWN.text, _UNKNOWN.glyph, _UNKNOWN.tone)


def cycle_word(state: str) -> Word:
    """How a cycle's end is shown."""
    return CYCLE_STATES.get(state) or Word(state or _UNKNOWN.text, _UNKNOWN.glyph, _UNKNOWN.tone)


def number(value: int) -> str:
    """A whole number with the person's own separators."""
    return QLocale().toString(value)


def count_of(value: int, one: str, many: str) -> str:
    """``1 user``, ``1,003 users``."""
    return f"{number(value)} {_say(one if value == 1 else many)}"


def counts_text(counts: dict[str, int]) -> str:
    """``12 created, 3 updated``; nothing for what did not happen."""
    ordered = [key for key in _DONE if counts.get(key)]
    ordered += [key for key, value in counts.items() if value and key not in _DONE]
    return ", ".join(f"{number(counts[key])} {_say(_DONE.get(key, key))}" for key in ordered)


def parse_time(text: str) -> datetime | None:
    """A moment as the log writes it (ISO 8601); None when it is empty or is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone()


def when(moment: datetime | None, seconds: bool = False) -> str:
    """A moment in the person's own way: the time alone for today, with its date for other days."""
    if moment is None:
        return ""
    local = moment.astimezone()
    locale = QLocale()
    day, clock = QDate(local.year, local.month, local.day), QTime(local.hour, local.minute, local.second)
    pattern = locale.timeFormat(QLocale.FormatType.ShortFormat)
    if seconds and "ss" not in pattern:
        pattern = pattern.replace("mm", "mm:ss", 1)
    time = locale.toString(clock, pattern)
    if local.date() == datetime.now().astimezone().date():
        return time
    return f"{locale.toString(day, QLocale.FormatType.ShortFormat)} {time}"


def how_long(seconds: float) -> str:
    """A length of time, as coarse as a person needs it: ``0.4 s``, ``3 min 5 s``, ``2 h 10 min``."""
    if seconds < 10:
        return _say("{0} s").format(QLocale().toString(round(seconds, 1)))
    whole = round(seconds)
    if whole < 60:
        return _say("{0} s").format(whole)
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return _say("{0} min {1} s").format(minutes, rest) if rest else _say("{0} min").format(minutes)
    hours, minutes = divmod(minutes, 60)
    return _say("{0} h {1} min").format(hours, minutes) if minutes else _say("{0} h").format(hours)


def time_left(seconds: float | None) -> str:
    """``about 2 min left``, rounded so that it does not flicker; nothing while unknown."""
    if seconds is None:
        return ""
    if seconds < 10:
        return _say("a few seconds left")
    coarse = round(seconds / 10) * 10 if seconds < 60 else round(seconds / 60) * 60
    return _say("about {0} left").format(how_long(coarse))
