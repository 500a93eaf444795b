"""One condition of a scoping filter: attribute, operator, value."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QToolButton, QWidget

from app.look.icons import Glyph, icon
from app.look.palette import Tone
from app.look.spacing import characters, tighten
from app.look.toned_label import TonedLabel
from app.setup.plan import Clause, Operator
from app.wizard.pages.scope_words import NOT_FOR_FILTERS, OPERATOR_WORDS, clause_fault


class ClauseRow(QWidget):
    """Edits one clause in place. The column labels stand over the first row of a filter only.

    Signals:
        changed(): the clause differs from what it was.
        remove_asked(object): the person wants this row gone; carries the row.
    """

    changed = Signal()
    remove_asked = Signal(object)

    def __init__(
        self,
        clause: Clause,
        attributes: list[str],
        place: int,
        filter_name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.clause = clause
        self._touched = bool(clause.attribute)
        layout = QGridLayout(self)
        tighten(layout)
        word = QLabel("when" if place == 1 else "and", self)
        word.setMinimumWidth(characters(6))
        layout.addWidget(word, 1, 0)

        self.attribute = QComboBox(self)
        self.attribute.setEditable(True)
        self.attribute.addItems([name for name in attributes if name not in NOT_FOR_FILTERS])
        self.attribute.setCurrentText(clause.attribute)
        self.attribute.setMinimumContentsLength(18)
        edit = self.attribute.lineEdit()
        if edit is not None:
            edit.setPlaceholderText("Choose")
            edit.editingFinished.connect(self._leave)
        self.attribute.currentTextChanged.connect(self._change)
        self._put(layout, self.attribute, "Attribute", 1, place)

        self.operator = QComboBox(self)
        for operator, words in OPERATOR_WORDS.items():
            self.operator.addItem(f"{words} ({operator.value})", operator)
        self.operator.setCurrentIndex(list(OPERATOR_WORDS).index(clause.operator))
        self.operator.setMinimumContentsLength(18)
        self.operator.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.operator.currentIndexChanged.connect(self._change)
        self._put(layout, self.operator, "Operator", 2, place)

        self.value = QLineEdit(clause.value or "", self)
        self.value.setMinimumWidth(characters(14))
        self.value.textEdited.connect(self._change)
        self.value.editingFinished.connect(self._leave)
        self._put(layout, self.value, "Value", 3, place)

        self.remove = QToolButton(self)
        self.remove.setIcon(icon(Glyph.DELETE))
        self.remove.setAutoRaise(True)
        self.remove.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        text = f"Remove condition {place} of {filter_name}"
        self.remove.setAccessibleName(text)
        self.remove.setToolTip(text)
        self.remove.clicked.connect(self._ask_removal)
        layout.addWidget(self.remove, 1, 4)

        self.fault = TonedLabel(Tone.BAD, self)
        layout.addWidget(self.fault, 2, 1, 1, 4)
        for column in (1, 2, 3):
            layout.setColumnStretch(column, 1)
        self._show_value()
        self._show_fault()

    def _put(self, layout: QGridLayout, field: QWidget, name: str, column: int, place: int) -> None:
        label = QLabel(name, self)
        label.setBuddy(field)
        # Unseen in later rows, but it still names its field for a screen reader.
        label.setVisible(place == 1)
        field.setAccessibleName(name)
        layout.addWidget(label, 0, column)
        layout.addWidget(field, 1, column)

    def _show_value(self) -> None:
        takes = self.clause.operator.takes_value
        self.value.setEnabled(takes)
        self.value.setPlaceholderText("" if takes else "needs none")

    def _show_fault(self) -> None:
        self.fault.setText(clause_fault(self.clause) if self._touched else "")

    def insist(self) -> bool:
        """Show the row's fault whether it was touched or not; whether it has one."""
        self._touched = True
        self._show_fault()
        return bool(self.fault.text())

    @property
    def field_to_mend(self) -> QWidget:
        """The field that the fault is about."""
        named = self.clause.attribute.strip() and self.clause.attribute not in NOT_FOR_FILTERS
        return self.value if named else self.attribute

    @Slot()
    def _ask_removal(self) -> None:
        self.remove_asked.emit(self)

    @Slot()
    def _change(self) -> None:
        operator = Operator(self.operator.currentData())
        self.clause.attribute = self.attribute.currentText().strip()
        self.clause.operator = operator
        self.clause.value = self.value.text() if operator.takes_value else None
        self._show_value()
        if self.fault.text():
            self._show_fault()
        self.changed.emit()

    @Slot()
    def _leave(self) -> None:
        focused = self.focusWidget()
        inside = focused is not None and focused.hasFocus()
        self._touched = self._touched or not inside
        self._show_fault()
