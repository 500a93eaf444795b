"""A small plot of the last cycles: how many people each one created, updated, disabled and so on.

Painted, not made of parts: forty bars cost one paint. The numbers of the bar in hand stand as text under it,
so nothing has to be read off colours or heights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.look.announce import announce
from app.look.palette import Tone, edge_colour, tone_colour
from app.look.spacing import characters, gap, lines
from app.monitor.cycle_bars import ACTIONS, Bar, paint_action, parts_of
from app.monitor.words import CYCLE_KINDS, counts_text, number, parse_time, when

if TYPE_CHECKING:
    from app.monitor.watched_plan import WatchedPlan
    from app.setup.problem import Problem
    from app.worker.messages import CyclePoints

MOST = 40
"""Cycles shown at most."""
_HEIGHT = 6.4
"""Height in lines of text: about 110 pixels at 100 %."""


class CyclePlot(QWidget):
    """Stacked bars, oldest cycle left. The arrow keys, Home and End move the bar in hand.

    Attributes:
        bars: what is shown, oldest first.
        place: the number of the bar in hand among them; -1 while there are none.
    """

    def __init__(self, watched: WatchedPlan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._watched = watched
        self.bars: list[Bar] = []
        self.place = -1
        self._empty = self.tr("Reading the last cycles")
        self._asking = False
        self._ask_again = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("People per cycle by action"))
        self.setMouseTracking(False)
        self._describe()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """A legend, the bars, and a line of text."""
        return QSize(characters(60, self), lines(_HEIGHT, self))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """The same height; bars get thinner in a narrow window."""
        return QSize(characters(20, self), lines(_HEIGHT, self))

    @property
    def text(self) -> str:
        """What stands under the plot: the numbers of the bar in hand, or why there are none."""
        return self.bars[self.place].text if self.bars else self._empty

    @Slot()
    def refresh(self) -> None:
        """Ask for the cycles again; a second wish while the first is answered comes after it."""
        if self._asking:
            self._ask_again = True
            return
        self._asking = True
        call = self._watched.ask("cycle-points", limit=MOST)
        call.finished.connect(self._take)
        call.failed.connect(self._miss)

    @Slot(object)
    def _take(self, found: CyclePoints) -> None:
        held = self.bars[self.place].cycle if 0 <= self.place < len(self.bars) - 1 else None
        self.bars = [
            Bar(
                point.cycle,
                parts_of(point.counts),
                self._tell(point.cycle, point.kind, point.began, point.counts),
            )
            for point in found.points[-MOST:]
        ]
        self._empty = self.tr(
            "No cycle has run yet. Each one gets a bar here: how many people it changed, and how."
        )
        # Whoever looks at an older bar keeps it; whoever looks at the newest gets the newest.
        places = {bar.cycle: place for place, bar in enumerate(self.bars)}
        self.place = places.get(held, len(self.bars) - 1) if held is not None else len(self.bars) - 1
        self._settle()

    @Slot(object)
    def _miss(self, problem: Problem) -> None:
        # What is shown stays: it is as right as it was.
        self._empty = self.tr("The last cycles could not be read. {0}").format(problem.what)
        self._settle()

    def _settle(self) -> None:
        self._asking = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if self.bars else Qt.FocusPolicy.NoFocus)
        self._describe()
        self.update()
        if self._ask_again:
            self._ask_again = False
            self.refresh()

    def _tell(self, cycle: int, kind: str, began: str, counts: dict[str, int]) -> str:
        title = self.tr("Cycle {0}").format(number(cycle))
        parts = [title, self.tr(CYCLE_KINDS.get(kind, kind)).lower(), when(parse_time(began))]
        return (
            f"{', '.join(part for part in parts if part)}: {counts_text(counts) or self.tr('nothing to do')}"
        )

    def _describe(self) -> None:
        told = [self.text]
        if self.bars:
            told.append(self.tr("All of them, oldest first:"))
            told += [f"{bar.text}." for bar in self.bars]
        self.setAccessibleDescription(" ".join(told))

    def _hold(self, place: int) -> None:
        place = max(0, min(place, len(self.bars) - 1))
        if self.bars and place != self.place:
            self.place = place
            self._describe()
            self.update()
            announce(self, self.text)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own name
        """Move to another bar."""
        keys = {
            Qt.Key.Key_Left: self.place - 1,
            Qt.Key.Key_Right: self.place + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(self.bars) - 1,
        }
        place = keys.get(Qt.Key(event.key()))
        if place is None or not self.bars:
            super().keyPressEvent(event)
            return
        self._hold(place)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's own name
        """Take the bar under the pointer in hand."""
        place = self._at(event.position())
        if place >= 0:
            self._hold(place)

    def event(self, event: QEvent) -> bool:
        """Show a bar's numbers as its tool tip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self._at(QPointF(event.pos()))
            if place >= 0:
                QToolTip.showText(event.globalPos(), self.bars[place].text, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def _chart(self) -> QRectF:
        line = self.fontMetrics().lineSpacing()
        return QRectF(self.rect()).adjusted(1, line + gap() // 2, -1, -(line + gap() // 2))

    def _slot(self) -> float:
        """The width of a bar with the air beside it: three cycles do not fill the whole width."""
        return min(self._chart().width() / max(1, len(self.bars)), characters(4, self))

    def _at(self, point: QPointF) -> int:
        chart = self._chart()
        place = int((point.x() - chart.left()) // self._slot())
        return place if chart.contains(point) and 0 <= place < len(self.bars) else -1

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """Legend, bars, and the text under them."""
        painter = QPainter(self)
        chart = self._chart()
        if self.bars:
            self._paint_legend(painter)
            painter.setPen(edge_colour(self.palette()))
            painter.drawLine(chart.bottomLeft(), chart.bottomRight())
            most = max(1, *(bar.total for bar in self.bars))
            for place, bar in enumerate(self.bars):
                self._paint_bar(painter, chart, place, bar, most)
        self._paint_text(painter, chart)
        painter.end()

    def _paint_legend(self, painter: QPainter) -> None:
        metrics = self.fontMetrics()
        side = metrics.ascent() * 0.8
        x, seen = 1.0, {action for bar in self.bars for action, _ in bar.parts}
        for action, style in ACTIONS.items():
            if action not in seen:
                continue
            text = self.tr(style.name)
            if x + side + metrics.horizontalAdvance(text) + gap() > self.width():
                break
            paint_action(painter, action, QRectF(x, metrics.ascent() - side + 1, side, side), self.palette())
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            x += side + gap() // 2
            painter.drawText(QPointF(x, metrics.ascent()), text)
            x += metrics.horizontalAdvance(text) + gap() * 1.5

    def _paint_bar(self, painter: QPainter, chart: QRectF, place: int, bar: Bar, most: int) -> None:
        slot = self._slot()
        left = chart.left() + place * slot
        if place == self.place:
            ground = self.palette().color(QPalette.ColorRole.Highlight)
            ground.setAlphaF(0.22 if self.hasFocus() else 0.12)
            painter.fillRect(QRectF(left, chart.top(), slot, chart.height()), ground)
            painter.setPen(self.palette().color(QPalette.ColorRole.Text))
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(left, chart.top(), slot - 1, chart.height()))
        air = max(1.0, slot * 0.18)
        bottom = chart.bottom()
        for action, count in bar.parts:
            # What happened to one person is seen beside ten thousand.
            height = max(3.0, (chart.height() - 3 * len(bar.parts)) * count / most)
            box = QRectF(left + air, bottom - height, max(1.0, slot - 2 * air), height)
            paint_action(painter, action, box, self.palette())
            bottom -= height

    def _paint_text(self, painter: QPainter, chart: QRectF) -> None:
        if self.bars:
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            elided = self.fontMetrics().elidedText(self.text, Qt.TextElideMode.ElideRight, self.width() - 2)
            painter.drawText(QPointF(1, self.height() - self.fontMetrics().descent() - 1), elided)
            return
        painter.setPen(tone_colour(Tone.MUTED, self.palette()))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(QRectF(self.rect()).adjusted(gap(), 0, -gap(), 0), int(flags), self.text)
