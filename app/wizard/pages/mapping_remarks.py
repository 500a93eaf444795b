"""What is to be said under the mapping table: a person's faults, traps in the rows, the next cycle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.look.notice import Notice
from app.look.palette import Tone
from app.look.spacing import gap
from app.look.toned_label import TonedLabel
from app.wizard.pages.counting import amount
from app.wizard.parts.next_cycle import NextCycleNotice

if TYPE_CHECKING:
    from app.wizard.session import Session
    from app.worker.messages import PersonPreview

_SHOWN = 2
_CLEARING = "Empty values are never sent"


def traps_in_words(warnings: Sequence[str]) -> str:
    """The traps in the rows, the first ones in full; that cleared values stay is said apart."""
    traps = [one for one in warnings if not one.startswith(_CLEARING)]
    more = len(traps) - _SHOWN
    rest = [f"And {amount(more, 'remark', 'remarks')} more: edit the rows to see them."] if more > 0 else []
    return "\n".join([*traps[:_SHOWN], *rest])


def clearing_in_words(warnings: Sequence[str]) -> str:
    """That a value which is cleared in the directory is not cleared in the app; empty where none can be."""
    return next((one for one in warnings if one.startswith(_CLEARING)), "")


class MappingRemarks(QWidget):
    """Remarks on the rows and on what they give for the chosen person; each part hides while empty."""

    def __init__(self, setup: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.refusal = Notice("", Tone.BAD, self)
        self.traps = Notice("", Tone.WARNING, self)
        self.next_cycle = NextCycleNotice(setup, self)
        self.person = TonedLabel(Tone.MUTED, self)
        self.clearing = TonedLabel(Tone.MUTED, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(gap())
        for part in (self.refusal, self.traps, self.next_cycle, self.person, self.clearing):
            layout.addWidget(part)

    def show_preview(self, preview: PersonPreview | None) -> None:
        """Say what there is to say of a person and the rows; None: nobody is looked at."""
        warnings = preview.warnings if preview is not None else []
        self.traps.set_message(traps_in_words(warnings))
        self.clearing.setText(clearing_in_words(warnings))
        faulty = [one for one in preview.values if one.error] if preview is not None else []
        self.person.set_tone(Tone.BAD if faulty else Tone.MUTED)
        if preview is None:
            self.person.setText("")
        elif faulty:
            self.person.setText(f"{faulty[0].target} for {preview.name}: {faulty[0].error}")
        else:
            why = " ".join(preview.reasons)
            self.person.setText("" if preview.in_scope else f"{preview.name} is not in scope so far. {why}")
