"""The packaged app, built and used as a person would: from an empty home, with no Python of this checkout.

Run with ``pytest -m packaged tests/e2e -s``: it takes some minutes and prints sizes and start times.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from app.wizard.flow import PAGES
from app.wizard.tour import SIZE
from tests.e2e.first_paint import BareScreen
from tests.e2e.screen import Screen

ROOT = Path(__file__).resolve().parents[2]
STARTS = 5

pytestmark = [pytest.mark.packaged, pytest.mark.timeout(900)]

BARE = """
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWizard, QWizardPage

application = QApplication([])
wizard = QWizard()
for number in range(3):
    page = QWizardPage()
    QVBoxLayout(page).addWidget(QLabel("A page"))
    wizard.addPage(page)
wizard.show()
application.exec()
"""
BARE_END = """
analysis = Analysis([{script!r}], excludes=NEVER)
analysis.binaries = needed([entry for entry in analysis.binaries if wanted_plugin(entry[0])])
analysis.datas = wanted_data(analysis.datas, analysis.binaries)
modules = PYZ(analysis.pure)
program = EXE(modules, analysis.scripts, name="bare", exclude_binaries=True, strip=LINUX, upx=False)
COLLECT(program, analysis.binaries, analysis.datas, name="bare", strip=LINUX, upx=False)
"""
PLAN = """\
version = 1
[app]
profile = "invision"
[run]
where = "practice"
[scope]
who = "all"
"""


def build(spec: Path, folder: Path) -> float:
    """Run PyInstaller; the seconds it took."""
    began = time.monotonic()
    command = [sys.executable, "-m", "PyInstaller", str(spec), "--noconfirm", "--log-level", "ERROR"]
    places = ["--distpath", str(folder / "dist"), "--workpath", str(folder / "work")]
    done = subprocess.run([*command, *places], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    return time.monotonic() - began


def megabytes(folder: Path) -> float:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files) / 1e6


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with both executables."""
    folder = tmp_path_factory.mktemp("package")
    seconds = build(ROOT / "build.spec", folder)
    made = folder / "dist" / "Rollcall"
    print(f"\npackaged: Rollcall {megabytes(made):.0f} MB, built in {seconds:.0f} s")
    return made


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bare QWizard, packaged by the same rules."""
    folder = tmp_path_factory.mktemp("bare")
    script = folder / "bare.py"
    script.write_text(BARE, encoding="utf-8")
    rules = (ROOT / "build.spec").read_text(encoding="utf-8").split("\nanalysis = ")[0]
    spec = folder / "bare.spec"
    rules = rules.replace("Path(SPECPATH)", f"Path({str(ROOT)!r})")
    spec.write_text(rules + BARE_END.format(script=str(script)), encoding="utf-8")
    build(spec, folder)
    made = folder / "dist" / "bare"
    print(f"\npackaged: a bare QWizard {megabytes(made):.0f} MB")
    return made


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    home = tmp_path / "home"
    home.mkdir()
    screen = Screen(home)
    # As after a double-click: the folders are where the system has them.
    screen.environment.pop("ROLLCALL_DATA_DIR")
    screen.environment.pop("PYTHON_KEYRING_BACKEND")
    yield screen
    screen.close()


def test_the_windowed_file_walks_the_whole_road(package: Path, screen: Screen, tmp_path: Path) -> None:
    pictures = tmp_path / "tour"
    done = subprocess.run(
        [package / "Rollcall", "tour", pictures],
        env=screen.environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    # Whatever a bundle prints that is not expected is a library that misses something.
    assert done.stderr == ""
    *pages, last = done.stdout.splitlines()
    assert [line.split(".")[0].strip() for line in pages] == [
        str(place) for place in range(1, len(PAGES) + 1)
    ]
    assert last.startswith("Every page was passed in ")
    check_pictures(pictures)
    assert not (tmp_path / "data").exists()


def check_pictures(folder: Path) -> None:
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["passed"] is True
    assert [stop["key"] for stop in summary["pages"]] == [page.key for page in PAGES]
    assert not any(stop["problem"] or stop["missing"] for stop in summary["pages"])
    assert sorted(path.name for path in folder.glob("*.png")) == sorted(
        stop["picture"] for stop in summary["pages"]
    )
    bodies = set()
    for stop in summary["pages"]:
        image = QImage(str(folder / stop["picture"]))
        assert image.size() == SIZE, stop["picture"]
        # Right of the step list: pages that failed to draw would differ by the step list alone.
        body = image.copy(QRect(SIZE.width() // 4, 0, SIZE.width() * 3 // 4, SIZE.height()))
        colours = {body.pixel(x, y) for x in range(0, body.width(), 3) for y in range(0, body.height(), 3)}
        assert len(colours) > 30, f"{stop['picture']} is all but blank"
        bodies.add(bytes(body.constBits()))
    assert len(bodies) == len(PAGES)


def test_the_console_file_speaks_and_provisions(package: Path, tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8"}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [str(package / "rollcall-cli"), *words]
        return subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
        )

    version = run("--version")
    assert (version.returncode, version.stderr) == (0, "")
    assert version.stdout.strip().endswith("0.1.0")
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN, encoding="utf-8")
    # Starts the practice app as a process of its own, from the same file.
    synced = run("sync", str(plan), "--once", "--json")
    assert synced.returncode == 0, synced.stdout[-2000:] + synced.stderr
    assert synced.stderr == ""
    last = json.loads(synced.stdout.splitlines()[-1])
    assert last["kind"] == "CycleSummary"
    assert last["result"]["counts"]["create"] > 100
    shown = run("log", str(plan), "--status", "success", "--format", "csv")
    assert shown.returncode == 0
    assert len(shown.stdout.splitlines()) > 100


@pytest.mark.parametrize("name", ["Rollcall", "rollcall-cli"])
def test_both_files_are_workers_too(package: Path, tmp_path: Path, name: str) -> None:
    worker = subprocess.Popen(
        [package / name, "worker"],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert worker.stdin is not None
    assert worker.stdout is not None
    question = {"id": "1", "task": "token-state", "params": {"tenant_url": "https://a.example/scim/v2"}}
    worker.stdin.write(json.dumps(question) + "\n")
    worker.stdin.flush()
    answer = json.loads(worker.stdout.readline())
    rest, errors = worker.communicate(timeout=30)  # closes its input, which ends it
    assert answer.get("kind") == "TokenState", answer
    assert (worker.returncode, rest, errors) == (0, "", "")


def test_only_what_is_in_use_is_inside(package: Path) -> None:
    inside = package / "_internal"
    names = {path.name for path in inside.rglob("*")}
    for unwanted in ("Network", "Qml", "Quick", "OpenGLWidgets", "gtk", "gdk", "mypy", "pytest", "tkinter"):
        assert not [name for name in names if unwanted in name and not name.endswith(".json")], unwanted
    assert not [name for name in names if name.endswith(".qm")]
    assert not [path for path in inside.rglob("*") if path.is_symlink() and not path.exists()]
    assert {"invision.toml", "scim.toml", "invision-4-copy.svg", "rollcall-256.png"} <= names
    assert {"libqxcb.so", "libqoffscreen.so"} <= names


def test_the_start_beside_a_bare_wizard(package: Path, bare: Path, tmp_path: Path) -> None:
    with BareScreen(tmp_path) as screen:
        medians = {}
        for name, program in (("bare", bare / "bare"), ("Rollcall", package / "Rollcall")):
            home = tmp_path / name
            home.mkdir()
            environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"}
            environment["QT_QPA_PLATFORM"] = "xcb"
            times = [screen.seconds_to_paint([str(program)], environment) for _ in range(STARTS + 1)]
            medians[name] = statistics.median(times[1:])  # the first one reads the files from the disk
    ours, beside = medians["Rollcall"], medians["bare"]
    print(
        f"\npackaged: painted after {ours * 1000:.0f} ms, a bare QWizard after {beside * 1000:.0f} ms",
        end=" ",
    )
    print(f"(ratio {ours / beside:.2f}, aim: at most 1.3)")
