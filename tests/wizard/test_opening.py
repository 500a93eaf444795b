"""From the first paint to the first page, crash windows, and the tour."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QLabel, QWizard
from pytestqt.qtbot import QtBot

from app.setup.redaction import secrets_seen
from app.wizard.crash import CrashWatch
from app.wizard.crash_window import CrashWindow
from app.wizard.frame import Frame
from app.wizard.main import Opening
from app.wizard.opening_page import HEADING

ROOT = Path(__file__).parents[2]

# What the offscreen platform says of every dialog, and nothing that it leaves out matters here.
pytestmark = pytest.mark.qt_log_ignore("does not support propagateSizeHints")


def test_the_first_page_comes_after_the_first_paint(qtbot: QtBot) -> None:
    frame = Frame()
    qtbot.addWidget(frame)
    Opening(frame)
    with qtbot.waitSignals([frame.painted, frame.arrived], order="strict", timeout=10_000):
        frame.show()
    assert frame.key_now == "place"
    frame.shut()


def test_nothing_heavy_is_imported_before_the_first_paint() -> None:
    # Seen at the first paint itself. A class of PySide's that was used is in its module; some of them cost
    # more than all that is painted: ``Qt`` makes 100 enums, each of the others 150 to 500 of their members.
    code = (
        "import sys, app.__main__, PySide6.QtCore, PySide6.QtGui, PySide6.QtWidgets\n"
        "from app.desktop import Desktop\n"
        "from app.wizard.main import make_application\n"
        "application = make_application()\n"
        "desk = Desktop(application)\n"
        "desk.open_wizard()\n"
        "heavy = {'pydantic', 'httpx', 'keyring', 'tomlkit', 'lark', 'platformdirs', 'app.wizard.page',\n"
        "         'app.worker.client', 'app.look.icons', 'app.setup.logbook'}\n"
        "classes = {'Qt', 'QStyle', 'QIcon', 'QGradient', 'QKeySequence', 'QAction', 'QMessageBox'}\n"
        "def look():\n"
        "    made = {*vars(PySide6.QtCore), *vars(PySide6.QtGui), *vars(PySide6.QtWidgets)}\n"
        "    print(sorted(heavy & set(sys.modules)), sorted(classes & made))\n"
        "    desk.wizard.shut()\n"
        "    application.quit()\n"
        "desk.wizard.painted.disconnect()\n"
        "desk.wizard.painted.connect(look)\n"
        "application.exec()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    )
    assert done.stdout.strip() == "[] []"


def test_the_first_picture_stands_where_the_first_page_will(qtbot: QtBot) -> None:
    frame = Frame()
    qtbot.addWidget(frame)
    Opening(frame)
    seen = {}

    def look() -> None:
        heading = next(each for each in frame.findChildren(QLabel) if each.text() == HEADING)
        seen["heading"] = heading.mapTo(frame, heading.rect().topLeft())
        seen["steps"] = frame.steps.mapTo(frame, frame.steps.rect().topLeft())
        seen["ground"] = frame.grab().toImage().pixelColor(frame.width() - 40, frame.height() // 2)
        seen["next"] = frame.button(QWizard.WizardButton.NextButton).isVisible()

    frame.painted.connect(look)
    with qtbot.waitSignal(frame.arrived, timeout=10_000):
        frame.show()
    first = dict(seen)
    qtbot.waitUntil(lambda: frame.page_now is not None and frame.page_now.isVisible())
    look()
    assert first["heading"] == seen["heading"]
    assert first["steps"] == seen["steps"]
    assert first["ground"] == frame.palette().color(QPalette.ColorRole.Window)
    assert first["next"]
    frame.shut()


def test_next_does_nothing_before_the_first_page(qtbot: QtBot) -> None:
    frame = Frame()
    qtbot.addWidget(frame)
    frame.show()
    before = frame.currentId()
    frame.button(QWizard.WizardButton.NextButton).click()
    assert frame.currentId() == before
    assert frame.isVisible()
    frame.shut()


# Crashes


@pytest.fixture
def watch(qtbot: QtBot) -> Iterator[CrashWatch]:
    hooks = sys.excepthook, threading.excepthook
    watch = CrashWatch()
    watch.install()
    yield watch
    sys.excepthook, threading.excepthook = hooks
    for window in windows():
        window.close()


def windows() -> list[CrashWindow]:
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, CrashWindow)]


def fail(error: Exception) -> None:
    raise error


def crash(error: Exception) -> None:
    """What happens when nobody catches an error."""
    try:
        fail(error)
    except type(error) as caught:
        sys.excepthook(type(caught), caught, caught.__traceback__)


def test_one_window_for_each_kind_of_error(watch: CrashWatch, qtbot: QtBot) -> None:
    crash(KeyError("first"))
    crash(KeyError("second"))
    qtbot.waitUntil(lambda: len(windows()) == 1)
    crash(ValueError("other"))
    qtbot.waitUntil(lambda: len(windows()) == 2)
    assert len(watch.shown) == 2


def test_an_error_in_a_thread_is_shown_in_the_windows_thread(watch: CrashWatch, qtbot: QtBot) -> None:
    thread = threading.Thread(target=fail, args=(RuntimeError("from a thread"),))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(windows()) == 1)
    assert "from a thread" in windows()[0].report.toPlainText()


def test_the_report_can_be_read_and_copied_and_holds_no_secret(watch: CrashWatch, qtbot: QtBot) -> None:
    secrets_seen.add("planted-in-a-crash-77")
    crash(KeyError("planted-in-a-crash-77"))
    qtbot.waitUntil(lambda: len(windows()) == 1)
    (window,) = windows()
    window.copy.click()
    copied = QApplication.clipboard().text()
    assert copied == window.report.toPlainText()
    assert "planted-in-a-crash-77" not in copied
    assert "KeyError" in copied
    assert "Python" in copied


def test_interrupting_the_terminal_is_no_crash(watch: CrashWatch) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert watch.shown == set()


# The tour


def tour(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app", "tour", str(folder)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **more},
        timeout=110,
        check=False,
    )


def test_the_tour_passes_every_page_and_leaves_pictures(tmp_path: Path) -> None:
    done = tour(tmp_path / "tour")
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads((tmp_path / "tour" / "summary.json").read_text())
    assert summary["passed"]
    assert [page["key"] for page in summary["pages"]][-1] == "done"
    assert len(summary["pages"]) == 12
    for page in summary["pages"]:
        picture = tmp_path / "tour" / page["picture"]
        assert picture.read_bytes().startswith(b"\x89PNG")
        assert page["problem"] == ""
        assert page["heading"] in done.stdout
    assert done.stderr == ""
    assert not (tmp_path / "tour" / "data").exists()


def test_a_tour_that_cannot_go_on_says_where_and_why(tmp_path: Path) -> None:
    # A flow that always misses something on page 3.
    code = (
        "import sys\n"
        "from app.wizard import tour\n"
        "from app.wizard.flow import Flow\n"
        "tour.PAGE_TIME = 2.0\n"
        "Flow.missing = lambda self, key, plan, facts: ['a key'] if key == 'scim' else []\n"
        "sys.exit(tour.main(sys.argv[1]))\n"
    )
    folder = tmp_path / "tour"
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=100,
        check=False,
    )
    assert done.returncode == 1
    assert "Stopped: Turn SCIM on in InVision: a key" in done.stdout
    assert (folder / "stopped.png").is_file()
    assert not json.loads((folder / "summary.json").read_text())["passed"]
