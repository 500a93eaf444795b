"""The tabs *Steps* and *Troubleshooting* of a row as rich text. All values are escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.look.palette import Tone, tone_colour
from app.monitor.words import status_word

if TYPE_CHECKING:
    from app.worker.messages import EntraLogRow, EntraStep

SHOWN = 100
"""Details of a step shown at most."""

_KINDS = {
    "import": "Import",
    "scoping": "Scope",
    "matching": "Match",
    "processing": "Process",
    "referenceresolution": "Reference",
    "export": "Export",
}
_MARKS = {"success": "✓", "failure": "✕", "warning": "!", "skipped": "–"}


def _say(text: str) -> str:
    return QCoreApplication.translate("monitor", text)


def _coloured(text: str, tone: Tone, bold: bool = False) -> str:
    weight = "font-weight:600;" if bold else ""
    return f'<span style="{weight}color:{tone_colour(tone).name()}">{escape(text)}</span>'


def why_skipped(row: EntraLogRow) -> str:
    """The answer to *why was this person skipped?*, from the scoping step; empty for other rows."""
    if row.status != "skipped":
        return ""
    why = " ".join(row.troubleshooting.why) or row.troubleshooting.reason or row.entry.reason
    if not why:
        why = _say("The service does not say. The step Scope shows what it looked at.")
    who = _say("group") if row.entry.kind == "group" else _say("person")
    return _say("Why was this {0} skipped? {1} Skipped is no error.").format(who, why)


def steps_text(row: EntraLogRow) -> str:
    """What the service did, in its order."""
    if not row.steps:
        return f"<p>{_coloured(_say('The service tells no steps of this row.'), Tone.MUTED)}</p>"
    return "".join(_step(step) for step in row.steps)


def _step(step: EntraStep) -> str:
    word = status_word(step.status)
    mark = _coloured(_MARKS.get(step.status, "·"), word.tone, bold=True)
    known = _KINDS.get(step.kind.casefold(), "")
    name = escape(_say(known) if known else step.kind or step.name)
    lines = [f"{mark} <b>{name}</b>, {_coloured(word.text.lower(), word.tone)}"]
    if step.text:
        lines.append(escape(step.text))
    told = list(step.details.items())
    lines += [_coloured(f"{key}: {value}", Tone.MUTED) for key, value in told[:SHOWN]]
    if len(told) > SHOWN:
        lines.append(_coloured(_say("… and {0} more").format(len(told) - SHOWN), Tone.MUTED))
    return f'<p style="margin-top:0;margin-bottom:8px">{"<br>".join(lines)}</p>'


def troubleshooting_text(row: EntraLogRow) -> str:
    """Why, what to do, and whether the service tries again by itself."""
    told, parts = row.troubleshooting, []
    if row.status == "skipped":
        parts.append((_say("Why it was skipped"), "\n".join(told.why) or told.reason or row.entry.reason))
    parts.append((_say("What the service says"), told.reason if row.status != "skipped" or told.why else ""))
    parts.append((_say("Why, most likely"), told.cause))
    parts.append((_say("What to do"), told.fix))
    parts.append((_say("Microsoft recommends"), told.recommended))
    if told.again is not None and row.status != "skipped":
        again = _say("The service tries again by itself.")
        once = _say("The service does not try again until something changes.")
        parts.append((_say("Then"), again if told.again else once))
    code = " · ".join(part for part in (told.code, told.category) if part)
    parts.append((_say("Error"), code))
    said = "".join(_part(title, text) for title, text in parts if text)
    if said:
        return said
    return f"<p>{_coloured(_say('Nothing went wrong, so there is nothing to do.'), Tone.MUTED)}</p>"


def _part(title: str, text: str) -> str:
    lines = "<br>".join(escape(line) for line in text.splitlines())
    return f'<p style="margin-top:0;margin-bottom:8px"><b>{escape(title)}</b><br>{lines}</p>'
