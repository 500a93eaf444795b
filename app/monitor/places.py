"""The places of the monitor's window, one thing each, as tabs; all but the first are made when opened."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from app.look.spacing import gap

if TYPE_CHECKING:
    from app.monitor.watched_plan import WatchedPlan


class Place(NamedTuple):
    """One tab: its title, where its panel is (imported late), and what the panel is told."""

    title: str
    module: str
    kind: str
    told: dict[str, Any]


ON_THIS_COMPUTER = (
    Place("On demand", "app.monitor.on_demand_panel", "OnDemandPanel", {}),
    Place("Held back", "app.monitor.held_back_panel", "HeldBackPanel", {}),
    Place("Compare", "app.monitor.compare_panel", "ComparePanel", {}),
    Place("Restart", "app.monitor.restart_panel", "RestartPanel", {}),
)
IN_ENTRA = (
    Place(
        "On demand",
        "app.monitor.on_demand_panel",
        "OnDemandPanel",
        {"task": "entra-provision"},
    ),
    Place(
        "Restart",
        "app.monitor.restart_panel",
        "RestartPanel",
        {"task": "entra-restart"},
    ),
)


class Places(QTabWidget):
    """The tabs.

    Signals:
        failed(object): a panel has a Problem to show.
        changed(): a panel changed something in the plan's state.
    """

    failed = Signal(object)
    changed = Signal()

    def __init__(self, watched: WatchedPlan, now: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._watched = watched
        self._places: tuple[Place, ...] = ()
        self._columns: list[QVBoxLayout] = []
        self._panels: dict[int, Any] = {}
        self._now = now
        self.setDocumentMode(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its bar takes the focus
        self.tabBar().setAccessibleName(self.tr("Places of the monitor"))
        self.addTab(now, self.tr("Now"))
        self.currentChanged.connect(self._open)

    def offer(self, places: tuple[Place, ...]) -> None:
        """Add these places behind the first; what is there already stays."""
        if self._places:
            return
        self._places = places
        for place in places:
            holder = QWidget(self)
            column = QVBoxLayout(holder)
            column.setContentsMargins(0, gap(), 0, 0)
            self._columns.append(column)
            self.addTab(holder, QCoreApplication.translate("monitor", place.title))

    @Slot(int)
    def count_held_back(self, number: int) -> None:
        """Say in the tab how many are held back."""
        for index, place in enumerate(self._places, start=1):
            if place.kind == "HeldBackPanel":
                title = QCoreApplication.translate("monitor", place.title)
                self.setTabText(index, f"{title} ({number})" if number else title)

    def panel(self, index: int) -> Any:
        """The panel of a tab; None for the first, and for one that was not opened yet."""
        return self._panels.get(index)

    @Slot(int)
    def _open(self, index: int) -> None:
        if 0 < index <= len(self._places):
            if index not in self._panels:
                self._panels[index] = self._make(index)
            self._panels[index].on_show()
        elif index == 0 and hasattr(self._now, "on_show"):
            self._now.on_show()
        if index != 0 and hasattr(self._now, "on_hide"):
            self._now.on_hide()

    def _make(self, index: int) -> Any:
        place = self._places[index - 1]
        kind = getattr(import_module(place.module), place.kind)
        panel = kind(self._watched, **place.told)
        self._columns[index - 1].addWidget(panel)
        panel.failed.connect(self.failed)
        panel.changed.connect(self.changed)
        if hasattr(panel, "counted"):
            panel.counted.connect(self.count_held_back)
        return panel
