"""Apps that answered wrongly in public reports, each with what is right, as the shared reference has them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_CASES = _ROOT.parent / "shared" / "reference" / "cases" / "wire" / "cases"


@pytest.mark.parametrize("case", sorted(_CASES.glob("*.py")), ids=lambda path: path.stem)
def test_an_app_of_a_public_report_is_dealt_with_rightly(case: Path, tmp_path: Path) -> None:
    door = tmp_path / "rollcall"
    door.write_text(f"#!{sys.executable}\nimport sys\nfrom app.__main__ import main\nsys.exit(main())\n")
    door.chmod(0o700)
    environment = {
        **os.environ,
        "ROLLCALL_BIN": str(door),
        "CASES_TMP": str(tmp_path),
        "PYTHONPATH": str(_ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, str(case)], env=environment, capture_output=True, text=True, timeout=110
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "RIGHT" in done.stdout
