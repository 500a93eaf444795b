"""The wizard on the practice app, driven by itself with mouse and keys: one picture a page, and a summary.

It shows whether the whole road can be walked on this machine, where no person is at hand: on a server, in a
test of the packaged app, in a demonstration.
"""

from __future__ import annotations

import faulthandler
import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QLineEdit, QWidget, QWizard

from app.setup.folders import DATA_DIR_VARIABLE
from app.wizard.frame import Frame
from app.wizard.main import Opening, make_application
from app.wizard.page import Page

SIZE = QSize(1180, 760)
PAGE_TIME = 60.0
"""Seconds that one page may take; *Start*, which provisions, included."""
WHOLE_TIME = 300
"""Seconds after which the tour is ended by force."""


@dataclass(slots=True)
class Stop:
    """One page of the tour."""

    key: str
    heading: str
    picture: str
    seconds: float
    missing: str = ""
    problem: str = ""


@dataclass(slots=True)
class Summary:
    """What the tour found."""

    passed: bool = False
    reason: str = ""
    seconds: float = 0.0
    pages: list[Stop] = field(default_factory=list)


class CannotPass(Exception):
    """A page that does not let go; the text says which and why."""


class Tour:
    """Walks the pages of one wizard window."""

    def __init__(self, application: QApplication, frame: Frame, folder: Path) -> None:
        self.summary = Summary()
        self._application = application
        self._frame = frame
        self._folder = folder

    def walk(self) -> Summary:
        """From the first page to the last.

        Raises:
            CannotPass: a page does not let go.
        """
        if not self._wait(lambda: self._frame.page_now is not None, PAGE_TIME):
            raise CannotPass("The first page did not appear.")
        while True:
            page = self._page()
            began = time.monotonic()
            self._settle(page)
            _ACTS.get(page.key, _nothing)(self, page)
            self._settle(page)
            self._shoot(page, time.monotonic() - began)
            if self._frame.flow.after(page.key) is None:
                return self.summary
            self._go_on(page)

    def _page(self) -> Page:
        page = self._frame.page_now
        if page is None:
            raise CannotPass("No page is shown.")
        return page

    def _settle(self, page: Page) -> None:
        """Until the page waits for nothing, and what it shows has been painted."""
        if not self._wait(lambda: not page.busy, PAGE_TIME):
            raise CannotPass(f"{page.heading}: still busy after {PAGE_TIME:.0f} s ({page.busy})")
        self.pause(0.35)
        if not self._wait(lambda: not page.busy, PAGE_TIME):
            raise CannotPass(f"{page.heading}: still busy after {PAGE_TIME:.0f} s ({page.busy})")

    def _shoot(self, page: Page, seconds: float) -> None:
        number = self._frame.flow.number(page.key)
        name = f"{number:02d}-{page.key}.png"
        if not self._frame.grab().save(str(self._folder / name)):
            raise CannotPass(f"The picture {name} could not be written to {self._folder}.")
        problem = str(page.problem) if page.problem is not None else ""
        self.summary.pages.append(
            Stop(page.key, page.heading, name, round(seconds, 2), page.missing, problem)
        )

    def _go_on(self, page: Page) -> None:
        """Press what goes on, as a person would: the button that is there."""
        buttons = QWizard.WizardButton
        for which in (buttons.CommitButton, buttons.NextButton):
            button = self._frame.button(which)
            if button is not None and button.isVisible():
                self.click(button)
                break
        if not self._wait(
            lambda: self._frame.key_now != page.key, PAGE_TIME / 4 if page.missing else PAGE_TIME
        ):
            why = page.missing or page.busy or (str(page.problem) if page.problem else "no reason was given")
            raise CannotPass(f"{page.heading}: {why}")

    # Hands

    def click(self, widget: QWidget) -> None:
        """Mouse on buttons, the space bar on tick boxes: their box is not where their middle is."""
        if isinstance(widget, QCheckBox):
            widget.setFocus()
            QTest.keyClick(widget, Qt.Key.Key_Space)
        else:
            QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        self._pump()

    def type(self, line: QLineEdit, text: str) -> None:
        """Replace a field's text key by key."""
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, text)
        self._pump()

    def pause(self, seconds: float) -> None:
        """Let the window live for a while."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._pump()

    def _wait(self, condition: Callable[[], bool], seconds: float) -> bool:
        until = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > until:
                return False
            self._pump()
        return True

    def _pump(self) -> None:
        self._application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        time.sleep(0.005)


def _nothing(tour: Tour, page: Page) -> None:
    """Most pages are filled already in practice mode."""


def _choose_practice(tour: Tour, page: Page) -> None:
    choice = page.findChild(QAbstractButton, "practice")
    if choice is not None:
        tour.click(choice)


def _ask_for_mail(tour: Tour, page: Page) -> None:
    address = getattr(page, "address", None)
    if isinstance(address, QLineEdit):
        tour.type(address, "it@contoso.example")


def _everyone(tour: Tour, page: Page) -> None:
    everyone = getattr(page, "all", None)
    if isinstance(everyone, QAbstractButton):
        tour.click(everyone)
        tour.pause(1.0)


def _confirm(tour: Tour, page: Page) -> None:
    confirm = getattr(page, "confirm", None)
    if isinstance(confirm, QCheckBox) and confirm.isVisible() and not confirm.isChecked():
        tour.click(confirm)


_ACTS: dict[str, Callable[[Tour, Page], None]] = {
    "place": _choose_practice,
    "scope": _everyone,
    "safety": _ask_for_mail,
    "review": _confirm,
}


def main(folder: Path | str) -> int:
    """Walk all pages on the practice app.

    Args:
        folder: where the pictures and ``summary.json`` go; made when missing.

    Returns:
        0 when every page could be passed, else 1.
    """
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    # A data folder of its own: the tour must not take the place of a setup that somebody left unfinished.
    data = target / "data"
    os.environ[DATA_DIR_VARIABLE] = str(data)
    faulthandler.dump_traceback_later(WHOLE_TIME, exit=True)
    began = time.monotonic()
    application = make_application()
    frame = Frame()
    Opening(frame)
    frame.resize(SIZE)
    frame.show()
    tour = Tour(application, frame, target)
    summary = tour.summary
    try:
        tour.walk()
        summary.passed = True
    except CannotPass as error:
        summary.reason = str(error)
        frame.grab().save(str(target / "stopped.png"))
    finally:
        frame.shut()
        faulthandler.cancel_dump_traceback_later()
    summary.seconds = round(time.monotonic() - began, 1)
    (target / "summary.json").write_text(json.dumps(asdict(summary), indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(_as_text(summary, target))
    if summary.passed:
        shutil.rmtree(data, ignore_errors=True)
    return 0 if summary.passed else 1


def _as_text(summary: Summary, folder: Path) -> str:
    lines = [
        f"{place:>2}. {stop.heading} ({stop.seconds:.1f} s)" for place, stop in enumerate(summary.pages, 1)
    ]
    if summary.passed:
        lines.append(f"Every page was passed in {summary.seconds:.0f} s. Pictures: {folder}")
    else:
        lines.append(f"Stopped: {summary.reason} Pictures: {folder}")
    return "\n".join(lines) + "\n"
