"""Restarts a plan as Microsoft Graph restarts a job: what is forgotten first, each said in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.look.announce import announce
from app.look.card import Card
from app.look.icons import Glyph, icon
from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import gap
from app.look.toned_label import TonedLabel

if TYPE_CHECKING:
    from app.monitor.watched_plan import WatchedPlan
    from app.setup.problem import Problem
    from app.worker.call import Call
    from app.worker.messages import Result

USUAL = ("Watermark", "Escrows", "QuarantineState")
"""What the admin center's *Restart provisioning* resets. Source: Microsoft Graph, resetScope."""
PARTS_OF_FULL = ("Watermark", "Escrows", "QuarantineState", "ConnectorDataStore")
"""What Graph's *Full* stands for."""
GRAVE = ("Full", "ConnectorDataStore", "ForceDeletes")
"""What needs a second tick: it touches people who have nothing to do with a mistake that is put right."""
WORDS = {
    "Full": (
        "Begin as if it had never run",
        "All four below: everybody is looked at and matched anew, failures and quarantine are forgotten.",
    ),
    "Watermark": (
        "Look at everybody again",
        "The next cycle is an initial one. Whoever is right stays untouched.",
    ),
    "Escrows": (
        "Try everything that failed at once",
        "Nobody waits out the hours or days that earlier failures have earned.",
    ),
    "QuarantineState": (
        "Lift quarantine",
        "Cycles come as usual again. What caused it should be put right first.",
    ),
    "ConnectorDataStore": (
        "Forget which account belongs to whom",
        "Everybody is matched anew; whoever is not found again gets a second account.",
    ),
    "ForceDeletes": (
        "Let go what the deletion guard holds back",
        "Everybody on its list is disabled or deleted with the next cycle.",
    ),
}

RISKS = {name: WORDS["ConnectorDataStore" if name == "Full" else name][1] for name in GRAVE}
"""What the second tick is about."""


def _say(text: str) -> str:
    return QCoreApplication.translate("monitor", text)


class RestartPanel(QWidget):
    """Ticks for what is reset, and the button.

    Args:
        task: what is asked for: ``restart``, or ``entra-restart`` for a job of Microsoft's service.

    Signals:
        failed(object): a Problem to show.
        changed(): the plan was restarted.
    """

    failed = Signal(object)
    changed = Signal()

    def __init__(self, watched: WatchedPlan, parent: QWidget | None = None, task: str = "restart") -> None:
        super().__init__(parent)
        self._watched = watched
        self._task = task
        self._call: Call | None = None
        self.ticks = {name: self._tick(name) for name in WORDS}
        self.sure = QCheckBox(self.tr("&I know whom this concerns, and want it"), self)
        self.warning = Notice("", Tone.WARNING, self)
        self.coming = TonedLabel(Tone.PLAIN, self)
        self.told = Notice("", Tone.GOOD, self)
        self.restart = QPushButton(icon(Glyph.RESET), self.tr("Restart no&w"), self)
        self._lay_out()
        self._before_full: dict[str, bool] = {}
        self.ticks["Full"].toggled.connect(self._take_all)
        for name in GRAVE:
            self.ticks[name].toggled.connect(self._ask_anew)
        for tick in (*self.ticks.values(), self.sure):
            tick.toggled.connect(self._follow)
        self.restart.clicked.connect(self._restart)
        self._follow()

    def _tick(self, name: str) -> QCheckBox:
        tick = QCheckBox(_say(WORDS[name][0]), self)
        tick.setChecked(name in USUAL)
        tick.setToolTip(name)
        tick.setAccessibleDescription(f"{_say(WORDS[name][1])} ({name})")
        return tick

    def _lay_out(self) -> None:
        card = Card(self.tr("Restart: what is forgotten first"))
        about = TonedLabel(parent=card)
        about.setText(
            self.tr(
                "The ticks are set as for Restart provisioning in the admin center. Microsoft's service "
                "begins a cycle at once, a paused job included."
            )
            if self._task != "restart"
            else self.tr(
                "The ticks are set as for Restart provisioning in the admin center. A restart itself sends "
                "nothing to the app; the next cycle does."
            )
        )
        card.column.addWidget(about)
        for name, tick in self.ticks.items():
            words = TonedLabel(parent=card)
            words.setText(f"{_say(WORDS[name][1])} ({name})")
            words.setContentsMargins(gap() * 3, 0, 0, 0)
            block = QVBoxLayout()
            block.setSpacing(gap() // 4)
            block.setContentsMargins(gap() * 3 if name in PARTS_OF_FULL else 0, 0, 0, gap() // 2)
            block.addWidget(tick)
            block.addWidget(words)
            card.column.addLayout(block)
        for widget in (self.warning, self.sure, self.coming):
            card.column.addWidget(widget)
        row = QHBoxLayout()
        row.addWidget(self.restart)
        row.addStretch(1)
        card.column.addLayout(row)
        card.column.addWidget(self.told)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, gap(), 0)
        column.addWidget(card)
        column.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        area.setWidget(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def on_show(self) -> None:
        """Say nothing of the last restart any more."""
        self.told.set_message("")

    @property
    def chosen(self) -> list[str]:
        """The names of what is reset; *Full* stands for its parts."""
        covered = PARTS_OF_FULL if self.ticks["Full"].isChecked() else ()
        return [name for name, tick in self.ticks.items() if tick.isChecked() and name not in covered]

    @Slot(bool)
    def _take_all(self, full: bool) -> None:
        """Tick the parts and hold them; without *Full* they are again as they were."""
        parts = {name: self.ticks[name] for name in PARTS_OF_FULL}
        if full:
            self._before_full = {name: tick.isChecked() for name, tick in parts.items()}
        for name, tick in parts.items():
            tick.setChecked(full or self._before_full[name])
            tick.setEnabled(not full)

    @Slot()
    def _ask_anew(self) -> None:
        # A yes to one grave reset is none to another that is ticked later.
        self.sure.setChecked(False)

    @Slot()
    def _follow(self) -> None:
        chosen = self.chosen
        grave = [name for name in chosen if name in GRAVE]
        self.warning.set_message(" ".join(_say(RISKS[name]) for name in grave), Tone.WARNING)
        self.sure.setVisible(bool(grave))
        initial = {"Full", "Watermark", "ConnectorDataStore"} & set(chosen)
        self.coming.setText(
            self.tr("The next cycle will be an initial one: it looks at everybody.")
            if initial
            else self.tr("The next cycle will be an incremental one, as before.")
        )
        ready = bool(chosen) and (not grave or self.sure.isChecked()) and self._call is None
        self.restart.setEnabled(ready)
        self.restart.setText(self.tr("Restarting...") if self._call is not None else self.tr("Restart no&w"))

    @Slot()
    def _restart(self) -> None:
        self.told.set_message("")
        self._call = self._watched.ask(self._task, reset=self.chosen)
        self._call.finished.connect(self._done)
        self._call.failed.connect(self._fail)
        self._follow()

    @Slot(object)
    def _done(self, result: Result) -> None:
        self._call = None
        self.sure.setChecked(False)
        for name, tick in self.ticks.items():
            tick.setChecked(name in USUAL)
        sentence = str(getattr(result, "sentence", ""))
        self.told.set_message(sentence or self.tr("Restarted."), Tone.GOOD)
        announce(self, self.told.text)
        self._follow()
        self.changed.emit()

    @Slot(object)
    def _fail(self, problem: Problem) -> None:
        self._call = None
        self._follow()
        self.failed.emit(problem)
