"""Which of Microsoft's clouds the tenant is in, and who signs in to it: part of the page App and place."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.look.card import Card
from app.wizard.flow_entra import Cloud
from app.wizard.parts.disclosure import Disclosure
from app.wizard.parts.field import Field
from app.wizard.parts.mnemonic import with_mnemonic

if TYPE_CHECKING:
    from app.wizard.session import Session

CLOUDS: dict[str, tuple[str, str]] = {
    "practice": (
        "Practice tenant of Microsoft Entra: inside Rollcall, with made-up people",
        "No account, no network, nothing to break: Microsoft Graph, the tenant and the app are played here.",
    ),
    "global": ("Microsoft Entra, worldwide", "The right one for nearly everybody."),
    "us-l4": ("Microsoft Entra for US Government, L4", "Signs in at login.microsoftonline.us."),
    "us-l5": ("Microsoft Entra for US Government, L5 (DoD)", "Signs in at login.microsoftonline.us."),
    "china": ("Microsoft Entra in China, operated by 21Vianet", "Signs in at login.chinacloudapi.cn."),
}
"""Each cloud by its key in the plan: its name, and a sentence."""


def cloud_in_words(cloud: str) -> str:
    """The cloud's name."""
    return CLOUDS[cloud][0]


class CloudPanel(Card):
    """Edits ``plan.entra``: cloud, tenant and client id.

    Signals:
        changed(): another cloud was chosen.
    """

    changed = Signal()

    def __init__(self, setup: Session, taken: set[str], parent: QWidget | None = None) -> None:
        """Make the fields; ``taken`` are the letters that the page has given away already."""
        super().__init__("", parent)
        self._setup = setup
        self.cloud = QComboBox(self)
        for key, (title, _) in CLOUDS.items():
            self.cloud.addItem(title, key)
        self.cloud.setMinimumContentsLength(30)
        self.cloud.activated.connect(self._choose)
        self.cloud_field = Field(with_mnemonic("Which cloud", taken), self.cloud, " ", self)
        self.more = Disclosure(
            with_mnemonic("A certain tenant, or an app registration of your own?", taken), self
        )
        self.tenant = QLineEdit(self)
        self.tenant.setPlaceholderText("that of the account that signs in")
        self.tenant.editingFinished.connect(self._write)
        self.more.content.addWidget(
            Field("Tenant", self.tenant, "Its id, or one of its domains, such as contoso.com.", self)
        )
        self.client_id = QLineEdit(self)
        self.client_id.setPlaceholderText("Microsoft Graph Command Line Tools")
        self.client_id.editingFinished.connect(self._write)
        self.more.content.addWidget(
            Field(
                "Client id",
                self.client_id,
                "Rollcall signs in as Microsoft's own command line tool, which each tenant knows. Where that "
                "is blocked: register a public client app with the redirect address http://localhost, and "
                "enter its application (client) id.",
                self,
            )
        )
        self.column.addWidget(self.cloud_field)
        self.column.addWidget(self.more)

    def fill(self) -> None:
        """Show what the plan has."""
        chosen = self._setup.plan.entra
        self.cloud.setCurrentIndex(list(CLOUDS).index(chosen.cloud))
        self.tenant.setText(chosen.tenant)
        self.client_id.setText(chosen.client_id)
        self._arrange()

    def _arrange(self) -> None:
        self.cloud_field.set_hint(CLOUDS[self.cloud.currentData()][1])
        self.more.setVisible(self.cloud.currentData() != "practice")

    @Slot(int)
    def _choose(self, _place: int) -> None:
        self._setup.choose_cloud(cast("Cloud", self.cloud.currentData()))
        self._arrange()
        self.changed.emit()

    @Slot()
    def _write(self) -> None:
        chosen = self._setup.plan.entra
        entered = (self.tenant.text().strip(), self.client_id.text().strip())
        if entered != (chosen.tenant, chosen.client_id):
            chosen.tenant, chosen.client_id = entered
            self._setup.facts.pop("signed_in", None)  # it was for the other one
            self.changed.emit()
