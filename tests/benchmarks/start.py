"""Start of the window: from the start of the process to the first paint, beside a bare QWizard.

Prints both and their ratio, then how long each step of the opening takes after the first paint (a slot
that runs for more than 16 ms is felt) and when the first page can be used. ``--short`` repeats less often.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

BARE = """
import time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWizard, QWizardPage

class Wizard(QWizard):
    painted = False
    def paintEvent(self, event):
        super().paintEvent(event)
        if not self.painted:
            self.painted = True
            QTimer.singleShot(0, self.tell)
    def tell(self):
        print(time.time(), flush=True)
        application.quit()

application = QApplication([])
wizard = Wizard()
for number in range(3):
    page = QWizardPage()
    column = QVBoxLayout(page)
    column.addWidget(QLabel("A page"))
    wizard.addPage(page)
wizard.show()
application.exec()
"""

OURS = """
import sys, time
sys.argv = ["rollcall"]
import app.__main__
from app.desktop import Desktop
from app.wizard.main import Opening, make_application

application = make_application()
desk = Desktop(application)
desk.open_wizard()
frame = desk.wizard
steps = []

def painted():
    print(time.time(), flush=True)

def wrap(opening):
    for place, step in enumerate(opening._steps):
        def timed(step=step):
            began = time.perf_counter()
            step()
            steps.append((step.__name__, time.perf_counter() - began))
        opening._steps[place] = timed

def arrived(key):
    print(time.time(), flush=True)
    print(*(f"{name}={seconds * 1000:.1f}" for name, seconds in steps), flush=True)
    frame.shut()
    application.quit()

opening = frame.findChild(Opening)
wrap(opening)
# The paint is told before the first step after it runs, as it is with the bare window.
frame.painted.disconnect()
frame.painted.connect(painted)
frame.painted.connect(opening._next)
frame.arrived.connect(arrived)
application.exec()
"""


def run(script: str, folder: Path) -> list[str]:
    """One start; the lines it printed, times relative to the start of the process."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ROLLCALL_DATA_DIR": str(folder)}
    # As on a person's machine: compiled once, by the first start.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    if not os.environ.get("DISPLAY") and sys.platform == "linux":
        environment["QT_QPA_PLATFORM"] = "offscreen"
    began = time.time()
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
        timeout=60,
    )
    return [f"{float(line) - began:.4f}" if line[:1].isdigit() else line for line in done.stdout.splitlines()]


def main() -> None:
    """Print the figures."""
    import tempfile

    repeats = 3 if "--short" in sys.argv else 9
    with tempfile.TemporaryDirectory() as folder:
        bare, ours, usable, steps = [], [], [], ""
        run(BARE, Path(folder)), run(OURS, Path(folder))  # fills the caches
        for _ in range(repeats):
            bare.append(float(run(BARE, Path(folder))[0]))
            lines = run(OURS, Path(folder))
            ours.append(float(lines[0]))
            usable.append(float(lines[1]))
            steps = lines[2]
    first, beside = statistics.median(ours), statistics.median(bare)
    print(f"start: bare QWizard painted after {beside * 1000:.0f} ms, Rollcall after {first * 1000:.0f} ms: ")
    print(f"start: ratio {first / beside:.2f} (aim: at most 1.3)")
    print(f"start: first page usable after {statistics.median(usable) * 1000:.0f} ms; steps in ms: {steps}")


if __name__ == "__main__":
    main()
