"""What the monitor says of a job of Microsoft's service. No widgets: a table and a few rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.look.icons import Glyph
from app.look.palette import Tone
from app.monitor.words import Word, how_long, number, parse_time, when

if TYPE_CHECKING:
    from app.worker.messages import JobExecution, JobStatus

PAUSE, START, ALLOW = "entra-pause", "entra-resume", "entra-allow-deletes"
"""The tasks that steer a job."""

SLOWEST = 600.0
"""Seconds between two looks at a job that does not change, at most."""

_STATES = {
    "not-configured": Word("Not configured yet", Glyph.TO_COME, Tone.MUTED),
    "never-run": Word("Started, no cycle yet", Glyph.TO_COME, Tone.ACCENT),
    "active": Word("On", Glyph.GOOD, Tone.GOOD),
    "paused": Word("Paused", Glyph.PAUSE, Tone.WARNING),
    "quarantined": Word("In quarantine", Glyph.QUARANTINE, Tone.BAD),
    "disabled": Word("Switched off by quarantine", Glyph.STOP, Tone.BAD),
}
_TYPES = {"user": "users", "group": "groups"}


def _say(text: str) -> str:
    return QCoreApplication.translate("monitor", text)


def job_word(status: JobStatus) -> Word:
    """The headline. A state that this version does not know is shown by Graph's own word."""
    if status.running and status.state == "active":
        return Word(_say("A cycle runs"), Glyph.SYNC, Tone.ACCENT)
    known = _STATES.get(status.state)
    if known is not None:
        return Word(_say(known.text), known.glyph, known.tone)
    text = _say("State {0}").format(status.state_word) if status.state_word else _say("State not known")
    return Word(text, Glyph.HELP, Tone.MUTED)


def kind_text(status: JobStatus) -> str:
    """Which kind of cycle runs or comes next."""
    if status.kind == "initial":
        return _say("Initial: everybody is looked at")
    return _say("Incremental: only what changed since the last one")


def counts_line(counts: dict[str, int]) -> str:
    """``300 users · 20 groups``; types that this version does not know keep Graph's name."""
    return " · ".join(
        f"{number(count)} {_say(_TYPES.get(kind.casefold(), kind))}" for kind, count in counts.items()
    )


def pages_line(status: JobStatus) -> str:
    """``12 of 40 pages, 30 %``."""
    if status.percent is None:
        return _say("The service does not tell yet how far it is.")
    share = _say("{0} %").format(number(round(status.percent)))
    if not status.pages_total:
        return share
    pages = _say("{0} of {1} pages").format(number(status.pages_done), number(status.pages_total))
    return f"{pages}, {share}"


def left_text(status: JobStatus) -> str:
    """``between 3 min and 24 min, by Microsoft's estimate``; nothing where there is none."""
    if len(status.minutes_left) < 2:
        return ""
    least, most = (how_long(minutes * 60) for minutes in status.minutes_left[:2])
    text = _say("between {0} and {1}, by Microsoft's estimate").format(least, most)
    if status.people:
        return _say("{0} for {1} in scope").format(text, number(status.people))
    return text


def next_text(status: JobStatus) -> str:
    """When the next cycle is due."""
    moment = when(parse_time(status.next_run))
    if not moment:
        return ""
    if status.interval_minutes:
        every = how_long(status.interval_minutes * 60)
        return _say("about {0}, one every {1}").format(moment, every)
    return _say("about {0}").format(moment)


def execution_text(told: JobExecution | None) -> str:
    """When a cycle ended, how it ended, and what to do where it failed."""
    if told is None:
        return ""
    moment = when(parse_time(told.ended or told.began))
    if moment and told.seconds:
        moment = _say("{0}, after {1}").format(moment, how_long(told.seconds))
    parts = [f"{moment}." if moment else "", told.sentence, told.remedy]
    return " ".join(part for part in parts if part)


def quarantine_text(status: JobStatus) -> str:
    """Reason, meaning, what to do, and when the job is switched off; empty where there is no quarantine."""
    told = status.quarantine
    if told is None:
        return ""
    code = f", {told.code}" if told.code else ""
    lines = [_say("Quarantine ({0}{1}). {2}").format(told.reason, code, told.meaning)]
    if told.remedy:
        lines.append(_say("What to do: {0}").format(told.remedy))
    times = [
        (_say("It began {0}."), told.since),
        (_say("The service tries again about {0}."), told.next_try),
        (_say("The service switches the job off {0} if nothing changes."), told.disables_on),
    ]
    said = [text.format(when(parse_time(moment))) for text, moment in times if parse_time(moment)]
    if said:
        lines.append(" ".join(said))
    return "\n".join(lines)


def may(task: str, status: JobStatus | None) -> bool:
    """Whether steering so does something now."""
    if status is None:
        return False
    held = status.quarantine is not None and status.quarantine.reason == "TooManyDeletes"
    if task == ALLOW:
        return held
    if task == PAUSE:
        return status.state in {"active", "never-run", "quarantined", "unknown"}
    return status.state in {"paused", "quarantined", "disabled", "not-configured", "unknown"}


def warning_of(task: str, status: JobStatus) -> str:
    """What a person should know before the job is steered."""
    if task == PAUSE:
        text = _say(
            "Pausing: nobody new gets an account and nobody who leaves loses theirs until you start again. "
            "It then goes on where it stopped."
        )
        still = _say("The cycle that runs now still finishes; it cannot be stopped.")
        return f"{text} {still}" if status.running else text
    if task == ALLOW:
        return _say(
            "Allowing: everyone whom the accidental deletion guard holds back is disabled or deleted in the "
            "app. This cannot be taken back here. Look at them in the log first."
        )
    if status.quarantine is not None:
        return _say(
            "Starting takes the job out of quarantine. If the cause is not repaired, the next cycle fails in "
            "the same way and it goes back."
        )
    if status.kind == "initial":
        return _say(
            "Starting: the service begins an initial cycle within minutes and creates, changes or disables "
            "accounts in the app for everybody in scope."
        )
    return _say("Starting: the service goes on where it stopped and sends all changes since then to the app.")


def wait_before_next(status: JobStatus, unchanged: int) -> float:
    """Seconds until the next look: what the answer says, doubled for each look that saw nothing new."""
    return min(max(SLOWEST, status.poll_after), max(5.0, status.poll_after) * 2.0 ** min(unchanged, 6))
