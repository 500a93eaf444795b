"""Provision one person, or one group with a few members, now, and see step by step what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.look.announce import announce
from app.look.card import Card
from app.look.icons import Glyph, icon
from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import gap, margin
from app.look.toned_label import TonedLabel
from app.monitor.empty import Empty
from app.monitor.on_demand_members import MembersChoice
from app.monitor.on_demand_outcome import OnDemandOutcome
from app.monitor.person_picker import PersonPicker

if TYPE_CHECKING:
    from app.monitor.watched_plan import WatchedPlan
    from app.setup.problem import Problem
    from app.worker.call import Call
    from app.worker.messages import Event, OnDemandReport, PersonRow

_PATIENCE = 10_000
"""Milliseconds that a stopped one has to bring the request under way in order."""

_NOTICE_TONES = {"warning": Tone.WARNING, "error": Tone.BAD}

_IN_ENTRA = "entra-provision"


class OnDemandPanel(QWidget):
    """The tab *On demand*.

    Signals:
        failed(object): the Problem that kept it from being tried.
        changed(): it has ended; the plan's state and log are others now.
    """

    failed = Signal(object)
    changed = Signal()

    def __init__(
        self, watched: WatchedPlan, parent: QWidget | None = None, task: str = "provision-one"
    ) -> None:
        """Make the panel; nothing is asked yet.

        Args:
            watched: the plan.
            parent: Qt's parent.
            task: ``provision-one`` for Rollcall's own engine, ``entra-provision`` for Microsoft's service.
        """
        super().__init__(parent)
        self._watched = watched
        self._task = task
        self._in_entra = task == _IN_ENTRA
        self._call: Call | None = None
        self._name = ""
        self._notices: list[str] = []
        self.warning = TonedLabel(Tone.PLAIN, self)
        self.person = QRadioButton(self.tr("One p&erson"), self)
        self.group = QRadioButton(self.tr("One group, with up to five of its &members"), self)
        self._kinds = QButtonGroup(self)
        self.picker = PersonPicker(watched, self._in_entra, self)
        self.members = MembersChoice(watched, self._in_entra, self)
        self.button = QPushButton(icon(Glyph.RUN), "", self)
        self.stop = QPushButton(icon(Glyph.STOP), self.tr("Stop"), self)
        self.line = TonedLabel(Tone.MUTED, self)
        self.notice = Notice("", Tone.WARNING, self)
        self.empty = Empty(self)
        self.outcome = OnDemandOutcome(self)
        self.outcome.setVisible(False)
        self._dress()
        self._lay_out()
        self._connect()
        self._choose_kind()

    def _dress(self) -> None:
        self.person.setChecked(True)
        for radio in (self.person, self.group):
            self._kinds.addButton(radio)
        self.stop.setAccessibleName(self.tr("Stop provisioning on demand"))
        for button in (self.button, self.stop):
            button.setAutoDefault(False)
        self.stop.setVisible(False)
        self.empty.say(
            Glyph.PERSON,
            self.tr("Nobody was provisioned from here yet"),
            self.tr("Choose somebody above and press Provision now to see each step here."),
        )

    def _lay_out(self) -> None:
        kinds = QHBoxLayout()
        kinds.setSpacing(margin())
        kinds.addWidget(self.person)
        kinds.addWidget(self.group)
        kinds.addStretch(1)
        whom = QHBoxLayout()
        whom.setSpacing(margin())
        whom.addWidget(self.picker, 1)
        whom.addWidget(self.members, 1)
        press = QHBoxLayout()
        press.setSpacing(gap())
        press.addWidget(self.button)
        press.addWidget(self.stop)
        press.addWidget(self.line, 1)
        press.addStretch(0)
        card = Card(self.tr("Provision on demand"), self)
        card.column.addWidget(self.warning)
        for row in (kinds, whom, press):
            card.column.addLayout(row)
        # A group with five members and its result are higher than a small screen.
        body = QWidget(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap() + gap() // 2)
        column.addWidget(card)
        column.addWidget(self.notice)
        # No stack: it would be as high as the higher one, and scroll for nothing.
        column.addWidget(self.empty, 1)
        column.addWidget(self.outcome, 1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def _connect(self) -> None:
        self.person.toggled.connect(self._choose_kind)
        self.picker.picked.connect(self._arrange)
        self.button.clicked.connect(self.provision)
        self.stop.clicked.connect(self._stop)

    def on_show(self) -> None:
        """Say where it would go, and offer the first people."""
        self.warning.setText(self._where_to())
        if self._call is None:
            # The focus stays: arrow keys walk the tabs, and must not end in a field.
            self.picker.look()

    def _where_to(self) -> str:
        plan = self._watched.plan
        if self._in_entra:
            return self.tr(
                "Microsoft Entra sends this to {0} at once, whatever its schedule. What the mappings and the "
                "scope say holds here too."
            ).format(self._watched.app_title)
        if plan is not None and plan.run.where == "practice":
            return self.tr(
                "This is sent to the practice app at once, whatever the schedule, even while the plan is "
                "paused. What the mappings and the scope say holds here too."
            )
        return self.tr(
            "This is sent to {0} at once, whatever the schedule, even while the plan is paused. What the "
            "mappings and the scope say holds here too."
        ).format(self._watched.app_title)

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._call is not None

    @Slot()
    def _choose_kind(self) -> None:
        if self.person.isChecked():
            self.picker.set_kind("user", self.tr("&Who"))
        else:
            self.picker.set_kind("group", self.tr("&Which group"))
        self.members.clear()
        self.members.setVisible(self.group.isChecked())
        self._arrange()
        if self.isVisible():
            self.picker.look()

    @Slot()
    def _arrange(self) -> None:
        """Say what can be done now."""
        busy, row = self._call is not None, self.picker.row
        self.button.setText(self.tr("Provisioning...") if busy else self.tr("Pro&vision now"))
        self.button.setAccessibleName(self.button.text().replace("&", ""))
        self.button.setEnabled(not busy and row is not None)
        for widget in (self.person, self.group, self.picker, self.members):
            widget.setEnabled(not busy)
        self.stop.setVisible(busy)
        if not busy:
            # What cannot be pressed says why.
            nobody = self.tr("Choose somebody first.") if self.person.isChecked() else ""
            nobody = nobody or self.tr("Choose a group first.")
            self.line.setText(nobody if row is None else "")

    def _params(self, row: PersonRow) -> dict[str, Any]:
        # Ids, not names: names of groups need not be unique.
        if row.kind == "group":
            return {
                "group": row.id or row.name,
                "members": [each.id or each.name for each in self.members.rows],
            }
        return {"user" if self._in_entra else "person": row.id or row.name}

    @Slot()
    def provision(self) -> None:
        """Have it done now; nothing happens while nobody is chosen, or while one is under way."""
        row = self.picker.row
        if self._call is not None or row is None:
            return
        self._name = row.name
        self._notices = []
        self.notice.set_message("")
        self.empty.say(Glyph.SYNC, self.tr("Provisioning {0}").format(row.name), self._what_to_expect())
        self.outcome.setVisible(False)
        self.empty.setVisible(True)
        self._call = self._watched.ask(self._task, **self._params(row))
        self._call.event.connect(self._hear)
        self._call.finished.connect(self._show)
        self._call.failed.connect(self._fail)
        self._arrange()
        self.line.setText(self.tr("Provisioning {0}...").format(row.name))
        self.stop.setEnabled(True)
        self.stop.setFocus()
        announce(self, self.line.text())

    def _what_to_expect(self) -> str:
        if self._in_entra:
            return self.tr("Microsoft Entra takes up to a minute.")
        return self.tr("The five steps are shown here when it is done.")

    @Slot()
    def _stop(self) -> None:
        if self._call is not None:
            self.stop.setEnabled(False)
            self.line.setText(self.tr("Stopping after the request that is under way..."))
            self._call.cancel(_PATIENCE)

    @Slot(object)
    def _hear(self, event: Event) -> None:
        if event.event == "progress" and self.stop.isEnabled():
            self.line.setText(event.text)
        elif event.event == "notice":
            self._notices.append(event.text)
            tone = _NOTICE_TONES.get(event.level, Tone.ACCENT)
            self.notice.set_message("\n".join(self._notices), tone)

    def _end(self) -> None:
        had_focus = self.stop.hasFocus() or self.focusWidget() is None
        self._call = None
        self._arrange()
        if had_focus and self.isVisible():
            self.button.setFocus()

    @Slot(object)
    def _show(self, report: OnDemandReport) -> None:
        self._end()
        self.outcome.show_report(report)
        self.empty.setVisible(False)
        self.outcome.setVisible(True)
        # The notice says it aloud by itself only where it was in view before.
        announce(self, self.outcome.sentence.text)
        self.changed.emit()

    @Slot(object)
    def _fail(self, problem: Problem) -> None:
        self._end()
        stopped = problem.code == "CANCELLED"
        if stopped:
            self.empty.say(
                Glyph.STOP,
                self.tr("Provisioning {0} was stopped").format(self._name),
                self.tr("What was sent by then stays in the app and is in the log."),
            )
        else:
            self.empty.say(
                Glyph.BAD,
                self.tr("{0} was not provisioned").format(self._name),
                self.tr("Why, and what to do, stands at the top of the window."),
            )
        # First the look at the state, which takes the window's problem away; then the problem.
        self.changed.emit()
        if not stopped:
            self.failed.emit(problem)
