"""The panel that tells the selected difference: what it means, and values as they are and should be."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from app.look.palette import Tone, tone_colour
from app.monitor.compare_words import KINDS, difference, say
from app.monitor.words import number

if TYPE_CHECKING:
    from app.worker.messages import Change, DriftRow

SHOWN = 100
"""Changes shown at most; a group may have ten thousand."""


class DifferenceDetails(QTextBrowser):
    """Shows one difference. It can be read by keyboard and its text copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: DriftRow | None = None
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setOpenLinks(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Details of the selected difference"))
        self.document().setDocumentMargin(10)
        self.show_row(None)

    @property
    def row(self) -> DriftRow | None:
        """The difference that is told."""
        return self._row

    def show_row(self, row: DriftRow | None) -> None:
        """Tell a difference, or say that none is chosen."""
        self._row = row
        if row is not None:
            self.setHtml(tell(row))
            return
        self.setHtml(
            f"<p>{_coloured(self.tr('Choose a row to see what the app has and what it should.'))}</p>"
        )

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own name
        """Take the colours of another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self.show_row(self._row)


def tell(row: DriftRow) -> str:
    """A difference as rich text, in the colours of the application's palette. Values are escaped."""
    word = difference(row.what)
    said = _coloured(say(word.text), word.tone, bold=True)
    kind = _coloured(say(KINDS.get(row.kind, row.kind)))
    parts = [
        f'<h3 style="margin:0">{escape(row.name)}</h3>',
        f'<p style="margin-top:2px;margin-bottom:0">{said} &nbsp;{kind}</p>',
        f'<p style="margin-top:10px">{escape(say(word.meaning))} {escape(say(word.repair))}</p>',
    ]
    parts += [_change(change) for change in row.changes[:SHOWN]]
    if len(row.changes) > SHOWN:
        more = say("{0} more are not shown. A repair sets them too.").format(number(len(row.changes) - SHOWN))
        parts.append(f"<p>{_coloured(more)}</p>")
    return "".join(parts)


def _coloured(text: str, tone: Tone = Tone.MUTED, bold: bool = False) -> str:
    weight = "font-weight:600;" if bold else ""
    return f'<span style="{weight}color:{tone_colour(tone).name()}">{escape(text)}</span>'


def _change(change: Change) -> str:
    # Lines, not a table: the panel is narrow, and a path such as emails[type eq "work"].value is not.
    if change.target == "members":
        lines = [_line(say("Does not belong"), change.old)] if change.old else []
        lines += [_line(say("Is missing"), change.new)] if change.new else []
    else:
        lines = [_coloured(change.target), _line(say("In the app"), change.old)]
        lines.append(_line(say("Should be"), change.new, bold=True))
    return f'<p style="margin-top:0;margin-bottom:7px">{"<br>".join(lines)}</p>'


def _line(label: str, value: str | None, bold: bool = False) -> str:
    told = escape(value) if value else _coloured(say("empty"))
    return f"{escape(label)}: {f'<b>{told}</b>' if bold else told}"
