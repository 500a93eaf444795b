"""Page 9 with Microsoft Entra: only what its own service can be told."""

from __future__ import annotations

from app.wizard.pages.safety import SafetyPage


class EntraSafetyPage(SafetyPage):
    """Notification e-mail, the guard and the kinds of change; the rest is Microsoft's own rule."""

    def build(self) -> None:
        """The same groups, in Microsoft's words."""
        super().build()
        self.delete_box.setText("&Delete people 30 days after they were deleted in the tenant")

    def on_show(self) -> None:
        """Fill the fields; Microsoft deletes 30 days after a person was deleted, and never compares."""
        super().on_show()
        for row in (self.days_row, self.every_row):
            row.setVisible(False)

    def describe(self) -> list[tuple[str, str]]:
        """All that Microsoft's service can be told."""
        return [line for line in super().describe() if line[0] != "Deleted after"]
