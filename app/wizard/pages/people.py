"""Page 6: where the people come from, and what the files hold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QRadioButton, QVBoxLayout, QWidget

from app.look.announce import announce
from app.look.card import Card
from app.look.figures import Figures
from app.look.icons import Glyph, icon
from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import gap, lines
from app.look.text_table import TextRow, TextTable
from app.look.toned_label import TonedLabel
from app.wizard.page import LearnMore, Page
from app.wizard.pages.counting import amount, number, people
from app.wizard.pages.people_files import faults_in_words, stored_path, tidy_path, what_is_in
from app.wizard.pages.people_help import FilesHelp
from app.wizard.parts.file_field import FileField, dropped_file
from app.wizard.parts.latest import LatestAnswer

if TYPE_CHECKING:
    from app.setup.problem import Problem
    from app.worker.messages import PeopleSummary, PracticeReady

SHOWN_FAULTS = 500
"""Rows of the fault list: whoever has more has one fault in all of them."""

_KINDS = "CSV files (*.csv *.txt);;All files (*)"


class PeoplePage(Page):
    """Chooses the people files; the worker reads them as soon as they are named."""

    key = "people"
    heading = "Say where your people come from"
    lead = "Rollcall reads them and changes nothing there. What each one gets in the app is decided later."

    @property
    def learn_more(self) -> LearnMore:
        """Where the file of users comes from."""
        return LearnMore(
            "Download a list of users in the Microsoft Entra admin center",
            self.setup.profile.links.get(self.key)
            or "https://learn.microsoft.com/entra/identity/users/users-bulk-download",
            (
                "The admin center's Download users gives a CSV file with 25 columns; Rollcall takes it as "
                "it is.",
                "Groups come in a second file, one row a member. Without it, people are assigned one by one.",
                "When people join or leave, download the files again under the same names for the next "
                "cycle.",
            ),
        )

    def build(self) -> None:
        """Make the choice of source, the two file fields and the place for what they hold."""
        choice = QVBoxLayout()
        choice.setSpacing(gap() // 2)
        self.csv = QRadioButton("CS&V files from the admin center", self)
        self.csv.setChecked(True)
        self.tenant = QRadioButton("The Microsoft Entra tenant itself", self)
        self.tenant.setEnabled(False)
        why = TonedLabel(Tone.MUTED, self)
        why.setText(
            "Not yet possible: this version of Rollcall cannot sign in to a tenant. "
            "The files hold the same people."
        )
        why.setIndent(lines(1.4))
        self.tenant.setAccessibleDescription(why.text())
        choice.addWidget(self.csv)
        choice.addWidget(self.tenant)
        choice.addWidget(why)
        self.body.addLayout(choice)

        self.users = FileField("&Users file", "Bro&wse...", _KINDS, self)
        self.groups = FileField("Group&s file (optional)", "Brows&e...", _KINDS, self)
        self.users.chosen.connect(self._choose)
        self.groups.chosen.connect(self._choose)
        self.body.addWidget(self.users)
        self.body.addWidget(self.groups)
        self.help = FilesHelp(self)
        self.body.addWidget(self.help)
        self._build_outcome()

        self._reading = LatestAnswer(self.setup.worker, "read-people", self)
        self._reading.answered.connect(self._take)
        self._reading.failed.connect(self._fail)
        self.retry.connect(self.read)
        self.setAcceptDrops(True)

    def _build_outcome(self) -> None:
        self.outcome = Card("What the files hold", self)
        top = QHBoxLayout()
        names = [("users", "people"), ("enabled", "enabled"), ("disabled", "disabled"), ("groups", "groups")]
        self.figures = Figures(names, self)
        self.again = QPushButton(icon(Glyph.SYNC), "&Read again", self)
        self.again.setAutoDefault(False)
        self.again.clicked.connect(self.read)
        top.addWidget(self.figures, 1)
        top.addWidget(self.again)
        self.outcome.column.addLayout(top)
        self.remark = TonedLabel(Tone.MUTED, self)
        self.outcome.column.addWidget(self.remark)
        self.warning = Notice("", Tone.WARNING, self)
        self.outcome.column.addWidget(self.warning)
        self.faults = TextTable(("File", "Line", "What is wrong"), "Rows that could not be read", self)
        self.faults.set_widths(16, 8)
        self.faults.setMinimumHeight(lines(7))
        self.outcome.column.addWidget(self.faults)
        self.body.addWidget(self.outcome)
        self.outcome.hide()

    def on_show(self) -> None:
        """Show the plan's files, and read them when that was not done yet."""
        source = self.setup.plan.source
        self.users.set_path(source.users or "")
        self.groups.set_path(source.groups or "")
        self._tell_of_practice()
        known: PeopleSummary | None = self.setup.facts.get("people")
        if known is not None and self.setup.facts.get("people_for") == self._files():
            self._show(known)
        else:
            self.read()

    def _tell_of_practice(self) -> None:
        ready: PracticeReady | None = self.setup.facts.get("practice")
        sample = ready is not None and self.users.path == ready.users_file
        text = "Practice brings these sample files; you can try your own instead."
        self.users.hint.setText(text if sample else "")

    def apply(self) -> None:
        """Write the paths to the plan."""
        where = self.setup.plan_path
        self.setup.plan.source.kind = "csv"
        self.setup.plan.source.users = stored_path(self.users.path, where)
        self.setup.plan.source.groups = stored_path(self.groups.path, where)

    def initial_focus(self) -> QWidget | None:
        """The users file."""
        return self.users.edit

    def describe(self) -> list[tuple[str, str]]:
        """The files, and what was found in them."""
        source = self.setup.plan.source
        told = [("Users file", source.users or "none"), ("Groups file", source.groups or "none")]
        summary: PeopleSummary | None = self.setup.facts.get("people")
        if summary is not None:
            groups = amount(summary.groups, "group", "groups")
            told.append(("In the files", f"{people(summary.users)}, {groups}"))
        return told

    def _files(self) -> tuple[str | None, str | None]:
        return (self.setup.plan.source.users, self.setup.plan.source.groups)

    # Reading

    @Slot(str)
    def _choose(self, _path: str) -> None:
        for field in (self.users, self.groups):
            field.set_path(tidy_path(field.path))
        self._tell_of_practice()
        self.read()

    @Slot()
    def read(self) -> None:
        """Have the worker read the files that are named now."""
        self.apply()
        self.setup.facts.pop("people", None)
        self.problem = None
        self.outcome.hide()
        self.refresh_missing()
        source = self.setup.plan.source
        if not source.users:
            self._reading.drop()
            self.busy = ""
            return
        self.busy = f"Reading {Path(source.users).name}..."
        params = {"users": source.users, "groups": source.groups or ""}
        self._reading.ask_now(params, self.setup.plan, self.setup.plan_path)

    @Slot(object)
    def _take(self, summary: PeopleSummary) -> None:
        self.busy = ""
        self.setup.facts["people"] = summary
        self.setup.facts["people_for"] = self._files()
        self._show(summary)
        announce(self, f"{people(summary.users)} read. {self.warning.text}")

    @Slot(object)
    def _fail(self, problem: Problem) -> None:
        self.busy = ""
        self.missing = "a file of users that can be read"
        self.problem = problem

    def _show(self, summary: PeopleSummary) -> None:
        self.outcome.show()
        self.figures.set_numbers(
            users=summary.users, enabled=summary.enabled, disabled=summary.disabled, groups=summary.groups
        )
        self.remark.setText(what_is_in(summary))
        self.warning.set_message(faults_in_words(len(summary.faults)), Tone.WARNING)
        self.faults.setVisible(bool(summary.faults))
        shown = [
            TextRow((Path(fault.file).name, number(fault.line) if fault.line else "", fault.text))
            for fault in summary.faults[:SHOWN_FAULTS]
        ]
        self.faults.set_rows(shown)
        self.missing = "" if summary.users else "a file with at least one person in it"

    # Dropping a file anywhere on the page

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one local file."""
        if dropped_file(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """A file that sounds like groups goes there; any other is the users file."""
        path = dropped_file(event)
        if path is None:
            return
        event.acceptProposedAction()
        field = self.groups if "group" in Path(path).name.lower() else self.users
        field.choose(path)
