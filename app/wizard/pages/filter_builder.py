"""The builder of scoping filters: *and* within a filter, *or* between filters, both written out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.look.card import Card
from app.look.icons import Glyph, icon
from app.look.palette import Tone
from app.look.spacing import characters, gap, tighten
from app.look.toned_label import TonedLabel
from app.setup.plan import Clause, Operator, ScopingFilter
from app.wizard.pages.clause_row import ClauseRow
from app.wizard.pages.scope_words import filter_fault, filters_in_words, free_filter_name
from app.wizard.parts.emptying import empty


class FilterCard(Card):
    """One filter: its name and its conditions, all of which must hold.

    Signals:
        changed(): something in it differs.
        remove_asked(object): the person wants this filter gone; carries the card.
    """

    changed = Signal()
    remove_asked = Signal(object)

    def __init__(
        self, scoping_filter: ScopingFilter, attributes: list[str], parent: QWidget | None = None
    ) -> None:
        super().__init__("", parent)
        self.filter = scoping_filter
        self._attributes = attributes
        self.rows: list[ClauseRow] = []
        layout = self.column

        top = QHBoxLayout()
        label = QLabel("Filter name", self)
        self.name = QLineEdit(scoping_filter.name, self)
        self.name.setAccessibleName("Filter name")
        self.name.setMinimumWidth(characters(20))
        label.setBuddy(self.name)
        self.name.textEdited.connect(self._rename)
        self.remove = QPushButton(icon(Glyph.DELETE), "Remove filter", self)
        self.remove.setAccessibleName(f"Remove filter {scoping_filter.name}")
        self.remove.clicked.connect(self._ask_removal)
        top.addWidget(label)
        top.addWidget(self.name, 1)
        top.addWidget(self.remove)
        layout.addLayout(top)

        self._conditions = QVBoxLayout()
        tighten(self._conditions)
        layout.addLayout(self._conditions)
        self.add = QPushButton(icon(Glyph.ADD), "Add condition", self)
        self.add.setAccessibleName(f"Add condition to {scoping_filter.name}")
        self.add.clicked.connect(self.add_clause)
        foot = QHBoxLayout()
        foot.addWidget(self.add)
        foot.addStretch(1)
        layout.addLayout(foot)
        self._build_rows()

    def _build_rows(self) -> None:
        for row in self.rows:
            self._conditions.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = []
        for place, clause in enumerate(self.filter.clauses, start=1):
            row = ClauseRow(clause, self._attributes, place, self.filter.name, self)
            row.changed.connect(self.changed)
            row.remove_asked.connect(self._remove_clause)
            self._conditions.addWidget(row)
            self.rows.append(row)
        previous: QWidget = self.remove
        for row in self.rows:
            for field in (row.attribute, row.operator, row.value, row.remove):
                QWidget.setTabOrder(previous, field)
                previous = field
        QWidget.setTabOrder(previous, self.add)

    @Slot()
    def add_clause(self) -> None:
        """Add an empty condition and put the caret into it."""
        self.filter.clauses.append(Clause(attribute="", operator=Operator.EQUALS, value=""))
        self._build_rows()
        self.rows[-1].attribute.setFocus(Qt.FocusReason.TabFocusReason)
        self.changed.emit()

    @Slot(object)
    def _remove_clause(self, row: ClauseRow) -> None:
        place = self.rows.index(row)
        del self.filter.clauses[place]
        self._build_rows()
        following = self.rows[min(place, len(self.rows) - 1)].attribute if self.rows else self.add
        following.setFocus(Qt.FocusReason.TabFocusReason)
        self.changed.emit()

    @Slot(str)
    def _rename(self, text: str) -> None:
        self.filter.name = text
        self.changed.emit()

    @Slot()
    def _ask_removal(self) -> None:
        self.remove_asked.emit(self)


class FilterBuilder(QWidget):
    """All scoping filters of a plan; ``filters`` always holds what the widgets show.

    Signals:
        changed(): a filter was added, removed or edited.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filters: list[ScopingFilter] = []
        self.cards: list[FilterCard] = []
        self._attributes: list[str] = []
        self._who = "all"
        layout = QVBoxLayout(self)
        tighten(layout, gap())
        intro = QLabel(
            "Within a filter every condition must hold (and). With several filters, one that fits is "
            "enough (or).",
            self,
        )
        intro.setWordWrap(True)
        layout.addWidget(intro)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # The tab's own ground shows through; a scroll area would paint a second one.
        self._area.viewport().setAutoFillBackground(False)
        self._inside = QWidget(self._area)
        self._list = QVBoxLayout(self._inside)
        tighten(self._list)
        # A scroll bar stands beside the cards, not against them.
        self._list.setContentsMargins(0, 0, gap(), 0)
        self._area.setWidget(self._inside)
        self._inside.setAutoFillBackground(False)
        layout.addWidget(self._area, 1)
        self.sentence = TonedLabel(Tone.MUTED, self)
        layout.addWidget(self.sentence)
        foot = QHBoxLayout()
        self.add = QPushButton(icon(Glyph.ADD), "Add fil&ter", self)
        self.add.clicked.connect(self.add_filter)
        foot.addWidget(self.add)
        foot.addStretch(1)
        layout.addLayout(foot)
        layout.addStretch(0)  # takes the room where there is no filter to show

    def set_filters(self, filters: list[ScopingFilter], attributes: list[str]) -> None:
        """Show copies of some filters, with the attributes that can be chosen."""
        self._attributes = attributes
        self.filters = [one.model_copy(deep=True) for one in filters]
        self._build_cards()

    def _build_cards(self) -> None:
        empty(self._list)
        self.cards = []
        for place, scoping_filter in enumerate(self.filters):
            if place:
                word = QLabel("or", self._inside)
                word.setAlignment(Qt.AlignmentFlag.AlignHCenter)
                self._list.addWidget(word)
            card = FilterCard(scoping_filter, self._attributes, self._inside)
            card.changed.connect(self._note_change)
            card.remove_asked.connect(self._remove)
            self._list.addWidget(card)
            self.cards.append(card)
        self._list.addStretch(1)
        self._area.setVisible(bool(self.filters))
        self._say()

    def _say(self) -> None:
        self.sentence.setText(filters_in_words(self.filters, self._who))

    def set_who(self, who: str) -> None:
        """Say the sentence of assigned people only, or of all."""
        self._who = who
        self._say()

    def show_fault(self) -> QWidget | None:
        """Show what is wrong first, and give the field that mends it; None when nothing is wrong."""
        for card in self.cards:
            if not filter_fault(card.filter):
                continue
            self._area.ensureWidgetVisible(card)
            faulty = next((row for row in card.rows if row.insist()), None)
            return faulty.field_to_mend if faulty is not None else card.add
        return None

    @Slot()
    def _note_change(self) -> None:
        self._say()
        self.changed.emit()

    @Slot()
    def add_filter(self) -> None:
        """Add a filter with one empty condition and put the caret into it."""
        clause = Clause(attribute="", operator=Operator.EQUALS, value="")
        self.filters.append(ScopingFilter(name=free_filter_name(self.filters), clauses=[clause]))
        self._build_cards()
        self.cards[-1].rows[0].attribute.setFocus(Qt.FocusReason.TabFocusReason)
        self._area.ensureWidgetVisible(self.cards[-1])
        self.changed.emit()

    @Slot(object)
    def _remove(self, card: FilterCard) -> None:
        place = self.cards.index(card)
        del self.filters[place]
        self._build_cards()
        self.add.setFocus(Qt.FocusReason.TabFocusReason)
        self.changed.emit()
