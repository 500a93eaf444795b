"""Page 9 with Microsoft Entra: only what its own service can be told."""

from __future__ import annotations

from PySide6.QtCore import Slot

from app.wizard.pages.safety import SafetyPage

_OURS = {"Deleted after", "Log is kept for"}
"""What only the engine on this computer can be told."""


class EntraSafetyPage(SafetyPage):
    """Notification e-mail, the guard and the kinds of change; the rest is Microsoft's own rule."""

    def build(self) -> None:
        """The same groups, in Microsoft's words."""
        super().build()
        self.delete_box.setText("&Delete people 30 days after they were deleted in the tenant")

    def on_show(self) -> None:
        """Fill the fields; when Microsoft deletes, and how long its log is kept, is not for us to say."""
        super().on_show()
        for row in (self.days_row, self.every_row, self.log_card):
            row.setVisible(False)

    @Slot()
    def _judge(self) -> None:
        super()._judge()
        if self.guard.isChecked() and not self.address.text().strip():
            self.warning.setText(
                "Microsoft Entra tells the notification address when the guard holds back: enter one above."
            )

    def describe(self) -> list[tuple[str, str]]:
        """All that Microsoft's service can be told."""
        return [line for line in super().describe() if line[0] not in _OURS]
