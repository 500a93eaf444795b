"""Page 6 with Microsoft Entra: which enterprise app is set up, a new one or one that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from app.look.announce import announce
from app.look.icons import Glyph, icon
from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import gap
from app.look.text_table import TextRow, TextTable
from app.look.toned_label import TonedLabel
from app.wizard.page import LearnMore, Page
from app.wizard.pages.counting import amount
from app.wizard.parts.field import Field
from app.wizard.parts.latest import LatestAnswer

if TYPE_CHECKING:
    from app.setup.problem import Problem
    from app.worker.messages import AppChoices, ExistingChoice, GalleryChoice

NON_GALLERY = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"
"""Id of Microsoft's template for apps that are not in the gallery."""


def gallery_remark(choice: GalleryChoice) -> str:
    """What to know of an app of the gallery before it is added."""
    if choice.deprecated:
        return f"Given up since {choice.deprecated}"
    if choice.id == NON_GALLERY:
        return "For every app that is not in the gallery"
    return "Provisioning supported" if choice.provisioning else "No provisioning of its own in the gallery"


def existing_remark(choice: ExistingChoice) -> str:
    """What to know of an enterprise app that is there."""
    return "There already" if choice.enabled else "There already, and switched off"


class EnterpriseAppPage(Page):
    """Searches gallery and tenant, and takes one app of them."""

    key = "people"
    heading = "Choose the enterprise app"
    lead = "Provisioning belongs to an enterprise app of the tenant: a new one, or one that is there already."
    scrolls = False

    @property
    def learn_more(self) -> LearnMore:
        """What an enterprise app is."""
        return LearnMore(
            "Tutorial: add the app from the gallery",
            self.setup.profile.links.get("gallery")
            or "https://learn.microsoft.com/entra/identity/enterprise-apps/add-application-portal",
            (
                "The gallery has a form for each app that Microsoft knows; other apps take the one without "
                "a name.",
                "An app that is used for single sign-on already can be provisioned too. The tutorial "
                "advises a separate one for testing.",
                "A new app is only added when you press Start; Undo takes it back.",
            ),
        )

    def build(self) -> None:
        """The search, the table of apps, and the name of a new one."""
        self.body.setSpacing(gap() + gap() // 2)
        self.advice = Notice("", Tone.ACCENT, self)
        self.body.addWidget(self.advice)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText("Part of the app's name")
        self.search.setClearButtonEnabled(True)
        self.search.textEdited.connect(self._search)
        field = Field("&Search the gallery and the tenant", self.search, "", self)
        self.body.addWidget(field)
        self.table = TextTable(("", "Name", "Publisher", "What to know"), "Apps that can be set up", self)
        self.table.set_widths(18, 34, 26)
        self.table.selectionModel().currentRowChanged.connect(self._choose)
        self.body.addWidget(self.table, 1)
        self.line = TonedLabel(Tone.MUTED, self)
        self.body.addWidget(self.line)
        self.name = QLineEdit(self)
        self.name.textEdited.connect(self._judge)
        self.name_field = Field("Na&me of the new app", self.name, "", self)
        self.body.addWidget(self.name_field)
        self._finding = LatestAnswer(self.setup.worker, "entra-find-apps", self)
        self._finding.answered.connect(self._show)
        self._finding.failed.connect(self._fail)
        self._choices: list[GalleryChoice | ExistingChoice] = []
        self._own: GalleryChoice | None = None
        self._filling = False
        self.retry.connect(self._search)

    # The page's life

    def on_show(self) -> None:
        """Search for the profile's app at first."""
        chosen = self.setup.plan.entra
        if not self.search.text():
            self.search.setText(self.setup.profile.gallery_name)
        self.name.setText(chosen.application_name or self._usual_name())
        self._search_now()
        self._judge()

    def _usual_name(self) -> str:
        """The app's name with SCIM behind it, as the tutorial calls its separate app for tests."""
        return f"{self.setup.profile.gallery_name or self.setup.app_name} SCIM"

    def apply(self) -> None:
        """Write the choice to the plan."""
        chosen = self.setup.plan.entra
        place = self.table.currentIndex().row()
        if not 0 <= place < len(self._choices):
            return
        choice = self._choices[place]
        new = not self._is_there(choice)
        chosen.application = "" if new else choice.id
        chosen.application_name = self.name.text().strip() if new else choice.name

    def initial_focus(self) -> QWidget | None:
        """The search."""
        return self.search

    def describe(self) -> list[tuple[str, str]]:
        """The app."""
        chosen = self.setup.plan.entra
        how = "is there already" if chosen.application else "added new"
        return [("Enterprise app", f"{chosen.application_name or 'none yet'} ({how})")]

    # Finding

    @Slot()
    def _search(self) -> None:
        self.problem = None
        self._finding.ask_soon({"search": self.search.text().strip()}, self.setup.plan, self.setup.plan_path)

    def _search_now(self) -> None:
        self.line.setText("Searching...")
        self._finding.ask_now({"search": self.search.text().strip()}, self.setup.plan, self.setup.plan_path)

    @Slot(object)
    def _show(self, found: AppChoices) -> None:
        self.problem = None
        self.advice.set_message(found.advice)
        self._own = next(filter(self._fits, found.gallery), self._own)
        own = [self._own] if self._own is not None else []
        self._choices = [*found.existing, *own]
        rows = [
            TextRow(("In the tenant", one.name, "", existing_remark(one)), icon(Glyph.APP), one.app_id)
            for one in found.existing
        ]
        for one in own:
            cells = ("Add new", one.name, one.publisher, gallery_remark(one))
            rows.append(TextRow(cells, icon(Glyph.ADD), one.description))
        self._filling = True
        self.table.set_rows(rows)
        self._filling = False
        self._select_chosen()
        told = amount(len(rows), "app", "apps") if rows else "No app has this in its name. Shorten the search"
        self.line.setText(f"{told}.")
        announce(self.search, self.line.text())
        self._judge()

    def _fits(self, choice: GalleryChoice) -> bool:
        """Whether a new app of this kind is what the profile means: its steps and mappings go with it."""
        wanted = self.setup.profile.gallery_name
        if not wanted:
            return choice.id == NON_GALLERY
        return choice.name.casefold() == wanted.casefold()

    def _select_chosen(self) -> None:
        """The one that the plan has; else a new one, which the tutorial advises for tests."""
        wanted = self.setup.plan.entra.application
        place = next((at for at, one in enumerate(self._choices) if wanted and one.id == wanted), -1)
        if place < 0:
            there = sum(map(self._is_there, self._choices))
            place = there if there < len(self._choices) else 0
        if self._choices:
            self.table.selectRow(place)
        self._arrange()

    @staticmethod
    def _is_there(choice: GalleryChoice | ExistingChoice) -> bool:
        return hasattr(choice, "app_id")

    @Slot(QModelIndex, QModelIndex)
    def _choose(self, current: QModelIndex, _before: QModelIndex) -> None:
        if not self._filling:
            self._arrange()
            self._judge()

    def _arrange(self) -> None:
        place = self.table.currentIndex().row()
        choice = self._choices[place] if 0 <= place < len(self._choices) else None
        self.name_field.setVisible(choice is not None and not self._is_there(choice))

    @Slot()
    def _judge(self) -> None:
        self.apply()
        self.refresh_missing()

    @Slot(object)
    def _fail(self, problem: Problem) -> None:
        self.line.setText("")
        self.problem = problem
