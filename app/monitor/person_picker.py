"""Choose one person or group by typing part of a name; the matches stand under the field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.look.icons import Glyph, icon
from app.look.palette import Tone
from app.look.spacing import gap, lines
from app.look.toned_label import TonedLabel
from app.monitor.words import number

if TYPE_CHECKING:
    from app.monitor.watched_plan import WatchedPlan
    from app.setup.problem import Problem
    from app.worker.call import Call
    from app.worker.messages import PeoplePage, PersonRow

OFFERED = 20
"""Matches asked for: a longer list is not read, typing another letter is quicker."""

_PAUSE = 200
"""Milliseconds without a key before the worker is asked."""

_SHOWN = 6
"""Matches in view at once."""

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _Field(QLineEdit):
    """Goes to the list with the Down key, and closes it with Escape."""

    down = Signal()
    escaped = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own name
        """The two keys that are about the list."""
        if event.key() == Qt.Key.Key_Down:
            self.down.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)


class _Matches(QListWidget):
    """The list; Enter takes the current one, Escape and Up from the first go back to the field."""

    taken = Signal()
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own name
        """Enter, Escape and Up."""
        if event.key() in _ENTER:
            self.taken.emit()
        elif event.key() == Qt.Key.Key_Escape or (event.key() == Qt.Key.Key_Up and self.currentRow() <= 0):
            self.left.emit()
        else:
            super().keyPressEvent(event)


class PersonPicker(QWidget):
    """A field that offers who matches what was typed. Enter takes the first match.

    One question is under way at a time: what is typed meanwhile is asked when its answer is there.

    Signals:
        picked(object): the ``PersonRow`` that was chosen; None when the choice was given up by typing on.
    """

    picked = Signal(object)

    def __init__(self, watched: WatchedPlan, in_tenant: bool = False, parent: QWidget | None = None) -> None:
        """Make an empty field that has asked nothing yet.

        Args:
            watched: whose people are offered.
            in_tenant: whether they are searched for in the tenant and not in the plan's source.
            parent: Qt's parent.
        """
        super().__init__(parent)
        self._watched = watched
        self._in_tenant = in_tenant
        self._kind: Literal["user", "group"] = "user"
        self._row: PersonRow | None = None
        self._rows: list[PersonRow] = []
        self._call: Call | None = None
        self._asked: tuple[str, str] | None = None
        self._again = False
        self._first_wanted = False
        self.label = QLabel(self)
        self.edit = _Field(self)
        self.edit.setPlaceholderText(self.tr("Type part of a name"))
        self.edit.setClearButtonEnabled(True)
        self.label.setBuddy(self.edit)
        self.matches = _Matches(self)
        self.matches.setUniformItemSizes(True)
        self.matches.setVisible(False)
        self.line = TonedLabel(parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap() // 2)
        for widget in (self.label, self.edit, self.matches, self.line):
            column.addWidget(widget)
        column.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self._ask)
        self.edit.textEdited.connect(self._type)
        self.edit.textChanged.connect(self._empty)
        self.edit.returnPressed.connect(self._enter)
        self.edit.down.connect(self._to_list)
        self.edit.escaped.connect(self._close)
        self.matches.taken.connect(self._take_current)
        self.matches.itemClicked.connect(self._take_item)
        self.matches.left.connect(self._leave_list)

    @property
    def row(self) -> PersonRow | None:
        """Who is chosen; None while nobody is."""
        return self._row

    def set_kind(self, kind: Literal["user", "group"], label: str) -> None:
        """Offer people or groups, and forget the choice."""
        self._kind = kind
        self.label.setText(label)
        plain = label.replace("&", "")
        self.edit.setAccessibleName(plain)
        self.matches.setAccessibleName(self.tr("Matches for {0}").format(plain))
        self.clear()

    def clear(self) -> None:
        """Empty the field; nothing is asked."""
        self._timer.stop()
        self._again = self._first_wanted = False
        self._asked = None
        # First: an emptied field that still has somebody looks like the clear button's work.
        self._set_row(None)
        self.edit.setText("")
        self.matches.setVisible(False)
        self.line.setText("")

    def look(self) -> None:
        """Ask for who matches now, unless somebody is chosen or the answer stands there already."""
        if self._row is None and not self._fresh():
            self._timer.stop()
            self._ask()

    # Asking

    def _question(self) -> tuple[str, str]:
        return self._kind, self.edit.text().strip()

    def _fresh(self) -> bool:
        """Whether the list answers what stands in the field."""
        return self._call is None and not self._timer.isActive() and self._asked == self._question()

    @Slot()
    def _type(self) -> None:
        self._first_wanted = False
        self._set_row(None)
        self._timer.start()

    @Slot(str)
    def _empty(self, text: str) -> None:
        # The field's clear button changes the text without an edit.
        if not text and self._row is not None:
            self._type()

    @Slot()
    def _ask(self) -> None:
        if self._call is not None:
            self._again = True
            return
        self._again = False
        self._asked = self._question()
        kind, text = self._asked
        params: dict[str, Any] = {"kind": kind, "limit": OFFERED}
        params["text" if self._in_tenant else "search"] = text
        self._say(self.tr("Searching..."))
        self._call = self._watched.ask("entra-search" if self._in_tenant else "list-people", **params)
        self._call.finished.connect(self._offer)
        self._call.failed.connect(self._fail)

    def _outdated(self) -> bool:
        """Note the end of the call; whether its answer is of no use any more. Asks again where needed."""
        self._call = None
        if self._again:
            self._ask()
            return True
        # Somebody was chosen meanwhile, the field was emptied, or the timer is about to ask.
        return self._row is not None or self._asked != self._question()

    @Slot(object)
    def _offer(self, page: PeoplePage) -> None:
        if self._outdated():
            return
        self._rows = list(page.rows[:OFFERED])
        glyph = icon(Glyph.GROUP if self._kind == "group" else Glyph.PERSON)
        self.matches.clear()
        for row in self._rows:
            self.matches.addItem(QListWidgetItem(glyph, told(row)))
        self._open_list()
        self._say(self._summary(page.total))
        if self._first_wanted and self._rows:
            self._pick(self._rows[0])
        self._first_wanted = False

    def _summary(self, total: int) -> str:
        if not self._rows:
            if not self.edit.text().strip():
                return self.tr("There is nobody to choose from. Look at the people of the plan in its setup.")
            return self.tr("Nothing matches. Try another part of the name, or of the mail address.")
        if total > len(self._rows):
            return self.tr(
                "The first {0} of {1}. Type more to narrow them down; Enter takes the first."
            ).format(len(self._rows), number(total))
        return self.tr("Enter takes the first; the arrow keys choose another.")

    @Slot(object)
    def _fail(self, problem: Problem) -> None:
        if self._outdated():
            return
        self._asked = None  # the same text may be asked again
        self._first_wanted = False
        self.matches.setVisible(False)
        self._say(" ".join(part for part in (problem.what, problem.why, problem.remedy) if part), Tone.BAD)

    def _say(self, text: str, tone: Tone = Tone.MUTED) -> None:
        self.line.set_tone(tone)
        self.line.setText(text)
        self.edit.setAccessibleDescription(text)

    # Choosing

    def _open_list(self) -> None:
        count = min(_SHOWN, len(self._rows))
        self.matches.setVisible(count > 0)
        if count:
            self.matches.setCurrentRow(0)
            row = max(self.matches.sizeHintForRow(0), lines(1))
            self.matches.setFixedHeight(row * count + 2 * self.matches.frameWidth() + 2)

    @Slot()
    def _enter(self) -> None:
        if self._row is not None:
            return
        if not self.edit.text().strip() and not self.matches.isVisible():
            # Nobody is in view who could be meant.
            self._open_list() if self._fresh() else self.look()
        elif self._fresh():
            if self._rows:
                self._pick(self._rows[0])
        else:
            self._first_wanted = True
            self._timer.stop()
            self._ask()

    @Slot()
    def _to_list(self) -> None:
        if self._fresh() and self._rows and self._row is None:
            self._open_list()
            self.matches.setFocus()
        else:
            self.look()

    @Slot()
    def _close(self) -> None:
        self.matches.setVisible(False)

    @Slot()
    def _leave_list(self) -> None:
        self.edit.setFocus()

    @Slot(QListWidgetItem)
    def _take_item(self, item: QListWidgetItem) -> None:
        self._take(self.matches.row(item))

    @Slot()
    def _take_current(self) -> None:
        self._take(self.matches.currentRow())

    def _take(self, place: int) -> None:
        if 0 <= place < len(self._rows):
            self.edit.setFocus()
            self._pick(self._rows[place])

    def _pick(self, row: PersonRow) -> None:
        self._timer.stop()
        self._again = False
        self.matches.setVisible(False)
        self.edit.setText(row.name)
        self.edit.setCursorPosition(0)
        self._say(row.detail)
        self._set_row(row)

    def _set_row(self, row: PersonRow | None) -> None:
        if row is not self._row:
            self._row = row
            self.picked.emit(row)


def told(row: PersonRow) -> str:
    """A person or group in one line."""
    return f"{row.name} · {row.detail}" if row.detail else row.name
