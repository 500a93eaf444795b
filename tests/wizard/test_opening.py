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
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.setup.redaction import secrets_seen
from app.wizard.crash import CrashWatch
from app.wizard.crash_window import CrashWindow
from app.wizard.frame import Frame
from app.wizard.main import Opening

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
    code = (
        "import sys, app.__main__, app.desktop, app.wizard.main\n"
        "heavy = ('pydantic', 'httpx', 'keyring', 'tomlkit', 'lark', 'platformdirs', 'app.wizard.page')\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    )
    assert done.stdout.strip() == "[]"


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
