"""The deletion threshold on the page Safety: fitted, a number or a share; and what it comes to today."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from app.look.palette import Tone
from app.look.spacing import characters, gap
from app.look.toned_label import TonedLabel
from app.setup.deletion_threshold import FITTING, LEAST, MOST, in_people
from app.wizard.pages.counting import people

_FITTED, _NUMBER, _SHARE = range(3)
_LARGEST: Final = 1_000_000
_FIRST_SHARE: Final = 10


class ThresholdRow(QWidget):
    """Chooses a threshold. ``value`` is what the plan holds.

    Signals:
        changed(): it was changed by a person.
    """

    changed = Signal()

    def __init__(self, label_width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._known: int | None = None
        self.kind = QComboBox(self)
        self.kind.addItems(["Fitted to the number of people", "A number", "A share of the people"])
        self.kind.setAccessibleName("Deletion threshold, kind")
        self.number = QSpinBox(self)
        self.number.setGroupSeparatorShown(True)
        self.number.setMinimumWidth(characters(14))
        self.number.setAccessibleName("Deletion threshold, people and groups in one cycle")
        self.hint = TonedLabel(Tone.MUTED, self)
        name = QLabel("Deletion &threshold", self)
        name.setBuddy(self.kind)
        name.setMinimumWidth(characters(label_width))
        line = QHBoxLayout()
        line.setSpacing(gap())
        for part in (name, self.kind, self.number):
            line.addWidget(part)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap() // 2)
        column.addLayout(line)
        column.addWidget(self.hint)
        self.kind.currentIndexChanged.connect(self._choose)
        self.number.valueChanged.connect(self._tell)
        self._choose(_FITTED)

    @property
    def value(self) -> int | str:
        """The threshold as the plan has it."""
        kind = self.kind.currentIndex()
        if kind == _FITTED:
            return FITTING
        return self.number.value() if kind == _NUMBER else f"{self.number.value()} %"

    def fill(self, threshold: int | str, known: int | None) -> None:
        """Show a plan's threshold.

        Args:
            known: how many people there are today; None where that is not known yet.
        """
        self._known = known
        share = isinstance(threshold, str) and threshold != FITTING
        self.kind.setCurrentIndex(_SHARE if share else _FITTED if threshold == FITTING else _NUMBER)
        if isinstance(threshold, int) and threshold:
            self.number.setValue(threshold)
        elif isinstance(threshold, str) and share:
            self.number.setValue(round(float(threshold.rstrip(" %"))))
        self._tell()

    def _choose(self, kind: int) -> None:
        self.number.setVisible(kind != _FITTED)
        self.number.setRange(1, 100 if kind == _SHARE else _LARGEST)
        self.number.setSuffix(" %" if kind == _SHARE else "")
        if kind == _SHARE:
            self.number.setValue(_FIRST_SHARE)
        elif kind == _NUMBER:
            self.number.setValue(in_people(FITTING, self._known))
        self._tell()

    def _tell(self) -> None:
        """Say what it comes to today."""
        rule = f"A tenth of the people linked, at least {LEAST} and at most {MOST}. "
        today = ""
        if self._known is not None:
            number = in_people(self.value, self._known)
            today = f"Today, with {people(self._known)}: {number:,}. "
            if number >= self._known:
                today += "It guards nobody. "
        self.hint.setText(
            f"{rule if self.kind.currentIndex() == _FITTED else ''}{today}"
            "A cycle that would disable or delete more sends none of it and asks you first."
        )
        self.changed.emit()
