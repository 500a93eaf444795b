"""The first place of the monitor: what goes on now, on this computer or in Microsoft Entra."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QStackedWidget, QWidget


class NowPage(QStackedWidget):
    """Shows this computer's part until it is known that the work is done elsewhere.

    Attributes:
        here: what a plan that runs on this computer shows; its layout is the window's.
        elsewhere: what a plan in Microsoft Entra shows; None for any other.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.here = QWidget(self)
        self.elsewhere: Any = None
        self.addWidget(self.here)

    def show_elsewhere(self, panel: QWidget) -> None:
        """Show this from now on."""
        self.elsewhere = panel
        self.addWidget(panel)
        self.setCurrentWidget(panel)

    def on_show(self) -> None:
        """The tab is open."""
        if self.elsewhere is not None:
            self.elsewhere.on_show()

    def on_hide(self) -> None:
        """Another tab is open: nothing is asked meanwhile."""
        if self.elsewhere is not None:
            self.elsewhere.on_hide()
