"""Where Rollcall keeps its files: settings, drafts, state, logs, and the resources it ships with."""

from __future__ import annotations

import os
import sys
from pathlib import Path

DATA_DIR_VARIABLE = "ROLLCALL_DATA_DIR"


def data_folder() -> Path:
    """The folder for state, logs and settings; made when missing. ``ROLLCALL_DATA_DIR`` moves it."""
    chosen = os.environ.get(DATA_DIR_VARIABLE)
    folder = Path(chosen) if chosen else _system_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _system_folder() -> Path:
    import platformdirs  # here: the window is painted before it needs a folder

    return Path(platformdirs.user_data_dir("Rollcall", appauthor=False))


def state_folder(plan_path: Path) -> Path:
    """The folder of one plan's state: its database, lock and exports. One plan file, one folder."""
    import hashlib  # 7 ms that a window does not need before its first paint

    whole = plan_path.resolve()
    key = hashlib.sha256(str(whole).encode()).hexdigest()[:12]
    folder = data_folder() / "plans" / f"{whole.stem}-{key}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def profiles_folder() -> Path:
    """Where a person drops profile files of their own."""
    return data_folder() / "profiles"


def resource(*parts: str) -> Path:
    """The path of a file that Rollcall ships, in a checkout, an installed wheel or the packaged app."""
    frozen: str | None = getattr(sys, "_MEIPASS", None)
    package = Path(__file__).parent.parent
    places = [Path(frozen)] if frozen else [package, package.parent]
    for place in places:
        if (place / "resources").is_dir():
            return place.joinpath("resources", *parts)
    raise FileNotFoundError(f"Rollcall's resources folder is missing beside {package}")
