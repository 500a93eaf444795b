"""One person or group provisioned on demand by Microsoft Entra, with the steps as the portal shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QWidget,
)

from app.look.announce import announce
from app.look.card import Card
from app.look.icons import Glyph, icon
from app.look.notice import IconLabel, Notice
from app.look.palette import Tone
from app.look.spacing import gap, scaled_font
from app.look.toned_label import TonedLabel
from app.wizard.pages.counting import with_remedy
from app.wizard.parts.marked_row import DetailsButton, lay_out_marked

if TYPE_CHECKING:
    from app.setup.problem import Problem
    from app.wizard.session import Session
    from app.worker.client import Call
    from app.worker.messages import OnDemandReport, Step

STEP_NAMES = {
    "import": "Import: read in Microsoft Entra",
    "scope": "Scope: in or out",
    "match": "Match: looked up in the app",
    "export": "Action: sent to the app",
    "reference": "References: managers and members",
}
_STATES = {
    "success": (Glyph.GOOD, Tone.GOOD),
    "warning": (Glyph.WARNING, Tone.WARNING),
    "failure": (Glyph.BAD, Tone.BAD),
    "skipped": (Glyph.SKIPPED, Tone.MUTED),
}


class DemandStep(QWidget):
    """One of the steps, with what it found; the portal's own details on request.

    Attributes:
        more: the button that shows them; hidden where there are none.
        details: them, line by line.
    """

    def __init__(self, step: Step, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        glyph, tone = _STATES[step.status]
        title = QLabel(STEP_NAMES[step.name], self)
        title.setFont(scaled_font(1.0, bold=True))
        text = TonedLabel(Tone.MUTED, self)
        text.setText(step.text)
        self.details = QLabel("\n".join(f"{name}: {value}" for name, value in step.details.items()), self)
        self.details.setWordWrap(True)
        self.details.setTextFormat(Qt.TextFormat.PlainText)
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details.setVisible(False)
        self.more = DetailsButton(title.text(), self)
        self.more.setVisible(bool(step.details))
        self.more.toggled.connect(self.details.setVisible)
        mark = IconLabel(glyph, tone, 1.05, self)
        lay_out_marked(self, mark, (title, text, self.details), self.more)
        self.setAccessibleName(f"{title.text()}, {step.status}. {text.text()}")


class OnDemandCard(Card):
    """Asks for a person and shows what Microsoft Entra did with them.

    Attributes:
        rows: one for each step.

    Signals:
        changed(): it began or ended.
        failed(object): the Problem that kept it from being tried.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, setup: Session, parent: QWidget | None = None) -> None:
        super().__init__("Try it with one person first", parent)
        self._setup = setup
        self._call: Call | None = None
        self._groups: set[str] = set()
        self.rows: list[DemandStep] = []
        self.person = QComboBox(self)
        self.person.setEditable(True)
        self.person.setMinimumContentsLength(30)
        edit = self.person.lineEdit()
        if edit is not None:
            edit.setPlaceholderText("ann@contoso.com")
            edit.setAccessibleName("Person or group")
            edit.returnPressed.connect(self.provision)
        self.person.currentTextChanged.connect(self._arrange)
        label = QLabel("&Person or group", self)
        label.setBuddy(self.person)
        self.button = QPushButton(icon(Glyph.RUN), "Pro&vision now", self)
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self.provision)
        row = QHBoxLayout()
        row.setSpacing(gap())
        row.addWidget(label)
        row.addWidget(self.person, 1)
        row.addWidget(self.button)
        self.column.addLayout(row)
        self.outcome = Notice("", Tone.GOOD, self)
        self.column.addWidget(self.outcome)
        self._arrange()

    def offer(self, assigned: Sequence[str]) -> None:
        """Offer those who are assigned, people first."""
        if self.person.count():
            return
        people = [entry.partition(":")[2] for entry in assigned if entry.startswith("user:")]
        self._groups = {entry.partition(":")[2] for entry in assigned if entry.startswith("group:")}
        self.person.addItems([*people, *sorted(self._groups)])
        self._arrange()

    @property
    def busy(self) -> str:
        """What is waited for; empty while nothing is."""
        return "Microsoft Entra provisions one person; this takes up to a minute..." if self._call else ""

    @Slot()
    def provision(self) -> None:
        """Have Microsoft Entra do it now."""
        name = self.person.currentText().strip()
        if self._call is not None or not name:
            return
        self._clear()
        group = name in self._groups
        params = {"group" if group else "user": name}
        self._call = self._setup.worker.ask(
            "entra-provision", self._setup.plan, params, self._setup.plan_path
        )
        self._call.finished.connect(self._show)
        self._call.failed.connect(self._fail)
        self._arrange()
        self.changed.emit()

    def _clear(self) -> None:
        self.outcome.set_message("")
        for row in self.rows:
            self.column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = []

    @Slot(object)
    def _show(self, report: OnDemandReport) -> None:
        self._call = None
        tones = {"success": Tone.GOOD, "failure": Tone.BAD}
        self.outcome.set_message(
            with_remedy(report.sentence, report.remedy), tones.get(report.status, Tone.WARNING)
        )
        self.rows = [DemandStep(step, self) for step in report.steps]
        for row in self.rows:
            self.column.addWidget(row)
        self._arrange()
        self.changed.emit()
        announce(self, self.outcome.text)

    @Slot(object)
    def _fail(self, problem: Problem) -> None:
        self._call = None
        self._arrange()
        self.changed.emit()
        self.failed.emit(problem)

    @Slot()
    def _arrange(self) -> None:
        self.button.setEnabled(self._call is None and bool(self.person.currentText().strip()))
