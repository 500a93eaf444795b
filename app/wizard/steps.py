"""The step list at the left: where one is, what is done, what is to come."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.look.card import RADIUS, edge_colour
from app.look.icons import Glyph, icon
from app.look.palette import Tone, tone_colour
from app.look.spacing import characters, gap, lines, margin, scaled_font
from app.wizard.colours import ColoursButton
from app.wizard.flow_entra import Step

_STATES = {
    "done": (Glyph.GOOD, Tone.GOOD),
    "current": (Glyph.CURRENT, Tone.ACCENT),
    "open": (Glyph.TO_COME, Tone.MUTED),
    "missing": (Glyph.WARNING, Tone.WARNING),
}
_SAID = {"done": "done", "current": "you are here", "open": "to come", "missing": "needs something"}


class StepButton(QToolButton):
    """One step: an icon, its name, and for a screen reader its number and state."""

    def __init__(self, number: int, step: Step, parent: QWidget) -> None:
        super().__init__(parent)
        self.key = step.key
        self._number = number
        self._title = step.title
        self._state = ""
        self.setText(step.title)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setAutoRaise(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setIconSize(QSize(lines(1.15), lines(1.15)))
        self.set_state("open", False)

    @property
    def state(self) -> str:
        """``done``, ``current``, ``open`` or ``missing``."""
        return self._state

    def set_title(self, title: str) -> None:
        """Call the step something else."""
        if title != self._title:
            self._title = title
            self.setText(title)
            self.setAccessibleName(f"Step {self._number}, {title}, {_SAID[self._state]}")
            self.update()

    def set_state(self, state: str, reachable: bool) -> None:
        """Show a state; a step that cannot be gone to takes no focus and no click."""
        if (state, reachable) == (self._state, self.isEnabled()):
            return
        self._state = state
        glyph, tone = _STATES[state]
        self.setIcon(icon(glyph, tone))
        current = state == "current"
        self.setFont(scaled_font(1.0, bold=current))
        self.setEnabled(reachable)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if reachable else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if reachable else Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(f"Step {self._number}, {self._title}, {_SAID[state]}")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """A little air above and below."""
        width = self.iconSize().width() + gap() * 4 + self.fontMetrics().horizontalAdvance(self._title)
        return QSize(width, lines(1.0) + gap() + gap() // 2)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """Icon and text at the left; the current step lies on a tinted ground, a hovered one on a faint
        one."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        current = self._state == "current"
        if current or (self.isEnabled() and (self.underMouse() or self.hasFocus())):
            ground = tone_colour(Tone.ACCENT, palette)
            ground.setAlphaF(0.14 if current else 0.08)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(self.rect(), RADIUS - 2, RADIUS - 2)
        if self.hasFocus():
            painter.setPen(tone_colour(Tone.ACCENT, palette))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), RADIUS - 2, RADIUS - 2)
        side = self.iconSize().width()
        top = (self.height() - side) // 2
        # Painted as enabled on purpose: the state's colour is the message, and a step to come is muted
        # already.
        self.icon().paint(painter, gap(), top, side, side)
        painter.setPen(self._text_colour(palette))
        painter.setFont(self.font())
        left = gap() * 2 + side
        box = self.rect().adjusted(left, 0, -gap() // 2, 0)
        text = self.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)
        painter.end()

    def _text_colour(self, palette: QPalette) -> QColor:
        if self._state == "open":
            return tone_colour(Tone.MUTED, palette)
        return palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.WindowText)


class StepList(QWidget):
    """All steps under each other.

    Signals:
        chosen(str): the key of a step that was clicked or chosen by keyboard.
    """

    chosen = Signal(str)

    def __init__(self, steps: tuple[Step, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Steps")
        column = QVBoxLayout(self)
        column.setContentsMargins(margin(), margin() + gap() // 2, margin(), margin())
        column.setSpacing(gap() // 3)
        self._name = QLabel("Rollcall", self)
        self._name.setFont(scaled_font(1.2, bold=True))
        self._name.setContentsMargins(gap(), 0, 0, 0)
        column.addWidget(self._name)
        self.about = QLabel(self)
        self.about.setWordWrap(True)
        self.about.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.about.setContentsMargins(gap(), 0, 0, gap())
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        column.addWidget(self.about)
        self.buttons: dict[str, StepButton] = {}
        for number, step in enumerate(steps, start=1):
            button = StepButton(number, step, self)
            button.clicked.connect(self._choose)
            column.addWidget(button)
            self.buttons[step.key] = button
        column.addStretch(1)
        self.colours = ColoursButton(self)
        column.addWidget(self.colours, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFixedWidth(self._width())

    def _width(self) -> int:
        bold = QLabel("Notifications and safety", self)
        bold.setFont(scaled_font(1.0, bold=True))
        bold.setVisible(False)
        text = bold.fontMetrics().horizontalAdvance(bold.text())
        bold.deleteLater()
        return max(text + lines(1.15) + gap() * 4 + margin() * 2, characters(26))

    def name_steps(self, titles: dict[str, str]) -> None:
        """Name the steps as they are called where the plan runs."""
        for key, button in self.buttons.items():
            button.set_title(titles[key])

    def show_states(
        self, current: str, done: frozenset[str], missing: frozenset[str], reachable: frozenset[str]
    ) -> None:
        """Mark each step."""
        for key, button in self.buttons.items():
            if key == current:
                state = "current"
            elif key in done:
                state = "done"
            else:
                state = "missing" if key in missing else "open"
            button.set_state(state, key in reachable)

    @Slot()
    def _choose(self) -> None:
        button = self.sender()
        if isinstance(button, StepButton):
            self.chosen.emit(button.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own name
        """Up and down move between the steps that can be gone to; Enter goes there, not to the next page."""
        key = event.key()
        if key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.focusNextPrevChild(key == Qt.Key.Key_Down)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            focused = self.focusWidget()
            if isinstance(focused, StepButton):
                focused.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """The list's own ground, and a line between it and the page."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        painter.setPen(edge_colour(self.palette()))
        painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())
        painter.end()
