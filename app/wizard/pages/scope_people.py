"""Assign people and groups: a searched list of all at the left, those that are assigned at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QWidget,
)

from app.look.announce import announce
from app.look.icons import Glyph, icon
from app.look.palette import Tone
from app.look.spacing import gap, lines, margin
from app.look.toned_label import TonedLabel
from app.wizard.pages.counting import amount, number
from app.wizard.parts.people_model import PeopleModel

if TYPE_CHECKING:
    from app.wizard.session import Session

SEARCH_PAUSE = 250
"""Milliseconds without a key before the list is searched."""


class _AllPeople(QListView):
    """The list of all; Enter and Space choose instead of pressing the window's default button."""

    chosen = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose what is selected."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.chosen.emit()
            return
        super().keyPressEvent(event)


class _Assigned(QListWidget):
    """The list of assigned ones; Delete takes out what is selected."""

    unwanted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take out what is selected."""
        if event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.unwanted.emit()
            return
        super().keyPressEvent(event)


class AssignPanel(QWidget):
    """Edits ``Scope.assigned``; ``assigned`` always holds what the right list shows.

    Signals:
        changed(): somebody was assigned or taken out.
        failed(object): the Problem that kept the list away.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, setup: Session, parent: QWidget | None = None, task: str = "list-people") -> None:
        """Make both lists; ``task`` says where people come from, see ``PeopleModel``."""
        super().__init__(parent)
        self._setup = setup
        self._task = task
        self.assigned: list[str] = []
        self._build_all()
        self._build_assigned()
        layout = QGridLayout(self)
        layout.setContentsMargins(gap(), gap(), gap(), gap())
        layout.setHorizontalSpacing(margin())
        layout.setVerticalSpacing(gap())
        top = QHBoxLayout()
        top.setSpacing(gap())
        top.addWidget(self.search, 1)
        top.addWidget(self.show_label)
        top.addWidget(self.kind)
        layout.addWidget(self.search_label, 0, 0)
        layout.addLayout(top, 1, 0)
        layout.addWidget(self.everyone, 2, 0)
        foot = QHBoxLayout()
        foot.addWidget(self.count, 1)
        foot.addStretch(0)
        foot.addWidget(self.assign_button)
        layout.addLayout(foot, 3, 0)
        layout.addWidget(self.assigned_label, 0, 1)
        layout.addWidget(self.chosen, 1, 1, 2, 1)
        right = QHBoxLayout()
        right.addStretch(1)
        right.addWidget(self.remove_button)
        layout.addLayout(right, 3, 1)
        layout.setRowStretch(2, 1)
        layout.setColumnStretch(0, 3)
        layout.setColumnStretch(1, 2)

    def _build_all(self) -> None:
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Part of a name")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search people and groups")
        self.search_label = QLabel("&Search people and groups", self)
        self.search_label.setBuddy(self.search)
        self.kind = QComboBox(self)
        for text, value in (("People and groups", "all"), ("People", "user"), ("Groups", "group")):
            self.kind.addItem(text, value)
        self.show_label = QLabel("S&how", self)
        self.show_label.setBuddy(self.kind)
        self.model = PeopleModel(self._setup.worker, self, self._task)
        self.model.counted.connect(self._say_count)
        self.model.failed.connect(self.failed)
        self.everyone = _AllPeople(self)
        self.everyone.setModel(self.model)
        self.everyone.setUniformItemSizes(True)
        self.everyone.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.everyone.setAccessibleName("People and groups that match the search")
        self.everyone.setMinimumHeight(lines(5))
        self.everyone.doubleClicked.connect(self._assign_one)
        self.everyone.chosen.connect(self.assign_selected)
        self.count = TonedLabel(Tone.MUTED, self)
        self.assign_button = QPushButton(icon(Glyph.ADD), "&Assign", self)
        self.assign_button.setAutoDefault(False)
        self.assign_button.clicked.connect(self.assign_selected)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SEARCH_PAUSE)
        self._pause.timeout.connect(self.look_up)
        self.search.textChanged.connect(self._pause.start)
        self.kind.currentIndexChanged.connect(self.look_up)

    def _build_assigned(self) -> None:
        self.chosen = _Assigned(self)
        self.chosen.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.chosen.setAccessibleName("Assigned people and groups")
        self.chosen.unwanted.connect(self.remove_selected)
        self.assigned_label = QLabel(self)
        self.assigned_label.setBuddy(self.chosen)
        self.remove_button = QPushButton(icon(Glyph.REMOVE), "Re&move", self)
        self.remove_button.setAutoDefault(False)
        self.remove_button.clicked.connect(self.remove_selected)

    def set_assigned(self, assigned: list[str]) -> None:
        """Show who is assigned, without telling anybody."""
        self.assigned = list(assigned)
        self._show_assigned()

    @Slot()
    def look_up(self) -> None:
        """Search the list of all for what stands in the fields."""
        self._pause.stop()
        if self._setup.plan.source.chosen or self._task != "list-people":
            kind = str(self.kind.currentData())
            self.model.search(self._setup.plan, self._setup.plan_path, self.search.text(), kind)

    @Slot(int)
    def _say_count(self, total: int) -> None:
        listed = self.model.rowCount()
        if total:
            found = amount(total, "match", "matches")
            if listed < total:
                found = f"The first {number(listed)} of {found}: type on to narrow them down"
            self.count.setText(f"{found}. Double-click or Enter assigns.")
            self.everyone.setCurrentIndex(self.model.index(0))
        else:
            self.count.setText("Nobody has this in the name. Shorten the search, or show people and groups.")
        announce(self.search, self.count.text())

    def assign(self, keys: list[str]) -> None:
        """Assign people or groups by their keys; those that are assigned already stay once."""
        new = [key for key in dict.fromkeys(keys) if key not in self.assigned]
        if not new:
            return
        self.assigned.extend(new)
        self._show_assigned()
        announce(self.chosen, f"{amount(len(new), 'entry', 'entries')} assigned.")
        self.changed.emit()

    @Slot()
    def assign_selected(self) -> None:
        """Assign what is selected at the left."""
        places = sorted(index.row() for index in self.everyone.selectionModel().selectedIndexes())
        rows = [row for row in map(self.model.row, places) if row is not None]
        self.assign([self.model.key(row) for row in rows])

    @Slot(QModelIndex)
    def _assign_one(self, index: QModelIndex) -> None:
        row = self.model.row(index.row())
        if row is not None:
            self.assign([self.model.key(row)])

    @Slot()
    def remove_selected(self) -> None:
        """Take out what is selected at the right."""
        places = sorted(self.chosen.row(item) for item in self.chosen.selectedItems())
        if not places:
            return
        gone = set(places)
        self.assigned = [key for place, key in enumerate(self.assigned) if place not in gone]
        self._show_assigned()
        if self.assigned:
            self.chosen.setCurrentRow(min(places[0], len(self.assigned) - 1))
        self.changed.emit()

    def _show_assigned(self) -> None:
        self.chosen.clear()
        for key in self.assigned:
            kind, _, name = key.partition(":")
            item = QListWidgetItem(icon(Glyph.GROUP if kind == "group" else Glyph.PERSON), name)
            item.setToolTip(f"{'Group' if kind == 'group' else 'Person'} {name}")
            self.chosen.addItem(item)
        self.assigned_label.setText(f"Assigne&d ({number(len(self.assigned))})")
        self.remove_button.setEnabled(bool(self.assigned))
        self.model.mark(frozenset(self.assigned))
