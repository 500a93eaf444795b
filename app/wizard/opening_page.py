"""What stands in the window until the first page is there: that page's heading, in its place."""

from __future__ import annotations

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget, QWizardPage

from app.look.palette import Tone, tone_colour
from app.look.spacing import gap, heading_font, margin

HEADING = "Choose the app and where the work is done"
LEAD = "Your choices are saved as you go. Nobody is created or changed before you press Start in step 10."


class OpeningPage(QWizardPage):
    """Looks as the first page does before anything is filled in, with its distances and letters.

    It does without the parts that pages are made of: they need pydantic, and ``Qt`` (`app.look.palette`).
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(margin() + gap(), margin(), gap(), gap())
        column.setSpacing(gap() // 2)
        heading = QLabel(HEADING, self)
        heading.setFont(heading_font())
        heading.setWordWrap(True)
        column.addWidget(heading)
        lead = QLabel(LEAD, self)
        lead.setWordWrap(True)
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.WindowText, tone_colour(Tone.MUTED))
        lead.setPalette(palette)
        column.addWidget(lead)
        column.addStretch(1)
