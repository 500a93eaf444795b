"""Who is in and out of scope, and why: the list behind the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.look.icons import Glyph, icon
from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import gap, tighten
from app.look.text_table import TextRow, TextTable
from app.look.toned_label import TonedLabel
from app.setup.scope_reason import rule_and_values, without_lead
from app.wizard.pages.counting import amount, number, people

if TYPE_CHECKING:
    from app.worker.messages import ScopeCount, ScopePerson

NAMED_AT_MOST = 500
"""People named in the list; the numbers count all."""


def count_in_words(count: ScopeCount) -> str:
    """``2 people and 1 group are in scope, 118 people are not.``"""
    inside = people(count.in_scope)
    if count.groups_in_scope:
        inside += f" and {amount(count.groups_in_scope, 'group', 'groups')}"
    one = count.in_scope + count.groups_in_scope == 1
    out = f"{people(count.out_of_scope)} {'is' if count.out_of_scope == 1 else 'are'} not"
    return f"{inside} {'is' if one else 'are'} in scope, {out}."


def _short(person: ScopePerson) -> str:
    """Why, without what the other rows say too: whom no filter lets in is told by their own values."""
    _rule, values = rule_and_values(person.reason)
    return f"No filter fits: {values}" if values else without_lead(person.reason)


class ScopeList(QWidget):
    """The named part of a ``ScopeCount``, with a choice of showing those in or those out only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._people: list[ScopePerson] = []
        self._in, self._out = icon(Glyph.GOOD, Tone.GOOD), icon(Glyph.NONE, Tone.MUTED)
        self.which = QComboBox(self)
        for text, value in (("Everyone", ""), ("In scope", "in"), ("Out of scope", "out")):
            self.which.addItem(text, value)
        self.which.currentIndexChanged.connect(self._fill)
        label = QLabel("Sho&w", self)
        label.setBuddy(self.which)
        self.cut = TonedLabel(Tone.MUTED, self)
        self.warning = Notice("", Tone.WARNING, self)
        self.table = TextTable(("Scope", "Person", "Why"), "Who is in and out of scope, and why", self)
        self.table.set_widths(9, 36)
        self.table.selectionModel().currentRowChanged.connect(self._tell)
        self.detail = TonedLabel(Tone.PLAIN, self)
        layout = QVBoxLayout(self)
        tighten(layout, gap())
        top = QHBoxLayout()
        top.setSpacing(gap())
        top.addWidget(label)
        top.addWidget(self.which)
        top.addWidget(self.cut, 1)
        top.addStretch(0)
        layout.addLayout(top)
        layout.addWidget(self.warning)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.detail)

    def show_count(self, count: ScopeCount | None) -> None:
        """Show a count; None empties the list."""
        self._people = list(count.people) if count is not None else []
        total = count.in_scope + count.out_of_scope if count is not None else 0
        named = len(self._people)
        self.cut.setText(
            f"{number(named)} of {number(total)} people are named here." if named < total else ""
        )
        self.warning.set_message(" ".join(count.warnings) if count is not None else "", Tone.WARNING)
        self._fill()

    @Slot()
    def _fill(self) -> None:
        self.detail.setText("")
        which = self.which.currentData()
        self.table.set_rows(
            [
                TextRow(
                    ("In" if person.in_scope else "Out", person.name, _short(person)),
                    self._in if person.in_scope else self._out,
                    f"{person.name}: {person.reason}",
                )
                for person in self._people
                if not which or person.in_scope == (which == "in")
            ]
        )

    @Slot(QModelIndex, QModelIndex)
    def _tell(self, current: QModelIndex, _before: QModelIndex) -> None:
        """Say in full which clause let the current person in or kept them out: the column may be cut."""
        self.detail.setText(self.table.rows.row(current.row()).tip if current.isValid() else "")
