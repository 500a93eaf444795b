"""Page 5: Test connection. Runs by itself, shows each check as it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QWidget

from app.look.announce import announce
from app.look.card import Card
from app.look.icons import Glyph, icon
from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import gap
from app.wizard.page import PORTAL_PAGE, LearnMore, Page
from app.wizard.parts.check_row import VERDICTS, CheckRow, time_text

if TYPE_CHECKING:
    from app.setup.problem import Problem
    from app.wizard.session import Session
    from app.worker.client import Call
    from app.worker.messages import CheckOutcome, CheckVerdict

_TONES = {"ready": Tone.GOOD, "ready-with-limits": Tone.WARNING, "not-ready": Tone.BAD}


class ConnectionPage(Page):
    """Tests the tenant URL and the token as Microsoft Entra would, and a little further."""

    key = "connection"
    heading = "Test the connection"
    lead = "The checks only read. Nobody is created, changed or removed."

    def __init__(self, setup: Session) -> None:
        super().__init__(setup)
        self._call: Call | None = None
        self._rows: list[CheckRow] = []
        self._verdict: CheckVerdict | None = None
        self._tested = ""
        self.retry.connect(self.run_test)

    @property
    def learn_more(self) -> LearnMore:
        """The tutorial's step, and its advice."""
        return LearnMore(
            "Tutorial: test connection",
            self.setup.profile.links.get("connection") or PORTAL_PAGE,
            (
                "Microsoft Entra asks the app for a user that cannot exist and expects an empty list. "
                "Rollcall does the same, then looks at what later trips a provisioning run.",
                "A refused token mostly means that the account it was made with is no admin: make sure it "
                "has Admin permissions and try again.",
                "The report holds no token and can be sent to whoever runs the app.",
            ),
        )

    def build(self) -> None:
        """The verdict, the list, and the buttons under it."""
        self._said = Notice("", Tone.ACCENT, self)
        self.body.addWidget(self._said)
        self._list = Card("Checks", self)
        self.body.addWidget(self._list)
        self.again = QPushButton(icon(Glyph.SYNC), "Test a&gain", self)
        self.again.clicked.connect(self.run_test)
        self.stop_button = QPushButton(icon(Glyph.STOP), "Sto&p", self)
        self.stop_button.clicked.connect(self._stop)
        self.copy = QPushButton(icon(Glyph.COPY), "Cop&y report", self)
        self.copy.clicked.connect(self._copy)
        self.details = QPushButton(icon(Glyph.FILE), "S&how what was sent", self)
        self.details.setCheckable(True)
        self.details.toggled.connect(self._show_details)
        row = QHBoxLayout()
        row.setSpacing(gap())
        for button in (self.again, self.stop_button, self.copy, self.details):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        self.body.addLayout(row)
        self.waive = QCheckBox("Go on &without a passed test; Start stays locked until it passes", self)
        self.waive.toggled.connect(self._on_waive)
        self.waive.setVisible(False)
        self.body.addWidget(self.waive)
        self._buttons()

    def on_show(self) -> None:
        """Test at once, unless this very address was tested already and its result still stands here."""
        facts, url = self.setup.facts, self.setup.plan.app.tenant_url
        stands = facts.get("check_for") == url and facts.get("check") is not None and self._tested == url
        self.waive.setChecked(bool(facts.get("check_waived")))
        if not stands and self._call is None:
            self.run_test()
        self.refresh_missing()

    def initial_focus(self) -> QWidget | None:
        """*Next*, which is what comes after a passed test."""
        return None

    def first_missing(self) -> QWidget | None:
        """*Test again*."""
        return self.again

    def describe(self) -> list[tuple[str, str]]:
        """The verdict."""
        said = {
            "ready": "passed",
            "ready-with-limits": "passed with limits",
            "not-ready": "not passed",
        }
        return [("Connection test", said.get(str(self.setup.facts.get("check")), "not made"))]

    # The test

    @Slot()
    def run_test(self) -> None:
        """Run all checks anew."""
        if self._call is not None:
            return
        self.problem = None
        self._verdict = None
        self._clear()
        self.setup.forget_test()
        self.waive.setVisible(False)
        self.waive.setChecked(False)
        self._tested = self.setup.plan.app.tenant_url
        self._said.set_message("")
        self.busy = "Testing the connection..."
        self.refresh_missing()
        plan = self.setup.plan
        self._call = self.setup.worker.ask("check", plan, {}, self.setup.plan_path)
        self._call.event.connect(self._on_event)
        self._call.finished.connect(self._on_finished)
        self._call.failed.connect(self._on_failed)
        self._buttons()

    def _clear(self) -> None:
        for row in self._rows:
            self._list.column.removeWidget(row)
            row.deleteLater()
        self._rows = []

    @Slot(object)
    def _on_event(self, event: object) -> None:
        from app.worker.messages import CheckOutcome

        if not isinstance(event, CheckOutcome):
            return
        row = CheckRow(event, self.details.isChecked(), self._list)
        self._rows.append(row)
        self._list.column.addWidget(row)
        done = len(self._rows)
        self.busy = f"Testing the connection: {f'{done} checks' if done > 1 else 'one check'} done..."
        if event.verdict == "fail":
            announce(row, row.accessibleName())

    @Slot(object)
    def _on_finished(self, verdict: CheckVerdict) -> None:
        self._call = None
        self._verdict = verdict
        self.busy = ""
        facts = self.setup.facts
        facts["check"], facts["check_for"] = verdict.verdict, self._tested
        said = " ".join([verdict.sentence, *verdict.advice])
        self._said.set_message(f"{said} ({time_text(verdict.seconds)})", _TONES[verdict.verdict])
        self.waive.setVisible(verdict.verdict == "not-ready")
        self._buttons()
        self.refresh_missing()
        self.changed.emit()

    @Slot(object)
    def _on_failed(self, problem: Problem) -> None:
        self._call = None
        self.busy = ""
        if problem.code == "CANCELLED":
            self._said.set_message("The test was stopped before it had ended.", Tone.WARNING)
        else:
            self.problem = problem
        self.waive.setVisible(True)
        self._buttons()
        self.refresh_missing()

    def _buttons(self) -> None:
        testing = self._call is not None
        self.again.setVisible(not testing)
        self.stop_button.setVisible(testing)
        self.copy.setEnabled(bool(self._rows) and not testing)
        self.details.setEnabled(bool(self._rows) or testing)

    @Slot()
    def _stop(self) -> None:
        if self._call is not None:
            self.busy = "Stopping the test..."
            self._call.cancel()

    @Slot(bool)
    def _show_details(self, on: bool) -> None:
        self.details.setText("&Hide what was sent" if on else "S&how what was sent")
        for row in self._rows:
            row.show_details(on)

    @Slot(bool)
    def _on_waive(self, on: bool) -> None:
        self.setup.facts["check_waived"] = on
        self.refresh_missing()

    # The report

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report())
        announce(self.copy, "The report was copied.")

    def report(self) -> str:
        """All that was found, as plain text without secrets."""
        from app.setup.redaction import secrets_seen

        head = [f"Rollcall: test connection of {self._tested}"]
        if self._verdict is not None:
            head += [f"Verdict: {self._verdict.verdict}. {self._verdict.sentence}", *self._verdict.advice]
        parts = ["\n".join(head)]
        parts += [_as_text(row.outcome) for row in self._rows]
        return secrets_seen.clean("\n\n".join(parts) + "\n")


def _as_text(outcome: CheckOutcome) -> str:
    word = VERDICTS[outcome.verdict][2]
    lines = [f"{word}: {outcome.title} ({outcome.id}, {time_text(outcome.seconds)})", f"  {outcome.outcome}"]
    if outcome.remedy:
        lines.append(f"  {outcome.remedy}")
    for name, text in (("Sent", outcome.sent), ("Answered", outcome.answered)):
        if text:
            lines += [f"  {name}:", *(f"    {line}" for line in text.splitlines())]
    return "\n".join(lines)
