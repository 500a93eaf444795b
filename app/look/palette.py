"""Light and dark colours, and the few tones that a palette has no role for.

Windows and macOS give Qt a palette of the system's own. Under X11 without a platform theme the fusion style
has one light palette and ``setColorScheme`` changes nothing, so there Rollcall brings its own two
and picks by what the desktop portal says. ``ROLLCALL_COLOURS`` (``light``, ``dark``, ``system``) overrules.

The window's first picture waits for this module, so nothing here names ``Qt`` before it is needed: PySide
makes all 100 enums of that namespace the first time one does, 16 ms (measured).
"""

from __future__ import annotations

import os
import sys
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from PySide6.QtGui import QBrush

COLOURS_VARIABLE = "ROLLCALL_COLOURS"
OWN_COLOURS = sys.platform not in {"win32", "darwin"}
"""Whether the two palettes are Rollcall's own, with the fusion style; else they are the system's."""

_FIXED = ("light", "dark")


class Tone(Enum):
    """What a colour says. Never the only sign: an icon or a word always stands beside it.

    The two values are the colour on light and on dark ground, each at least 4.5:1 against the window's,
    the base's and the alternate base's colour of its palette (held by a test).
    """

    PLAIN = ("#1b1f24", "#e8eaed")
    MUTED = ("#57606a", "#a3abb5")
    ACCENT = ("#0b6b63", "#5fd3c6")
    GOOD = ("#176f33", "#6fcf85")
    WARNING = ("#855100", "#e8b84a")
    BAD = ("#b02318", "#ff8f84")


_Roles = dict[QPalette.ColorRole, str]
_R = QPalette.ColorRole

_LIGHT: _Roles = {
    _R.Window: "#f4f5f6",
    _R.WindowText: "#1b1f24",
    _R.Base: "#ffffff",
    _R.AlternateBase: "#f3f6f6",
    _R.Text: "#1b1f24",
    _R.Button: "#fbfbfc",
    _R.ButtonText: "#1b1f24",
    _R.BrightText: "#b02318",
    _R.ToolTipBase: "#ffffff",
    _R.ToolTipText: "#1b1f24",
    _R.PlaceholderText: "#656d76",
    _R.Highlight: "#0f766e",
    _R.HighlightedText: "#ffffff",
    _R.Accent: "#0f766e",
    _R.Link: "#0b6b63",
    _R.LinkVisited: "#5b4b9a",
    _R.Light: "#ffffff",
    _R.Midlight: "#eceef0",
    _R.Mid: "#c3c9cf",
    _R.Dark: "#98a0a8",
    _R.Shadow: "#6b737b",
}
_DARK: _Roles = {
    _R.Window: "#202429",
    _R.WindowText: "#e8eaed",
    _R.Base: "#171a1e",
    _R.AlternateBase: "#1d2126",
    _R.Text: "#e8eaed",
    _R.Button: "#333941",
    _R.ButtonText: "#e8eaed",
    _R.BrightText: "#ff8f84",
    _R.ToolTipBase: "#333941",
    _R.ToolTipText: "#e8eaed",
    _R.PlaceholderText: "#98a1ab",
    _R.Highlight: "#1c7d74",
    _R.HighlightedText: "#ffffff",
    _R.Accent: "#3fb8ab",
    _R.Link: "#5fd3c6",
    _R.LinkVisited: "#b5a5f0",
    _R.Light: "#3a4149",
    _R.Midlight: "#292e34",
    _R.Mid: "#4a525b",
    _R.Dark: "#14171a",
    _R.Shadow: "#0b0d0f",
}
_GREYED = {_R.WindowText, _R.Text, _R.ButtonText, _R.PlaceholderText}


def make_palette(dark: bool) -> QPalette:
    """Rollcall's own light or dark palette."""
    palette = QPalette()
    for role, colour in (_DARK if dark else _LIGHT).items():
        palette.setColor(role, QColor(colour))
    grey = QColor("#7d858e" if dark else "#858c94")
    for role in _GREYED:
        palette.setColor(QPalette.ColorGroup.Disabled, role, grey)
    palette.setColor(QPalette.ColorGroup.Disabled, _R.Highlight, palette.color(_R.Mid))
    return palette


def is_dark(palette: QPalette | None = None) -> bool:
    """Whether a palette (the application's when none is given) is a dark one."""
    given = palette or QGuiApplication.palette()
    return given.color(_R.Window).lightness() < given.color(_R.WindowText).lightness()


