"""The steps of setting up a tenant, each with its state and what it said last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QWidget

from app.look.announce import announce
from app.look.card import Card
from app.look.icons import Glyph
from app.look.notice import IconLabel
from app.look.palette import Tone
from app.look.spacing import scaled_font
from app.look.toned_label import TonedLabel
from app.wizard.parts.marked_row import lay_out_marked

if TYPE_CHECKING:
    from app.worker.messages import RoadStep

_STATES = {
    "waiting": (Glyph.TO_COME, Tone.MUTED, "Waiting"),
    "running": (Glyph.SYNC, Tone.ACCENT, "Under way"),
    "done": (Glyph.GOOD, Tone.GOOD, "Done"),
    "failed": (Glyph.BAD, Tone.BAD, "Failed"),
    "skipped": (Glyph.SKIPPED, Tone.MUTED, "Not needed"),
}


class StepRow(QWidget):
    """One step. Its labels are made once and change while the work goes on."""

    def __init__(self, step: RoadStep, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = ""
        self._title = QLabel(step.title, self)
        self._title.setFont(scaled_font(1.0, bold=True))
        self._title.setWordWrap(True)
        self._said = TonedLabel(Tone.MUTED, self)
        self._said.setWordWrap(False)
        self._text = TonedLabel(Tone.MUTED, self)
        self._warning = TonedLabel(Tone.WARNING, self)
        self._mark = IconLabel(Glyph.TO_COME, Tone.MUTED, 1.1, self)
        lay_out_marked(self, self._mark, (self._title, self._text, self._warning), self._said)
        self.show_step(step)

    def show_step(self, step: RoadStep) -> None:
        """Show where it is now. A warning stays beside whatever is said later."""
        if step.level == "warning" and step.text:
            known = self._warning.text().splitlines()
            if step.text not in known:
                self._warning.setText("\n".join([*known, step.text]))
        elif step.text:
            self._text.setText(step.text)
        self.state = step.state
        glyph, tone, word = _STATES[step.state]
        self._mark.set_glyph(glyph, tone)
        self._said.set_tone(tone)
        self._said.setText(word)
        told = f"{word}: {self._title.text()}. {self._text.text()} {self._warning.text()}"
        self.setAccessibleName(" ".join(told.split()))
        if step.state in {"failed", "done"}:
            announce(self, self.accessibleName())


class RoadSteps(Card):
    """All steps in their order, as they are heard of.

    Attributes:
        rows: one for each step, by its name.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Steps", parent)
        self.rows: dict[str, StepRow] = {}

    def begin(self) -> None:
        """Another run: forget what was said."""
        for row in self.rows.values():
            self.column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = {}

    def take(self, step: RoadStep) -> None:
        """A step began, said something, or ended."""
        row = self.rows.get(step.step)
        if row is None:
            row = self.rows[step.step] = StepRow(step, self)
            self.column.addWidget(row)
        else:
            row.show_step(step)

    @property
    def done(self) -> int:
        """How many steps are behind."""
        return sum(row.state in {"done", "skipped"} for row in self.rows.values())
