"""Page 6: where the people come from, and what the files or the tenant hold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Slot
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
from app.wizard.pages.people_columns import PeopleColumns, says_nothing
from app.wizard.pages.people_files import faults_in_words, stored_path, tidy_path, what_is_in
from app.wizard.pages.people_help import FilesHelp
from app.wizard.pages.people_tenant import TenantSource
from app.wizard.parts.file_field import FileField, dropped_file
from app.wizard.parts.latest import LatestAnswer

if TYPE_CHECKING:
    from app.setup.problem import Problem
    from app.worker.messages import PeopleSummary, PracticeReady, SignedIn

SHOWN_FAULTS = 500
"""Rows of the fault list: whoever has more has one fault in all of them."""

_KINDS = "CSV files (*.csv *.txt);;All files (*)"


class PeoplePage(Page):
    """Chooses files or the tenant; the worker reads files once they are named, a tenant once one is in."""

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
                "cycle; the tenant itself is asked what changed.",
            ),
        )

    def build(self) -> None:
        """Make the choice of source, what either needs, and the place for what it holds."""
        choice = QVBoxLayout()
        choice.setSpacing(gap() // 2)
        self.csv = QRadioButton("CS&V files from the admin center", self)
        self.csv.setChecked(True)
        self.tenant = QRadioButton("The &Microsoft Entra tenant itself", self)
        self.why = TonedLabel(Tone.MUTED, self)
        self.why.setIndent(lines(1.4))
        for part in (self.csv, self.tenant, self.why):
            choice.addWidget(part)
        self.tenant.toggled.connect(self._choose_source)
        self.body.addLayout(choice)
        self._build_files()
        self.source = TenantSource(self.setup, {"v", "m", "r"}, self)
        self.source.changed.connect(self._judge)
        self.source.failed.connect(self._miss_sign_in)
        self.body.addWidget(self.source)
        self._build_outcome()

        self._reading = LatestAnswer(self.setup.worker, "read-people", self)
        self._reading.answered.connect(self._take)
        self._reading.failed.connect(self._fail)
        self.retry.connect(self.read)
        self.setAcceptDrops(True)

    def _build_files(self) -> None:
        self.users = FileField("&Users file", "Bro&wse...", _KINDS, self)
        self.groups = FileField("Group&s file (optional)", "Brows&e...", _KINDS, self)
        self.users.chosen.connect(self._choose)
        self.groups.chosen.connect(self._choose)
        self.body.addWidget(self.users)
        self.body.addWidget(self.groups)
        self.help = FilesHelp(self)
        self.body.addWidget(self.help)

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
        self.columns = PeopleColumns(self)
        self.columns.decided.connect(self._decide)
        self.outcome.column.addWidget(self.columns)
        self.body.addWidget(self.outcome)
        self.outcome.hide()

    def on_show(self) -> None:
        """Show the plan's source, and read it when that was not done yet."""
        source = self.setup.plan.source
        if self.setup.practice:
            source.kind = "csv"
        self.users.set_path(source.users or "")
        self.groups.set_path(source.groups or "")
        self._tell_of_practice()
        with QSignalBlocker(self.tenant):
            (self.tenant if source.kind == "entra" else self.csv).setChecked(True)
        self._arrange()

    def _arrange(self) -> None:
        """Show what the chosen source needs, and what is known of it."""
        tenant = self.tenant.isChecked()
        for part in (self.users, self.groups, self.help):
            part.setVisible(not tenant)
        self.source.setVisible(tenant)
        self.tenant.setEnabled(not self.setup.practice)
        self.why.setText(
            "Practice brings sample files. The practice tenant has people too: they are read where the place "
            "is This computer."
            if self.setup.practice
            else "Read through Microsoft Graph: all at first, then what changed. Somebody has to sign in."
        )
        self.tenant.setAccessibleDescription(self.why.text())
        self.outcome.set_title("What the tenant holds" if tenant else "What the files hold")
        if tenant:
            self.source.look()
        self._judge()

    @Slot(bool)
    def _choose_source(self, _tenant: bool) -> None:
        self.apply()
        self._arrange()

    @Slot()
    def _judge(self) -> None:
        """Show what is known of the source, or have it read; nothing while somebody signs in."""
        signing_in = self.source.signing_in.busy if self.tenant.isChecked() else ""
        known: PeopleSummary | None = self.setup.facts.get("people")
        if not signing_in and known is not None and self.setup.facts.get("people_for") == self._asked():
            self._reading.drop()
            self.busy, self.problem = "", None
            self._show(known)
        else:
            self.read()

    def _tell_of_practice(self) -> None:
        ready: PracticeReady | None = self.setup.facts.get("practice")
        sample = ready is not None and self.users.path == ready.users_file
        text = "Practice brings these sample files; you can try your own instead."
        self.users.hint.setText(text if sample else "")

    def apply(self) -> None:
        """Write the source to the plan; the paths stay when it is the tenant."""
        where = self.setup.plan_path
        self.setup.plan.source.kind = "entra" if self.tenant.isChecked() else "csv"
        self.setup.plan.source.users = stored_path(self.users.path, where)
        self.setup.plan.source.groups = stored_path(self.groups.path, where)

    def initial_focus(self) -> QWidget | None:
        """The users file, or the way into the tenant."""
        return self.source.initial_focus() if self.tenant.isChecked() else self.users.edit

    def describe(self) -> list[tuple[str, str]]:
        """The files or the tenant, and what was found in them."""
        source = self.setup.plan.source
        where, told = "In the files", [("Users file", source.users or "none")]
        told.append(("Groups file", source.groups or "none"))
        if source.kind == "entra":
            who: SignedIn | None = self.setup.facts.get("signed_in")
            name = (who.tenant_name or who.tenant) if who is not None else "nobody is signed in"
            where, told = "In the tenant", [("People of the tenant", name)]
        summary: PeopleSummary | None = self.setup.facts.get("people")
        if summary is not None:
            groups = amount(summary.groups, "group", "groups")
            told.append((where, f"{people(summary.users)}, {groups}"))
        return told

    def _asked(self) -> tuple[str | None, ...]:
        """What the summary is about: the files, or the tenant of whoever is signed in."""
        source, entra = self.setup.plan.source, self.setup.plan.entra
        if source.kind == "csv":
            return (source.users, source.groups)
        who: SignedIn | None = self.setup.facts.get("signed_in")
        return (entra.cloud, entra.graph, who.tenant if who is not None else None)

    # Reading

    @Slot(str)
    def _choose(self, _path: str) -> None:
        for field in (self.users, self.groups):
            field.set_path(tidy_path(field.path))
        self._tell_of_practice()
        self.read()

    @Slot()
    def read(self) -> None:
        """Have the worker read the files that are named now, or the tenant."""
        self.apply()
        self.setup.facts.pop("people", None)
        self.problem = None
        self.outcome.hide()
        self.refresh_missing()
        source, tenant = self.setup.plan.source, self.tenant.isChecked()
        signing_in = self.source.signing_in.busy if tenant else ""
        if signing_in or self.missing:
            self._reading.drop()
            self.busy = signing_in
            return
        params = {} if tenant else {"users": source.users, "groups": source.groups or ""}
        self.busy = f"Reading {'the tenant' if tenant else Path(source.users or '').name}..."
        self._reading.ask_now(params, self.setup.plan, self.setup.plan_path)

    @Slot(object)
    def _take(self, summary: PeopleSummary) -> None:
        self.busy = ""
        self.setup.facts["people"] = summary
        self.setup.facts["people_for"] = self._asked()
        self._show(summary)
        announce(self, f"{people(summary.users)} read. {self.warning.text}")

    @Slot(object)
    def _fail(self, problem: Problem) -> None:
        self.busy = ""
        self.missing = f"{'a tenant' if self.tenant.isChecked() else 'a file of users'} that can be read"
        self.problem = problem

    @Slot(object)
    def _miss_sign_in(self, problem: Problem) -> None:
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
        said = self.setup.plan.source.without_account_enabled == "enabled"
        self.columns.show_summary(summary, everybody=said)
        self._judge_summary(summary)

    def _judge_summary(self, summary: PeopleSummary) -> None:
        """Say what is missing: people, or whether they are enabled."""
        held = "a tenant" if self.tenant.isChecked() else "a file"
        if not summary.users:
            self.missing = f"{held} with at least one person in it"
        elif says_nothing(summary) and self.setup.plan.source.without_account_enabled != "enabled":
            self.missing = f"{held} that says who is enabled"
        else:
            self.missing = ""

    @Slot(bool)
    def _decide(self, everybody: bool) -> None:
        self.setup.plan.source.without_account_enabled = "enabled" if everybody else ""
        summary: PeopleSummary | None = self.setup.facts.get("people")
        if summary is not None:
            self._judge_summary(summary)

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
        self.csv.setChecked(True)
        field = self.groups if "group" in Path(path).name.lower() else self.users
        field.choose(path)
