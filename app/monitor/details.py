"""The panel that tells the selected row of the log in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from app.look.palette import Tone, tone_colour
from app.monitor.details_text import tell

if TYPE_CHECKING:
    from app.worker.messages import Entry


class Details(QTextBrowser):
    """Shows one entry. It can be read by keyboard and its text copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entry: Entry | None = None
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setOpenLinks(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Details of the selected row"))
        self.document().setDocumentMargin(10)
        self.show_entry(None)

    @property
    def entry(self) -> Entry | None:
        """The entry that is told."""
        return self._entry

    def show_entry(self, entry: Entry | None) -> None:
        """Tell an entry, or say that none is chosen."""
        self._entry = entry
        if entry is not None:
            self.setHtml(tell(entry))
            return
        hint = self.tr("Choose a row to see why it happened, which steps it took and what changed.")
        self.setHtml(f'<p style="color:{tone_colour(Tone.MUTED).name()}">{hint}</p>')

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own name
        """Take the colours of another palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self.show_entry(self._entry)
