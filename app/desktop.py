"""The two windows together: the wizard makes a plan, the monitor watches it, one worker serves both.

Neither window knows the other. What outlives one of them is kept here: the worker, with the practice app and
the tokens that it holds in memory.
"""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from app.monitor.window import MonitorWindow
    from app.wizard.frame import Frame
    from app.worker.client import WorkerClient


_SETTLED = 1_500
"""Milliseconds after a window opened by which what it imports and builds is there."""


class Desktop(QObject):
    """Opens windows and brings those that are open to the front.

    Attributes:
        wizard: the wizard's window, while it is open.
        monitors: the monitors that are open, by the whole path of their plan.
    """

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._worker: WorkerClient | None = None
        self.wizard: Frame | None = None
        self.monitors: dict[Path, MonitorWindow] = {}
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLED)
        self._settling.timeout.connect(_settle)

    def worker(self) -> WorkerClient:
        """The one worker client. It ends with the last window."""
        if self._worker is None:
            from app.worker.client import WorkerClient

            self._worker = WorkerClient(self)
            self._application.aboutToQuit.connect(self._worker.stop)
        return self._worker

    @Slot(object)
    def open_wizard(self, plan_path: Path | None = None) -> None:
        """Show the wizard, with a saved plan when one is given; an open one comes to the front as it is."""
        if self.wizard is not None:
            _to_front(self.wizard)
            return
        from app.wizard.frame import Frame
        from app.wizard.main import Opening

        self.wizard = Frame()
        self.wizard.closed.connect(self._forget_wizard)
        Opening(self.wizard, self, plan_path)  # a child of the window
        self.wizard.show()
        self._settling.start()

    @Slot(object)
    def open_monitor(self, plan_path: Path) -> None:
        """Show the monitor of a plan."""
        whole = plan_path.resolve()
        window = self.monitors.get(whole)
        if window is None:
            from app.monitor.window import MonitorWindow

            window = MonitorWindow(whole, self.worker())
            window.setup_wanted.connect(self.open_wizard)
            window.closed.connect(self._forget_monitor)
            self.monitors[whole] = window
        _to_front(window)
        self._settling.start()

    @Slot()
    def _forget_wizard(self) -> None:
        wizard, self.wizard = self.wizard, None
        if wizard is not None:
            wizard.deleteLater()

    @Slot(object)
    def _forget_monitor(self, plan_path: Path) -> None:
        window = self.monitors.pop(plan_path, None)
        if window is not None:
            window.deleteLater()


def _settle() -> None:
    """Spare the garbage collector what stays as long as the windows do.

    It walks through every module, class and widget otherwise, again and again: 100 ms each time (measured),
    in the middle of whatever the person does.
    """
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def _to_front(window: Frame | MonitorWindow) -> None:
    window.show()
    window.raise_()
    window.activateWindow()


def open_window(arguments: list[str]) -> int:
    """Show the wizard and stay until the last window is closed.

    Args:
        arguments: of the command line; ``practice`` is what a new setup is set to anyway.

    Returns:
        The exit code.
    """
    from app.wizard.main import make_application

    application = make_application()
    Desktop(application).open_wizard()
    return application.exec()
