"""The monitor's top line: which app and plan, and the buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.look.icons import Glyph, icon
from app.look.spacing import gap, heading_font
from app.look.toned_label import TonedLabel

if TYPE_CHECKING:
    from app.monitor.cycles import Cycles
    from app.monitor.watched_plan import WatchedPlan

_HELP = "https://learn.microsoft.com/entra/identity/monitoring-health/concept-provisioning-logs"
_PLACES = {
    "practice": "the practice app",
    "this-computer": "from this computer",
    "entra": "by Microsoft Entra",
}


class Header(QWidget):
    """Says what is watched, and lets a person run, pause, stop and change it.

    Signals:
        run_wanted(): *Run now* was pressed.
        setup_wanted(): *Change setup* was pressed.
        refresh_wanted(): the refresh key was pressed.
    """

    run_wanted = Signal()
    setup_wanted = Signal()
    refresh_wanted = Signal()

    def __init__(self, watched: WatchedPlan, cycles: Cycles, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._watched = watched
        self._cycles = cycles
        self.title = QLabel(watched.app_title, self)
        self.title.setFont(heading_font())
        self.about = TonedLabel(parent=self)
        self.about.setText(str(watched.path))
        self.run = self._button(Glyph.RUN, self.tr("Run now"), "Ctrl+R")
        self.stop = self._button(Glyph.STOP, self.tr("&Stop"), None)
        self.pause = self._button(Glyph.PAUSE, self.tr("Pause"), "Ctrl+P")
        self.setup = self._button(Glyph.EDIT, self.tr("Change set&up"), None)
        self.help = self._button(Glyph.LINK, self.tr("Learn more"), QKeySequence.StandardKey.HelpContents)
        self.reload = self._button(Glyph.RESET, self.tr("Refresh"), QKeySequence.StandardKey.Refresh)
        self.run.setDefault(True)
        self._lay_out()
        self.run.clicked.connect(self.run_wanted)
        self.stop.clicked.connect(cycles.stop)
        self.pause.clicked.connect(self._pause_or_resume)
        self.setup.clicked.connect(self.setup_wanted)
        self.help.clicked.connect(self._learn)
        self.reload.clicked.connect(self.refresh_wanted)
        cycles.changed.connect(self.refresh)
        self.refresh()

    def _button(self, glyph: Glyph, text: str, keys: str | QKeySequence.StandardKey | None) -> QPushButton:
        button = QPushButton(icon(glyph), text, self)
        if keys is not None:
            # A shortcut takes the mnemonic's place, so those with one have no ampersand.
            sequence = QKeySequence(keys)
            button.setShortcut(sequence)
            plain = text.replace("&", "")
            button.setToolTip(f"{plain} ({sequence.toString(QKeySequence.SequenceFormat.NativeText)})")
        return button

    def _lay_out(self) -> None:
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self.title)
        names.addWidget(self.about)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(gap())
        row.addLayout(names, 1)
        for button in (self.run, self.stop, self.pause, self.setup, self.reload, self.help):
            row.addWidget(button)

    @Slot()
    def refresh(self) -> None:
        """Show what is watched, and which buttons do something now."""
        plan = self._watched.plan
        self.title.setText(self._watched.app_title)
        if plan is not None:
            place = self.tr(_PLACES.get(plan.run.where, ""))
            host = QUrl(plan.app.tenant_url).host() or plan.app.tenant_url
            self.about.setText(" · ".join(part for part in (host, place, self._watched.path.name) if part))
            self.about.setToolTip(str(self._watched.path))
        running, paused = self._cycles.running, self._cycles.paused
        # In Microsoft Entra the service runs the cycles; its job is steered where it is shown.
        here = plan is None or plan.run.where != "entra"
        self.run.setVisible(here and not running)
        self.pause.setVisible(here)
        self.run.setEnabled(not paused and not self._cycles.running_elsewhere and plan is not None)
        self.stop.setVisible(running)
        self.stop.setEnabled(not self._cycles.stopping)
        self.pause.setIcon(icon(Glyph.RUN if paused else Glyph.PAUSE))
        self._name_pause(self.tr("Resume") if paused else self.tr("Pause"))
        self.pause.setEnabled(plan is not None and not self._cycles.stopping)

    def _name_pause(self, text: str) -> None:
        if self.pause.text() != text:
            self.pause.setText(text)
            self.pause.setShortcut(QKeySequence("Ctrl+P"))  # a new text takes the shortcut away
            self.pause.setToolTip(f"{text} (Ctrl+P)")

    @Slot()
    def _pause_or_resume(self) -> None:
        if self._cycles.paused:
            self._cycles.resume()
        else:
            self._cycles.pause()

    @Slot()
    def _learn(self) -> None:
        QDesktopServices.openUrl(QUrl(_HELP))