def tone_colour(tone: Tone, palette: QPalette | None = None) -> QColor:
    """The colour of a tone on the ground that a palette (the application's when none is given) has."""
    return QColor(tone.value[1 if is_dark(palette) else 0])


def brush_of(colour: QColor) -> QBrush:
    """A brush that fills with a colour; out of a palette, for PySide looks at ``Qt`` to make one."""
    palette = QPalette()
    palette.setColor(_R.Window, colour)
    return palette.brush(_R.Window)


def edge_colour(palette: QPalette) -> QColor:
    """A line that is seen but does not shout: between the ground and the text."""
    ground, text = palette.color(_R.Window), palette.color(_R.WindowText)
    part = 0.16
    return QColor.fromRgbF(
        ground.redF() + (text.redF() - ground.redF()) * part,
        ground.greenF() + (text.greenF() - ground.greenF()) * part,
        ground.blueF() + (text.blueF() - ground.blueF()) * part,
    )


_OUTLINED = ("QCheckBox", "QRadioButton", "QLineEdit", "QComboBox", "QAbstractSpinBox", "QPlainTextEdit")
_OUTLINE_GROUND = ("#c1cbd6", "#b4bfca")


def _set_palette(dark: bool) -> None:
    """Give the application its palette, and inputs an outline that is seen.

    The fusion style draws outlines 40 % darker than the window's colour: 1.6:1 in light, nothing in dark.
    These inputs never fill their ground with the window's colour, so theirs may be one whose darker
    form stands out by 3:1 on both grounds.
    """
    palette = make_palette(dark)
    QApplication.setPalette(palette)
    palette.setColor(_R.Window, QColor(_OUTLINE_GROUND[dark]))
    for name in _OUTLINED:
        # PySide6 6.11 says bytes in its stubs, and takes only str.
        QApplication.setPalette(palette, name)  # type: ignore[arg-type]


class _System(QObject):
    """What the system has, light or dark; the application's palette changes with it where that is wanted.

    Attributes:
        dark: whether the system is dark. At first what Qt's own palette says, which is made from the same.
        followed: whether the application is as the system.
    """

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self.dark = is_dark()
        self.followed = False
        self._watched = False

    def watch(self) -> None:
        """Hear of changes from now on, and see what has changed meanwhile."""
        if not self._watched:
            self._watched = True
            QGuiApplication.styleHints().colorSchemeChanged.connect(self.look)
        self.look()

    @Slot()
    def look(self) -> None:
        """Take the scheme that the system has now; one that says nothing leaves all as it is."""
        from PySide6.QtCore import Qt

        scheme = QGuiApplication.styleHints().colorScheme()
        if scheme == Qt.ColorScheme.Unknown or not self.followed:
            return
        dark = scheme == Qt.ColorScheme.Dark
        if dark != self.dark:
            self.dark = dark
            _set_palette(dark)


def first_colours(application: QApplication, choice: str) -> None:
    """Give a new application the colours that its first picture needs; `watch_system` does the rest.

    Args:
        application: the one application object. Its style is the fusion style already, where Rollcall has
            colours of its own.
        choice: ``light``, ``dark`` or ``system``.
    """
    if not OWN_COLOURS:
        watch_system(application, choice)
        return
    system = _system(application)
    system.followed = choice not in _FIXED
    _set_palette(system.dark if system.followed else choice == "dark")


def watch_system(application: QApplication, choice: str) -> None:
    """Tell the system what was chosen, and follow it where that is the choice."""
    hints = application.styleHints()
    if choice in _FIXED:
        from PySide6.QtCore import Qt

        hints.setColorScheme(Qt.ColorScheme.Dark if choice == "dark" else Qt.ColorScheme.Light)
        return
    hints.unsetColorScheme()
    if OWN_COLOURS:
        _system(application).watch()


def apply_colours(application: QApplication, choice: str = "") -> None:
    """Give the application its colours, and let it follow the system from then on.

    Args:
        application: the one application object; it owns what follows the system.
        choice: ``light``, ``dark`` or ``system``; empty: what ``ROLLCALL_COLOURS`` says, else the system.
    """
    wanted = (choice or os.environ.get(COLOURS_VARIABLE, "") or "system").lower()
    if OWN_COLOURS and application.style().name() != "fusion":
        application.setStyle("fusion")
    first_colours(application, wanted)
    watch_system(application, wanted)


@cache
def _system(application: QApplication) -> _System:
    # Not looked for among the application's children: its style is one, and to look at that makes a class
    # with 500 enum members.
    return _System(application)
