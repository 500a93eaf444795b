"""The step list at the left: where one is, what is done, what is to come.

The window's first picture shows it, so it names neither ``Qt`` nor an icon before then (`app.look.palette`
says why).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QSize, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.look.palette import Tone, brush_of, edge_colour, tone_colour
from app.look.spacing import characters, gap, lines, margin, scaled_font
from app.wizard.flow_entra import Step

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

_TONES = {"done": Tone.GOOD, "current": Tone.ACCENT, "open": Tone.MUTED, "missing": Tone.WARNING}
_SAID = {"done": "done", "current": "you are here", "open": "to come", "missing": "needs something"}
_ROUND = 6.0
_PLAIN, _MUTED = QPalette.ColorRole.WindowText, QPalette.ColorRole.PlaceholderText
_LONGEST = "Notifications and safety"


class StepButton(QToolButton):
    """One step: a sign, its name, and for a screen reader its number and state."""

    def __init__(self, number: int, step: Step, parent: QWidget) -> None:
        super().__init__(parent)
        self.key = step.key
        self._number = number
        self._title = step.title
        self._state = "open"
        self._icon: QIcon | None = None
        self._side = lines(1.15)
        self.setText(step.title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setForegroundRole(_MUTED)
        self.setEnabled(False)
        self._name()

    @property
    def state(self) -> str:
        """``done``, ``current``, ``open`` or ``missing``."""
        return self._state

    def set_title(self, title: str) -> None:
        """Call the step something else."""
        if title != self._title:
            self._title = title
            self.setText(title)
            self._name()
            self.update()

    def set_state(self, state: str, reachable: bool) -> None:
        """Show a state; a step that cannot be gone to takes no focus and no click."""
        if (state, reachable) == (self._state, self.isEnabled()):
            return
        from PySide6.QtCore import Qt

        self.mark(state)
        self.setEnabled(reachable)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if reachable else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if reachable else Qt.CursorShape.ArrowCursor)

    def mark(self, state: str) -> None:
        """Look and sound like a state."""
        self._state = state
        self._icon = None
        self.setForegroundRole(_PLAIN if state != "open" else _MUTED)
        if state in {"done", "missing"}:
            from app.look.icons import Glyph, icon

            self._icon = icon(Glyph.GOOD if state == "done" else Glyph.WARNING, _TONES[state])
        self.setFont(scaled_font(1.0, bold=state == "current"))
        self._name()
        self.update()

    def _name(self) -> None:
        self.setAccessibleName(f"Step {self._number}, {self._title}, {_SAID[self._state]}")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """A little air above and below."""
        width = self._side + gap() * 4 + self.fontMetrics().horizontalAdvance(self._title)
        return QSize(width, lines(1.0) + gap() + gap() // 2)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """Sign and text at the left; the current step lies on a tinted ground, a hovered one on a faint
        one."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        current = self._state == "current"
        if current or (self.isEnabled() and (self.underMouse() or self.hasFocus())):
            ground = tone_colour(Tone.ACCENT, self.palette())
            ground.setAlphaF(0.14 if current else 0.08)
            outline = QPainterPath()
            outline.addRoundedRect(self.rect(), _ROUND, _ROUND)
            painter.fillPath(outline, brush_of(ground))
        self._paint_sign(painter)
        metrics = self.fontMetrics()
        left = gap() * 2 + self._side
        base = (self.height() - metrics.height()) // 2 + metrics.ascent()
        # In the colour of the foreground's role, which is the painter's from the start.
        painter.drawText(left, base, self._fitting(metrics, self.width() - gap() // 2 - left))
        if self.hasFocus():
            painter.setPen(tone_colour(Tone.ACCENT, self.palette()))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), _ROUND, _ROUND)
        painter.end()

    def _paint_sign(self, painter: QPainter) -> None:
        """A ring, filled where one is: drawn here, for the icon font takes 3 ms to read."""
        side, top = self._side, (self.height() - self._side) // 2
        if self._icon is not None:
            # Painted as enabled on purpose: the state's colour is the message, and a step to come is muted
            # already.
            self._icon.paint(painter, gap(), top, side, side)
            return
        middle, unit = QPointF(gap() + side / 2, top + side / 2), side / 24
        ring = QPainterPath()
        for radius in (10, 8, 6) if self._state == "current" else (10, 8):
            ring.addEllipse(middle, radius * unit, radius * unit)
        painter.fillPath(ring, brush_of(tone_colour(_TONES[self._state], self.palette())))

    def _fitting(self, metrics: QFontMetrics, width: int) -> str:
        """The title, or its beginning where there is no room for all."""
        if metrics.horizontalAdvance(self._title) <= width:
            return self._title
        from PySide6.QtCore import Qt

        return metrics.elidedText(self._title, Qt.TextElideMode.ElideRight, width)


class StepList(QWidget):
    """All steps under each other.

    Signals:
        chosen(str): the key of a step that was clicked or chosen by keyboard.
    """

    chosen = Signal(str)

    def __init__(self, steps: tuple[Step, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Steps")
        self._take_colours()
        self.colours: QToolButton | None = None
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(margin(), margin() + gap() // 2, margin(), margin())
        column.setSpacing(gap() // 3)
        self._name = QLabel("Rollcall", self)
        self._name.setFont(scaled_font(1.2, bold=True))
        self._name.setContentsMargins(gap(), 0, 0, 0)
        column.addWidget(self._name)
        self.about = QLabel(self)
        self.about.setWordWrap(True)
        self.about.setForegroundRole(_MUTED)
        self.about.setContentsMargins(gap(), 0, 0, gap())
        column.addWidget(self.about)
        self.buttons: dict[str, StepButton] = {}
        for number, step in enumerate(steps, start=1):
            button = StepButton(number, step, self)
            button.clicked.connect(self._choose)
            column.addWidget(button)
            self.buttons[step.key] = button
        self.buttons[steps[0].key].mark("current")
        column.addStretch(1)
        self.setFixedWidth(self._width())

    def complete(self) -> None:
        """Add what the window's first picture does not need."""
        if self.colours is None:
            from PySide6.QtCore import Qt

            from app.wizard.parts.colours_button import ColoursButton

            self.about.setTextFormat(Qt.TextFormat.PlainText)
            self.colours = ColoursButton(self)
            self._column.addWidget(self.colours, 0, Qt.AlignmentFlag.AlignLeft)

    def _width(self) -> int:
        text = QFontMetrics(scaled_font(1.0, bold=True)).horizontalAdvance(_LONGEST)
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
        from PySide6.QtCore import Qt

        key = event.key()
        if key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.focusNextPrevChild(key == Qt.Key.Key_Down)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            focused = self.focusWidget()
            if isinstance(focused, StepButton):
                focused.click()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's own name
        """Take the colours anew when the application turns light or dark."""
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self._take_colours()
        super().changeEvent(event)

    def _take_colours(self) -> None:
        """Texts have their colour enabled or not: a step that cannot be gone to is no less to be read."""
        palette = QPalette()
        palette.setColor(_PLAIN, palette.color(QPalette.ColorGroup.Active, _PLAIN))
        palette.setColor(_MUTED, tone_colour(Tone.MUTED))
        self.setPalette(palette)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """The list's own ground, and a line between it and the page."""
        painter = QPainter(self)
        palette, box = self.palette(), self.rect()
        for left, brush in (
            (0, palette.brush(QPalette.ColorRole.Base)),
            (box.width() - 1, brush_of(edge_colour(palette))),
        ):
            part = QPainterPath()
            part.addRect(box.adjusted(left, 0, 0, 0))
            painter.fillPath(part, brush)
        painter.end()
