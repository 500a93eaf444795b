"""Says beforehand what a change of mappings or scope does to the next cycle of a plan that has run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.look.notice import Notice
from app.look.palette import Tone
from app.wizard.flow_entra import in_entra
from app.wizard.parts.latest import LatestAnswer

if TYPE_CHECKING:
    from app.wizard.session import Session
    from app.worker.messages import StatusReport

LONGER = "Everybody is looked up in the app again, so it takes longer than usual; nobody is created twice."


def next_cycle_in_words(status: StatusReport) -> str:
    """What to know of the next cycle; empty where it is as usual, or the first one of all."""
    if status.last is None or status.next_kind != "initial":
        return ""
    why = status.next_why.strip()
    lead = "The next cycle will be an initial cycle."
    return " ".join(part for part in (lead, why, LONGER) if part)


class NextCycleNotice(QWidget):
    """Hidden unless the plan, as it stands now, forces an initial cycle."""

    def __init__(self, setup: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._setup = setup
        self.notice = Notice("", Tone.ACCENT, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.notice)
        self.setVisible(False)
        self._asking = LatestAnswer(setup.worker, "status", self)
        self._asking.answered.connect(self._show)
        # Whether it is known is no reason to disturb: the page is about something else.
        self._asking.failed.connect(self._hide)

    @property
    def text(self) -> str:
        """What it says; empty when nothing."""
        return self.notice.text

    def look(self) -> None:
        """The plan may have changed: find out what that means."""
        if in_entra(self._setup.plan) or not self._setup.plan_path.exists():
            self._hide()  # Microsoft's own, or never saved and so never run
            return
        self._asking.ask_soon({"cycles": 1}, self._setup.plan, self._setup.plan_path)

    @Slot(object)
    def _show(self, status: StatusReport) -> None:
        self.notice.set_message(next_cycle_in_words(status))
        self.setVisible(bool(self.notice.text))

    @Slot()
    def _hide(self) -> None:
        self.notice.set_message("")
        self.setVisible(False)
