"""A row of the log told in full, as rich text: why, what to do, the steps, and what changed."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.look.palette import Tone, tone_colour
from app.monitor.words import STEPS, action_word, how_long, number, parse_time, status_word, when

if TYPE_CHECKING:
    from app.worker.messages import Change, Entry, Step

SHOWN = 100
"""Changes shown at most; a group may have ten thousand. All of them are in the export."""

_MARKS = {"success": "✓", "failure": "✕", "warning": "!", "skipped": "–", "planned": "…"}


def _say(text: str) -> str:
    return QCoreApplication.translate("monitor", text)


def _coloured(text: str, tone: Tone, bold: bool = False) -> str:
    weight = "font-weight:600;" if bold else ""
    return f'<span style="{weight}color:{tone_colour(tone).name()}">{escape(text)}</span>'


def _heading(text: str) -> str:
    return f'<h4 style="margin-top:14px;margin-bottom:4px">{escape(text)}</h4>'


def tell(entry: Entry) -> str:
    """The whole row as rich text, in the colours of the application's palette. Values are escaped."""
    parts = [f'<h3 style="margin:0">{escape(entry.name)}</h3>', _summary(entry)]
    if entry.reason or entry.remedy:
        parts.append(_advice(entry))
    if entry.changes:
        parts += [_heading(_say("Attributes")), _changes(entry.changes)]
    if entry.steps:
        parts += [_heading(_say("Steps")), _steps(entry.steps)]
    parts.append(_identifiers(entry))
    return "".join(parts)


def tell_plainly(entry: Entry) -> str:
    """The row in one line, for the clipboard and for a screen reader."""
    parts = [
        when(parse_time(entry.time), seconds=True),
        entry.name,
        action_word(entry.action).text,
        status_word(entry.status).text,
        entry.reason,
        entry.remedy,
        entry.answer,
        f"({entry.code})" if entry.code else "",
    ]
    return "\t".join(part for part in parts if part)


def _summary(entry: Entry) -> str:
    status = status_word(entry.status)
    mark = _MARKS.get(entry.status, "")
    said = _coloured(f"{mark} {status.text}", status.tone, bold=True)
    rest = [action_word(entry.action).text, when(parse_time(entry.time), seconds=True)]
    if entry.milliseconds:
        rest.append(_milliseconds(entry.milliseconds))
    muted = _coloured(" · ".join(part for part in rest if part), Tone.MUTED)
    return f'<p style="margin-top:2px;margin-bottom:0">{said} &nbsp;{muted}</p>'


def _milliseconds(taken: float) -> str:
    return _say("{0} ms").format(round(taken)) if taken < 1000 else how_long(taken / 1000)


def _advice(entry: Entry) -> str:
    remedy = f"<br><b>{escape(_say('What to do:'))}</b> {escape(entry.remedy)}" if entry.remedy else ""
    code = f" {_coloured(entry.code, Tone.MUTED)}" if entry.code else ""
    own = escape(_say("The app's own words:"))
    answer = f"<br><b>{own}</b> {escape(entry.answer)}" if entry.answer else ""
    return f'<p style="margin-top:10px">{escape(entry.reason)}{code}{remedy}{answer}</p>'


def _changes(changes: list[Change]) -> str:
    shown = "".join(_change(change) for change in changes[:SHOWN])
    more = len(changes) - SHOWN
    if more > 0:
        text = _say("{0} more are in the export.").format(number(more))
        shown += f"<p>{_coloured(text, Tone.MUTED)}</p>"
    return shown


def _change(change: Change) -> str:
    # Two lines, not a table: the panel is narrow, and a path such as emails[type eq "work"].value is not.
    path = _coloured(change.target, Tone.MUTED)
    return (
        f'<p style="margin-top:0;margin-bottom:5px">{path}<br>'
        f"{_value(change.old)} → <b>{_value(change.new)}</b></p>"
    )


def _value(value: str | None) -> str:
    return escape(value) if value else _coloured(_say("empty"), Tone.MUTED)


def _steps(steps: list[Step]) -> str:
    return "".join(_step(step) for step in steps)


def _step(step: Step) -> str:
    word = status_word(step.status)
    name = escape(_say(STEPS.get(step.name, step.name)))
    mark = _coloured(_MARKS.get(step.status, ""), word.tone, bold=True)
    said = _coloured(word.text.lower(), word.tone)
    details = "".join(
        f"<br>{_coloured(f'{key}: {value}', Tone.MUTED)}" for key, value in list(step.details.items())[:SHOWN]
    )
    return (
        f'<p style="margin-top:0;margin-bottom:6px">{mark} <b>{name}</b>, {said}<br>'
        f"{escape(step.text)}{details}</p>"
    )


def _identifiers(entry: Entry) -> str:
    lines = [
        (_say("Id in the directory"), entry.source_id),
        (_say("Id in the app"), entry.target_id),
        (_say("Cycle"), number(entry.cycle) if entry.cycle else ""),
    ]
    told = "<br>".join(_coloured(f"{label}: {value}", Tone.MUTED) for label, value in lines if value)
    return f'<p style="margin-top:14px">{told}</p>' if told else ""
