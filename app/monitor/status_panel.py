"""The card that says how the plan stands and how far the running cycle is. Its labels are made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from app.look.announce import announce
from app.look.card import Card
from app.look.figures import Figures
from app.look.icons import Glyph
from app.look.notice import IconLabel
from app.look.palette import Tone
from app.look.spacing import gap, scaled_font
from app.look.toned_label import TonedLabel
from app.monitor.state_words import headline, open_lines, progress_line, quarantine_line

if TYPE_CHECKING:
    from app.monitor.cycles import Cycles

_STEPS = 1_000


class StatusPanel(Card):
    """Shows a :class:`~app.monitor.cycles.Cycles` and follows its changes."""

    def __init__(self, cycles: Cycles, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._cycles = cycles
        self._said = ""
        self._icon = IconLabel(Glyph.IDLE, Tone.MUTED, 1.5, self)
        self.state = QLabel(self)
        self.state.setFont(scaled_font(1.25, bold=True))
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.state.setWordWrap(True)
        self.sentence = TonedLabel(parent=self)
        self.bar = QProgressBar(self)
        self.bar.setAccessibleName(self.tr("Progress of the running cycle"))
        self.bar.setTextVisible(False)
        self.line = TonedLabel(Tone.PLAIN, self)
        self.quarantine = TonedLabel(Tone.BAD, self)
        self.open = TonedLabel(Tone.WARNING, self)
        self.open.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.figures = Figures(
            (
                ("users", self.tr("users in the app")),
                ("groups", self.tr("groups")),
                ("escrowed", self.tr("to be tried again")),
            ),
            self,
        )
        self._lay_out()
        cycles.changed.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(gap())
        top.addWidget(self._icon)
        top.addWidget(self.state, 1)
        self.column.addLayout(top)
        for widget in (self.sentence, self.open, self.quarantine, self.bar, self.line):
            self.column.addWidget(widget)
        self.column.addWidget(self.figures)
        self.column.addStretch(1)

    @Slot()
    def refresh(self) -> None:
        """Show what is known now."""
        now = headline(self._cycles)
        self._icon.set_glyph(now.glyph, now.tone)
        _fill(self.state, now.title)
        _fill(self.sentence, now.sentence)
        self.setAccessibleName(f"{now.title}. {now.sentence}")
        self._show_progress()
        status = self._cycles.status
        _fill(self.quarantine, quarantine_line(status.quarantine) if status and status.quarantine else "")
        _fill(self.open, open_lines(status) if status is not None else "")
        if status is not None:
            self.figures.set_numbers(users=status.users, groups=status.groups, escrowed=status.escrowed)
            self.figures.show_only("users", "groups", *(("escrowed",) if status.escrowed else ()))
        self.figures.setVisible(
            not self._cycles.running and status is not None and status.state != "never-run"
        )
        if now.title != self._said:
            self._said = now.title
            announce(self, self.accessibleName())

    def _show_progress(self) -> None:
        progress = self._cycles.progress
        self.bar.setVisible(self._cycles.running)
        _fill(self.line, progress_line(progress, self._cycles.held) if progress else "")
        if progress and progress.total:
            self.bar.setRange(0, _STEPS)
            self.bar.setValue(round(_STEPS * min(progress.done, progress.total) / progress.total))
        else:
            self.bar.setRange(0, 0)


def _fill(label: QLabel, text: str) -> None:
    """Set a text that may be the same: setting it costs a layout of the whole window."""
    if label.text() != text:
        label.setText(text)
