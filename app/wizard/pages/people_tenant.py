"""The tenant as the source of people: which one, and who signs in to it; part of the page *People*."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.look.spacing import margin, tighten
from app.wizard.flow_entra import signs_in_to_practice
from app.wizard.pages.entra.cloud_panel import CloudPanel
from app.wizard.pages.entra.signing_in import SignInCard

if TYPE_CHECKING:
    from app.wizard.session import Session

SIGN_IN_LETTERS = frozenset("ieodtyp")
"""Letters of the sign-in's buttons."""


class TenantSource(QWidget):
    """The cloud and the sign-in, as the place Microsoft Entra has them.

    Signals:
        changed(): another tenant, or somebody signed in or out, or that began or ended.
        failed(object): the Problem that kept somebody from signing in.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, setup: Session, taken: set[str], parent: QWidget | None = None) -> None:
        """Make both; ``taken`` are the letters that the page has given away already."""
        super().__init__(parent)
        self._setup = setup
        self.cloud = CloudPanel(setup, taken | SIGN_IN_LETTERS, self)
        self.cloud.changed.connect(self._take_tenant)
        self.signing_in = SignInCard(setup, self)
        self.signing_in.changed.connect(self._arrange)
        self.signing_in.failed.connect(self.failed)
        layout = QVBoxLayout(self)
        tighten(layout)
        layout.setSpacing(margin())
        layout.addWidget(self.cloud)
        layout.addWidget(self.signing_in)

    def look(self) -> None:
        """Show what the plan has, and find out who is signed in."""
        self.cloud.fill()
        self.signing_in.look()

    def initial_focus(self) -> QWidget:
        """The button that lets one in; the cloud when somebody is in already."""
        if self.signing_in.signed_in is not None:
            return self.cloud.cloud
        practice = signs_in_to_practice(self._setup.plan)
        return self.signing_in.practice if practice else self.signing_in.browser

    @Slot()
    def _take_tenant(self) -> None:
        self.signing_in.look()
        self.changed.emit()

    @Slot()
    def _arrange(self) -> None:
        # A sign-in under way is one to the tenant that was chosen when it began.
        self.cloud.setEnabled(not self.signing_in.busy)
        self.changed.emit()
