"""What the monitor's headline says, for each state that a plan can be in. No widgets: a table and a rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.look.icons import Glyph
from app.look.palette import Tone
from app.monitor.words import counts_text, number, parse_time, time_left, when

if TYPE_CHECKING:
    from app.monitor.cycles import Cycles
    from app.worker.messages import Progress, Quarantine, StatusReport, WaitingRow

OPEN_LINES = 4
"""Lines of each kind on the first page."""
_LINE = 140


@dataclass(frozen=True, slots=True)
class Headline:
    """How the plan stands, in a few words and a sentence."""

    title: str
    sentence: str
    glyph: Glyph
    tone: Tone


def _say(text: str) -> str:
    return QCoreApplication.translate("monitor", text)


def headline(cycles: Cycles) -> Headline:
    """The headline of this moment."""
    if cycles.running:
        return _while_running(cycles)
    status = cycles.status
    if status is None:
        return Headline(_say("Looking up how the plan stands…"), "", Glyph.IDLE, Tone.MUTED)
    if status.state == "running":
        sentence = _say("Another window or a command runs a cycle of this plan. The log shows what it did.")
        return Headline(_say("Running elsewhere"), sentence, Glyph.SYNC, Tone.ACCENT)
    if status.state == "paused":
        return Headline(_say("Paused"), status.sentence, Glyph.PAUSE, Tone.WARNING)
    if status.state == "quarantined":
        title = _until(_say("In quarantine"), cycles.schedule.at)
        return Headline(title, status.sentence, Glyph.QUARANTINE, Tone.BAD)
    if status.state == "disabled":
        return Headline(_say("Switched off by quarantine"), status.sentence, Glyph.STOP, Tone.BAD)
    if status.state == "never-run":
        return Headline(_say("Not started yet"), status.sentence, Glyph.TO_COME, Tone.MUTED)
    title = _until(_say("Idle"), cycles.schedule.at)
    if status.waiting or status.unread or status.staged:
        return Headline(title, status.sentence, Glyph.WARNING, Tone.WARNING)
    return Headline(title, status.sentence, Glyph.IDLE, Tone.GOOD)


def _while_running(cycles: Cycles) -> Headline:
    text = cycles.progress.text if cycles.progress else ""
    if cycles.stopping:
        sentence = _say("What was sent stays and is remembered; the next cycle goes on from there.")
        return Headline(_say("Stopping…"), sentence, Glyph.STOP, Tone.WARNING)
    if cycles.held:
        sentence = _say("The cycle waits before its next request. Resume lets it go on.")
        return Headline(_say("Paused in the middle of a cycle"), sentence, Glyph.PAUSE, Tone.WARNING)
    return Headline(_say("Running"), text or _say("The cycle is starting."), Glyph.SYNC, Tone.ACCENT)


def _until(title: str, moment: datetime | None) -> str:
    return _say("{0} until {1}").format(title, when(moment)) if moment else title


def quarantine_line(quarantine: Quarantine) -> str:
    """Why the plan is in quarantine, since when, and what comes: whatever else the headline says."""
    since, ends = parse_time(quarantine.since), parse_time(quarantine.disables_on)
    tried = parse_time(quarantine.next_try)
    parts = [
        _say("Quarantine: {0} ({1}).").format(quarantine.meaning, quarantine.reason),
        _say("Since {0}.").format(when(since)) if since else "",
        _say("Next try {0}.").format(when(tried)) if tried else "",
        _say("Switched off on {0} if nothing changes.").format(when(ends)) if ends else "",
        quarantine.remedy,
    ]
    return " ".join(part for part in parts if part)


def open_lines(status: StatusReport) -> str:
    """Who waits, leavers first, and which rows of the source could not be read."""
    lines = [_waiting_line(each) for each in status.waiting]
    # The leavers are the first of them: rows of the source must not hide them, nor they the rows.
    shown = _first(lines)
    shown += _first(
        [_say("Not read: {0}: {1}").format(each.place, first_part(each.text)) for each in status.unread]
    )
    return "\n".join(shown)


def _waiting_line(each: WaitingRow) -> str:
    lead = _say("Still has an access that should be gone: {0}") if each.leaving else _say("Waits: {0}")
    reason = first_part(each.answer or each.reason or each.code)
    return f"{lead.format(each.name)}. {reason}"


def first_part(text: str) -> str:
    """A text on one line, cut to what a line holds; the log has all of it."""
    line = " ".join(text.split())
    return line if len(line) <= _LINE else f"{line[: _LINE - 1]}…"


def _first(lines: list[str]) -> list[str]:
    more = len(lines) - OPEN_LINES
    rest = [_say("and {0} more; the log has all of them").format(number(more))] if more > 0 else []
    return lines[:OPEN_LINES] + rest


def progress_line(progress: Progress, held: bool = False) -> str:
    """``412 of 1,003 · 300 created · about 2 min left``; what is not known, or waits, is left out."""
    if progress.total:
        how_far = _say("{0} of {1}").format(number(progress.done), number(progress.total))
    else:
        how_far = number(progress.done) if progress.done else ""
    parts = [how_far, counts_text(progress.counts), "" if held else time_left(progress.seconds_left)]
    return " · ".join(part for part in parts if part)
