"""Choose one person of the directory by typing part of a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QStringListModel, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLabel, QLineEdit, QWidget

from app.look.spacing import gap
from app.wizard.parts.latest import LatestAnswer

if TYPE_CHECKING:
    from app.wizard.session import Session
    from app.worker.messages import PeoplePage

OFFERED = 20
"""Names in the list: a longer one is not read, typing another letter is quicker."""


class _NameEdit(QLineEdit):
    """Opens its list with the Down key, and selects its text when it is reached, ready to be typed over."""

    opened = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down opens the list."""
        if event.key() == Qt.Key.Key_Down:
            self.opened.emit()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select all, however the field was reached."""
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.selectAll()


class PersonPicker(QWidget):
    """A field that offers the people whose name holds what was typed.

    Signals:
        picked(str): the name of the person that was chosen.
    """

    picked = Signal(str)

    def __init__(self, setup: Session, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._setup = setup
        self._person = ""
        self.label = QLabel(label, self)
        self.edit = _NameEdit(self)
        self.edit.setAccessibleName(label.replace("&", ""))
        self.edit.setPlaceholderText("Type part of a name")
        self.label.setBuddy(self.edit)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(gap())
        layout.addWidget(self.label)
        layout.addWidget(self.edit, 1)
        self._names = QStringListModel(self)
        self._completer = QCompleter(self._names, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setMaxVisibleItems(12)
        self.edit.setCompleter(self._completer)
        self._completer.activated.connect(self._pick)
        self.edit.textEdited.connect(self._search)
        self.edit.opened.connect(self._open)
        self.edit.editingFinished.connect(self._settle)
        self._finding = LatestAnswer(setup.worker, "list-people", self, pause=200)
        self._finding.answered.connect(self._offer)

    @property
    def person(self) -> str:
        """The name of the chosen person; empty while there is none."""
        return self._person

    def set_person(self, name: str) -> None:
        """Show a person without telling anybody."""
        self._person = name
        self.edit.setText(name)
        self.edit.setCursorPosition(0)

    def _params(self, text: str) -> dict[str, object]:
        return {"search": text, "kind": "user", "offset": 0, "limit": OFFERED}

    @Slot(str)
    def _search(self, text: str) -> None:
        self._finding.ask_soon(self._params(text), self._setup.plan, self._setup.plan_path)

    @Slot()
    def _open(self) -> None:
        text = self.edit.text()
        wanted = "" if text == self._person else text
        self._finding.ask_now(self._params(wanted), self._setup.plan, self._setup.plan_path)

    @Slot(object)
    def _offer(self, page: PeoplePage) -> None:
        self._names.setStringList([row.name for row in page.rows])
        if self.edit.hasFocus() and page.rows:
            self._completer.complete()

    @Slot(str)
    def _pick(self, name: str) -> None:
        self.set_person(name)
        self.picked.emit(name)

    @Slot()
    def _settle(self) -> None:
        typed = self.edit.text().strip()
        popup = self._completer.popup()
        if typed == self._person or (popup is not None and popup.isVisible()):
            return
        known = {name.casefold(): name for name in self._names.stringList()}
        name = known.get(typed.casefold())
        if name is not None:
            self._pick(name)
        else:
            self.set_person(self._person)
