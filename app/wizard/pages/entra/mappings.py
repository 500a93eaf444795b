"""Page 7 with Microsoft Entra: the same rows, written into the app's schema in the tenant."""

from __future__ import annotations

from app.look.notice import Notice
from app.look.palette import Tone
from app.wizard.pages.entra.source_attributes import USER_ATTRIBUTES
from app.wizard.pages.mapping_table import Column
from app.wizard.pages.mappings import MappingsPage

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
        """The table, and what becomes of it."""
        super().build()
        self.person.setVisible(False)
        self.table.setColumnHidden(Column.RESULT, True)
        self.written = Notice(WRITTEN, Tone.ACCENT, self)
        self.body.insertWidget(0, self.written)

    def attributes(self) -> list[str]:
        """What Microsoft Entra knows of its people."""
        return list(USER_ATTRIBUTES)
