"""Page 7: which attribute of the app is filled with what, and how people are found again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTabBar, QWidget

from app.look.icons import Glyph, icon
from app.look.palette import Tone
from app.look.spacing import gap, margin
from app.setup.profile import group_mappings, user_mappings
from app.wizard.page import LearnMore, Page
from app.wizard.pages.counting import amount, listed
from app.wizard.pages.mapping_editor import MappingEditor
from app.wizard.pages.mapping_remarks import MappingRemarks
from app.wizard.pages.mapping_rows import MappingRows
from app.wizard.pages.mapping_table import MappingTableModel, MappingTableView
from app.wizard.parts.latest import LatestAnswer
from app.wizard.parts.person_picker import PersonPicker

if TYPE_CHECKING:
    from app.setup.problem import Problem
    from app.worker.messages import FunctionList, PersonPreview

Kind = Literal["users", "groups"]


class MappingsPage(Page):
    """The mapping table with a live preview; rows are edited in a dialog of their own.

    Attributes:
        previews: whether there are people at hand to try the rows on.
    """

    key = "mappings"
    heading = "Decide what each person gets in the app"
    lead = "The matching attribute is how Rollcall finds a person again in the app."
    scrolls = False
    previews = True

    @property
    def learn_more(self) -> LearnMore:
        """What mappings are."""
        return LearnMore(
            "Customize attribute mappings in Microsoft Entra ID",
            self.setup.profile.links.get(self.key)
            or "https://learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes",
            (
                "Each row fills one attribute of the app with an attribute, a fixed text or an expression.",
                "Matching attributes are tried in their order of precedence until one finds the person.",
                "The app must be able to filter on a matching attribute: the column Filterable says it.",
            ),
        )

    def build(self) -> None:
        """Make the table, its buttons and the preview."""
        self.tabs = QTabBar(self)
        self.tabs.addTab("Users")
        self.tabs.addTab("Groups")
        self.tabs.setAccessibleName("Mappings of users or groups")
        self.tabs.currentChanged.connect(self._change_kind)
        self.person = PersonPicker(self.setup, "Pre&view for", self)
        self.person.picked.connect(self._preview)
        top = QHBoxLayout()
        top.setSpacing(margin())
        top.addWidget(self.tabs)
        top.addStretch(1)
        top.addWidget(self.person, 2)
        self.body.setSpacing(gap())
        self.body.addLayout(top)

        self._all: dict[Kind, MappingRows] = {}
        self.model = MappingTableModel(MappingRows([], [], self.setup.profile.title), self)
        self.table = MappingTableView(self)
        self.table.setModel(self.model)
        self.table.setAccessibleName("Attribute mappings")
        self.table.doubleClicked.connect(self.edit)
        self.table.opened.connect(self.edit)
        self.table.selectionModel().selectionChanged.connect(self._update_buttons)
        self.body.addWidget(self.table, 1)
        self.remarks = MappingRemarks(self.setup, self)
        self.body.addWidget(self.remarks)
        self._build_buttons()

        self._previewing = LatestAnswer(self.setup.worker, "preview-person", self)
        self._previewing.answered.connect(self._show_preview)
        self._previewing.failed.connect(self._fail_preview)
        self._functions = LatestAnswer(self.setup.worker, "list-functions", self)
        self._functions.answered.connect(self._take_functions)
        self._editor: MappingEditor | None = None
        self.retry.connect(self._preview)

    def _build_buttons(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(gap())
        self.add_button = QPushButton(icon(Glyph.ADD), "&Add...", self)
        self.edit_button = QPushButton(icon(Glyph.EDIT), "&Edit...", self)
        self.remove_button = QPushButton(icon(Glyph.DELETE), "&Remove", self)
        self.reset_button = QPushButton(icon(Glyph.RESET), "Rese&t to the profile", self)
        self.reset_button.setToolTip("Bring back the rows that the app profile comes with")
        for button, slot in (
            (self.add_button, self.add),
            (self.edit_button, self.edit),
            (self.remove_button, self.remove),
            (self.reset_button, self.reset),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(slot)
            row.addWidget(button)
            if button is self.remove_button:
                row.addStretch(1)
        self.body.addLayout(row)
        for key, slot in ((QKeySequence("F2"), self.edit), (QKeySequence("Delete"), self.remove)):
            shortcut = QShortcut(key, self.table)
            shortcut.activated.connect(slot)

    # The page's life

    def on_show(self) -> None:
        """Show the rows that hold, and what they give for a person."""
        plan, profile = self.setup.plan, self.setup.profile
        self._all = {
            "users": MappingRows(
                user_mappings(plan, profile), profile.attributes, profile.title, list(profile.users)
            ),
            "groups": MappingRows(group_mappings(plan, profile), [], profile.title, list(profile.groups)),
        }
        has_groups = bool(profile.groups or plan.mappings.groups)
        self.tabs.setVisible(has_groups)
        if not has_groups:
            self.tabs.setCurrentIndex(0)
        self._show_rows()
        if not self.setup.facts.get("functions"):
            self._functions.ask_now({})

    def apply(self) -> None:
        """Write the rows to the plan; rows as the profile has them are not repeated there."""
        mappings, users, groups = self.setup.plan.mappings, self._all["users"], self._all["groups"]
        mappings.users = list(users.rows) if users.changed else None
        mappings.groups = list(groups.rows) if groups.changed else None
        trouble = users.trouble() or (groups.trouble() if groups.rows else None)
        if trouble is None:
            self.setup.facts.pop("mapping_problem", None)
        else:
            self.setup.facts["mapping_problem"] = trouble.missing

    def initial_focus(self) -> QWidget | None:
        """The table, on its first row."""
        return self.table

    def describe(self) -> list[tuple[str, str]]:
        """How many rows, which match, and whether they are the profile's own."""
        plan, profile = self.setup.plan, self.setup.profile
        rows = user_mappings(plan, profile)
        matching = sorted((row for row in rows if row.matching), key=lambda row: row.matching)
        own = "as the profile has them" if plan.mappings.users is None else "changed by you"
        told = [
            ("User attributes", f"{amount(len(rows), 'row', 'rows')}, {own}"),
            ("Matched by", listed([row.target for row in matching], "then")),
        ]
        groups = group_mappings(plan, profile)
        if groups:
            told.append(("Group attributes", amount(len(groups), "row", "rows")))
        return told

    @property
    def kind(self) -> Kind:
        """Which table is shown."""
        return "groups" if self.tabs.currentIndex() == 1 else "users"

    @property
    def rows(self) -> MappingRows:
        """The rows that are shown."""
        return self._all[self.kind]

    @Slot()
    def _change_kind(self) -> None:
        if self._all:
            self._show_rows()

    def _show_rows(self, place: int = 0) -> None:
        self.model.set_rows(self.rows)
        self.table.fit()
        if self.rows.rows:
            self.table.selectRow(min(place, len(self.rows.rows) - 1))
        self._judge()
        self.remarks.next_cycle.look()
        self._preview()

    def _judge(self) -> None:
        self.apply()
        trouble = self.rows.trouble() if self.rows.rows or self.kind == "users" else None
        self.remarks.refusal.set_message(trouble.sentence if trouble else "", Tone.BAD)
        self.refresh_missing()
        self._update_buttons()

    @Slot()
    def _update_buttons(self) -> None:
        chosen = self.table.current_place() >= 0
        self.edit_button.setEnabled(chosen)
        self.remove_button.setEnabled(chosen)
        self.reset_button.setEnabled(bool(self._all) and self.rows.changed)

    # Editing

    @Slot()
    def add(self) -> None:
        """Make a new row."""
        self._open_editor(None)

    @Slot()
    def edit(self) -> None:
        """Edit the selected row."""
        place = self.table.current_place()
        if place >= 0:
            self._open_editor(place)

    def _open_editor(self, place: int | None) -> None:
        editor = MappingEditor(self.setup, self.rows, place, self)
        editor.offer(self.attributes(), self.setup.facts.get("functions", []), self.person.person)
        editor.accepted.connect(self._keep_row)
        editor.finished.connect(self._forget_editor)
        self._editor, self._place = editor, place
        editor.open()

    def attributes(self) -> list[str]:
        """The attributes of the source that an expression can name."""
        summary = self.setup.facts.get("people")
        return list(summary.attributes) if summary else []

    @Slot()
    def _keep_row(self) -> None:
        if self._editor is None:
            return
        place = self._place
        if place is None:
            self.rows.rows.append(self._editor.row)
            place = len(self.rows.rows) - 1
        else:
            self.rows.rows[place] = self._editor.row
        self._show_rows(place)
        self.table.setFocus()

    @Slot()
    def _forget_editor(self) -> None:
        editor, self._editor = self._editor, None
        if editor is not None:
            editor.deleteLater()

    @Slot()
    def remove(self) -> None:
        """Take the selected row out, unless everything hangs on it."""
        place = self.table.current_place()
        if place < 0:
            return
        refusal = self.rows.removal_refusal(place)
        if refusal:
            self.remarks.refusal.set_message(refusal, Tone.WARNING)
            return
        del self.rows.rows[place]
        self._show_rows(place)

    @Slot()
    def reset(self) -> None:
        """Bring the profile's rows back."""
        self.rows.reset()
        self._show_rows()

    @Slot(object)
    def _take_functions(self, found: FunctionList) -> None:
        self.setup.facts["functions"] = found.functions

    # Preview

    @Slot()
    def _preview(self) -> None:
        self.problem = None
        if not self.previews or not self.setup.plan.source.chosen or self.kind == "groups":
            self._previewing.drop()
            self.remarks.show_preview(None)
            self.model.set_results("", {})
            return
        self._previewing.ask_soon({"person": self.person.person}, self.setup.plan, self.setup.plan_path)

    @Slot(object)
    def _show_preview(self, preview: PersonPreview) -> None:
        self.problem = None
        self.person.set_person(preview.name)
        self.model.set_results(
            preview.name, {one.target: (one.value or "", one.error) for one in preview.values}
        )
        self.remarks.show_preview(preview)

    @Slot(object)
    def _fail_preview(self, problem: Problem) -> None:
        self.remarks.show_preview(None)
        self.model.set_results("", {})
        self.problem = problem
