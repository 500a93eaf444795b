"""Page 7 with Microsoft Entra: the same rows, written into the app's schema in the tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QMessageBox, QPushButton

from app.look.icons import Glyph, icon
from app.look.notice import Notice
from app.look.palette import Tone
from app.wizard.pages.entra.source_attributes import USER_ATTRIBUTES
from app.wizard.pages.mapping_table import Column
from app.wizard.pages.mappings import MappingsPage
from app.wizard.parts.latest import LatestAnswer

if TYPE_CHECKING:
    from app.setup.problem import Problem
    from app.worker.messages import Done

WRITTEN = (
    "Start writes these rows into the app's schema in Microsoft Entra. What Rollcall does not know there is "
    "kept, and the schema of before is saved beside the plan. Where provisioning has run already, a changed "
    "schema begins an initial cycle: everybody is looked up again, and who falls out of scope is disabled."
)


class EntraMappingsPage(MappingsPage):
    """The mapping table without a preview: the people are in the tenant."""

    heading = "Decide what Microsoft Entra sends to the app"
    previews = False

    def build(self) -> None:
        """The table, what becomes of it, and the way back to what was there before."""
        super().build()
        self.person.setVisible(False)
        self.table.setColumnHidden(Column.RESULT, True)
        self.written = Notice(WRITTEN, Tone.ACCENT, self)
        self.put_back = QPushButton(icon(Glyph.RESET), "&Put back what was there...", self)
        self.put_back.setAutoDefault(False)
        self.put_back.setToolTip("Puts the mappings of before this setup back into the tenant, at once")
        self.put_back.clicked.connect(self.ask_to_put_back)
        self.written.row.addWidget(self.put_back)
        self.body.insertWidget(0, self.written)
        self._putting = LatestAnswer(self.setup.worker, "entra-restore-schema", self)
        self._putting.answered.connect(self._was_put_back)
        self._putting.failed.connect(self._could_not)

    def on_show(self) -> None:
        """The rows; what was there before can only be put back where a setup has changed it."""
        super().on_show()
        self.written.set_message(WRITTEN, Tone.ACCENT)
        report = self.setup.facts.get("road")
        there = bool(self.setup.plan.entra.application) or (report is not None and report.state == "done")
        self.put_back.setVisible(there)

    def attributes(self) -> list[str]:
        """What Microsoft Entra knows of its people."""
        return list(USER_ATTRIBUTES)

    @Slot()
    def ask_to_put_back(self) -> None:
        """Ask, then put the mappings of before back: this happens in the tenant, at once."""
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("Rollcall")
        box.setText("Put the mappings back that were in the tenant before this plan changed them?")
        box.setInformativeText(
            "The next cycle looks everybody up again. The rows of this plan stay as they are, and the next "
            "Start writes them anew."
        )
        keep = box.addButton("&Keep them", QMessageBox.ButtonRole.RejectRole)
        back = box.addButton("&Put back", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        box.exec()
        if box.clickedButton() is back:
            self.problem = None
            self.busy = "Putting the mappings of before back..."
            self._putting.ask_now({}, self.setup.plan, self.setup.plan_path)

    @Slot(object)
    def _was_put_back(self, done: Done) -> None:
        self.busy = ""
        self.written.set_message(done.sentence, Tone.GOOD)

    @Slot(object)
    def _could_not(self, problem: Problem) -> None:
        self.busy = ""
        self.problem = problem
