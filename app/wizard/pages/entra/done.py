"""Page 12 with Microsoft Entra: one person on demand, and the ways on from here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app.look.card import Card
from app.look.icons import Glyph, icon
from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import gap
from app.wizard.page import LearnMore, Page
from app.wizard.pages.entra.on_demand import OnDemandCard
from app.wizard.pages.entra.start import EntraStartPage
from app.wizard.parts.plan_card import PlanCard

if TYPE_CHECKING:
    from app.setup.problem import Problem
    from app.worker.messages import RoadReport


class EntraDonePage(Page):
    """The result, and the ways on from here."""

    key = "done"
    heading = "Provisioning runs in Microsoft Entra"

    @property
    def learn_more(self) -> LearnMore:
        """How to watch it from here."""
        return LearnMore(
            "Check the status of user provisioning",
            self.setup.profile.links.get(self.key)
            or "https://learn.microsoft.com/entra/identity/app-provisioning/"
            "check-status-user-account-provisioning",
            (
                "The first cycle may take a while to begin; the monitor shows it as the admin center does, "
                "and more.",
                "On-demand provisioning takes one person through all steps at once, and shows each.",
            ),
        )

    def build(self) -> None:
        """The result, a person on demand, the monitor and the plan."""
        self.told = Notice("", Tone.GOOD, self)
        self.body.addWidget(self.told)
        self.on_demand = OnDemandCard(self.setup, self)
        self.on_demand.changed.connect(self._arrange)
        self.on_demand.failed.connect(self._fail)
        self.body.addWidget(self.on_demand)
        card = Card("What comes next", self)
        words = QLabel(
            "The monitor shows the job with its cycles, the provisioning log and quarantine. Pause and "
            "restart are there too.",
            self,
        )
        words.setWordWrap(True)
        card.column.addWidget(words)
        self.monitor_button = QPushButton(icon(Glyph.MONITOR), "Open the &monitor", self)
        self.monitor_button.clicked.connect(self._open_monitor)
        self.undo_button = QPushButton(icon(Glyph.RESET), "&Undo the setup...", self)
        self.undo_button.setToolTip("Takes back what this plan has made in the tenant")
        self.undo_button.clicked.connect(self._undo)
        card.column.addLayout(_row(self.monitor_button, self.undo_button))
        self.body.addWidget(card)
        self.plan_card = PlanCard(self)
        self.body.addWidget(self.plan_card)

    def on_show(self) -> None:
        """Tell how it stands."""
        report: RoadReport | None = self.setup.facts.get("road")
        self.told.set_message(report.sentence if report is not None else "")
        path = self.setup.plan_path
        self.plan_card.show_plan(path, f'rollcall entra status "{path}"')
        self.on_demand.offer(self.setup.plan.scope.assigned)
        self._arrange()

    def initial_focus(self) -> QWidget | None:
        """The person to try it with."""
        return self.on_demand.person

    @Slot()
    def _arrange(self) -> None:
        self.busy = self.on_demand.busy
        if self.busy:
            self.problem = None

    @Slot(object)
    def _fail(self, problem: Problem) -> None:
        self.problem = problem

    @Slot()
    def _undo(self) -> None:
        """Go back to *Start*, which asks and takes it back."""
        wizard = self.wizard()
        if wizard is None or self.busy:
            return
        wizard.back()
        page = wizard.currentPage()
        if isinstance(page, EntraStartPage):
            page.ask_undo()

    @Slot()
    def _open_monitor(self) -> None:
        self.setup.monitor_wanted.emit(self.setup.plan_path)


def _row(*buttons: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(gap())
    for button in buttons:
        button.setAutoDefault(False)
        row.addWidget(button)
    row.addStretch(1)
    return row
