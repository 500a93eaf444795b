"""The editor of one mapping row: what is filled, with what, and whether people are matched by it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.look.icons import Glyph, icon
from app.look.palette import Tone
from app.look.spacing import characters, gap, margin, tighten
from app.look.toned_label import TonedLabel
from app.setup.plan import AttributeMapping
from app.wizard.pages.expression_field import ExpressionField
from app.wizard.pages.function_list import FunctionPicker

if TYPE_CHECKING:
    from app.wizard.pages.mapping_rows import MappingRows
    from app.wizard.session import Session
    from app.worker.messages import FunctionRow


class MappingEditor(QDialog):
    """Edits a copy of one row; ``row`` is the outcome when the dialog was accepted."""

    def __init__(self, setup: Session, rows: MappingRows, place: int | None, parent: QWidget) -> None:
        """Make the dialog.

        Args:
            setup: plan and worker.
            rows: all rows of the table.
            place: the row that is edited; None to make a new one.
            parent: the page.
        """
        super().__init__(parent)
        self._rows, self._place = rows, place
        self._waiting = False
        empty = AttributeMapping(target="")
        self.row = (rows.rows[place] if place is not None else empty).model_copy()
        self.setWindowTitle("Edit mapping" if place is not None else "Add mapping")
        self.expression = ExpressionField(setup, "&Source or expression", self)
        self.functions = FunctionPicker(self)
        self.functions.chosen.connect(self.insert_function)
        self._build_target()
        self._build_attributes()
        self._build_matching()
        self.fault = TonedLabel(Tone.BAD, self)
        self.buttons = QDialogButtonBox(self)
        self.keep = self.buttons.addButton("&Keep", QDialogButtonBox.ButtonRole.AcceptRole)
        self.keep.setDefault(True)
        self.buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._lay_out()
        self.expression.checked.connect(self._go_on)
        self.expression.checked.connect(self._grow)
        self.expression.edited.connect(self._clear_fault)
        self.expression.completer.told.connect(self._grow)
        self.resize(characters(112), self.sizeHint().height())

    def _build_target(self) -> None:
        self.target = QComboBox(self)
        self.target.setEditable(True)
        self.target.setMinimumContentsLength(28)
        self.target.addItems(self._rows.unused())
        self.target.setCurrentText(self.row.target)
        edit = self.target.lineEdit()
        if edit is not None:
            edit.setPlaceholderText("Choose, or type a SCIM path")
        self.target.currentTextChanged.connect(self._change_target)
        self.target_label = QLabel("&Attribute in the app", self)
        self.target_label.setBuddy(self.target)
        self.target_note = TonedLabel(Tone.MUTED, self)

    def _build_attributes(self) -> None:
        self.attribute = QComboBox(self)
        self.attribute.setMinimumContentsLength(20)
        self.attribute_label = QLabel("Attri&bute of the directory", self)
        self.attribute_label.setBuddy(self.attribute)
        self.insert_attribute = QPushButton(icon(Glyph.ADD), "I&nsert attribute", self)
        self.insert_attribute.setAutoDefault(False)
        self.insert_attribute.clicked.connect(self._insert_attribute)

    def _build_matching(self) -> None:
        self.default = QLineEdit(self.row.default or "", self)
        self.default.setPlaceholderText("nothing")
        self.default.textEdited.connect(self._clear_fault)
        self.matching = QCheckBox("&Match by this attribute", self)
        self.matching.setChecked(bool(self.row.matching))
        self.precedence = QSpinBox(self)
        self.precedence.setRange(1, 100)
        self.precedence.setValue(self.row.matching or self._rows.next_precedence())
        self.precedence_label = QLabel("&Precedence", self)
        self.precedence_label.setBuddy(self.precedence)
        self.precedence.valueChanged.connect(self._clear_fault)
        self.matching.toggled.connect(self._change_matching)
        self.matching_note = TonedLabel(Tone.BAD, self)
        self.when = QComboBox(self)
        self.when.addItem("Always", "always")
        self.when.addItem("Only during object creation", "on-create")
        self.when.setCurrentIndex(0 if self.row.apply == "always" else 1)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        tighten(left)
        left.addWidget(self.target_label)
        left.addWidget(self.target)
        left.addWidget(self.target_note)
        left.addSpacing(gap())
        left.addWidget(self.expression)
        insert = QGridLayout()
        tighten(insert)
        insert.addWidget(self.attribute_label, 0, 0)
        insert.addWidget(self.attribute, 1, 0)
        insert.addWidget(self.insert_attribute, 1, 1)
        insert.setColumnStretch(0, 1)
        left.addLayout(insert)
        left.addSpacing(gap())
        form = QFormLayout()
        form.setSpacing(gap())
        form.addRow("&Default when empty, on creation", self.default)
        form.addRow("App&ly this mapping", self.when)
        left.addLayout(form)
        match = QHBoxLayout()
        match.setSpacing(gap())
        match.addWidget(self.matching)
        match.addSpacing(margin())
        match.addWidget(self.precedence_label)
        match.addWidget(self.precedence)
        match.addStretch(1)
        left.addLayout(match)
        left.addWidget(self.matching_note)
        left.addStretch(1)
        columns = QHBoxLayout()
        columns.setSpacing(margin() * 2)
        columns.addLayout(left, 3)
        columns.addWidget(self.functions, 2)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(margin(), margin(), margin(), margin())
        outer.setSpacing(margin())
        outer.addLayout(columns, 1)
        outer.addWidget(self.fault)
        outer.addWidget(self.buttons)

    def offer(self, attributes: Sequence[str], functions: Sequence[FunctionRow], person: str) -> None:
        """Fill the lists, and try the expression on a person from now on."""
        self.expression.offer(attributes, functions)
        self.attribute.clear()
        self.attribute.addItems(list(attributes))
        self.insert_attribute.setEnabled(bool(attributes))
        self.functions.set_functions(functions)
        self.expression.set_text(self.row.source, person, self.row.target)
        self._note_target()
        self._change_matching(self.matching.isChecked())
        (self.target if self._place is None else self.expression.edit).setFocus()

    # Editing

    @Slot(str)
    def _change_target(self, _text: str) -> None:
        self.expression.set_target(self.target.currentText().strip())
        self._note_target()
        self._change_matching(self.matching.isChecked())

    def _note_target(self) -> None:
        found = self._rows.attribute(self.target.currentText())
        if found is None:
            self.target_note.setText(self._rows.matching_warning(self.target.currentText()))
            return
        needed = ", demanded by the app" if found.required else ""
        filtering = "supported" if found.filterable else "not supported"
        self.target_note.setText(f"{found.type}{needed}. Filtering: {filtering}.")

    @Slot(bool)
    def _change_matching(self, on: bool) -> None:
        self.precedence.setEnabled(on)
        self.precedence_label.setEnabled(on)
        self.matching_note.setText(self._rows.matching_refusal(self.target.currentText()) if on else "")
        self._clear_fault()

    @Slot()
    def _clear_fault(self) -> None:
        self.fault.setText("")
        self._grow()

    @Slot()
    def _grow(self) -> None:
        """Make room for messages that have appeared: a dialog does not grow by itself for wrapped text."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            wanted = max(layout.totalHeightForWidth(self.width()), layout.totalMinimumSize().height())
            if wanted > self.height():
                self.resize(self.width(), wanted)

    @Slot()
    def _insert_attribute(self) -> None:
        if self.attribute.currentText():
            self.expression.insert(f"[{self.attribute.currentText()}]")

    @Slot(str)
    def insert_function(self, text: str) -> None:
        """Put a call into the expression, with the caret between its brackets."""
        self.expression.insert(text)
        cursor = self.expression.edit.textCursor()
        cursor.movePosition(cursor.MoveOperation.PreviousCharacter)
        self.expression.edit.setTextCursor(cursor)

    # Ending

    def made(self) -> AttributeMapping:
        """The row as the widgets show it."""
        return AttributeMapping(
            target=self.target.currentText().strip(),
            source=self.expression.text,
            matching=self.precedence.value() if self.matching.isChecked() else 0,
            apply=self.when.currentData(),
            default=self.default.text() or None,
        )

    def accept(self) -> None:
        """Keep the row when it is right; an expression still being checked is waited for."""
        self.expression.tidy()
        made = self.made()
        fault = self._rows.fault(made, self._place)
        if fault:
            self.fault.setText(fault if fault != self.matching_note.text() else "")
            self._grow()
            self._focus_fault(made)
            return
        if self.expression.good is None:
            self._waiting = True
            return
        if not self.expression.good:
            self.expression.edit.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.row = made
        super().accept()

    def _focus_fault(self, made: AttributeMapping) -> None:
        if not made.target:
            self.target.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not made.source and made.default is None:
            self.expression.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        elif made.matching:
            self.matching.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.target.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(bool)
    def _go_on(self, good: bool) -> None:
        waiting, self._waiting = self._waiting, False
        if waiting and good:
            self.accept()
