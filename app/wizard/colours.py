"""Light, dark, or as the system has it: where the choice is kept."""

from __future__ import annotations

import os

from PySide6.QtCore import QSettings

from app.look.palette import COLOURS_VARIABLE
from app.setup.folders import data_folder

CHOICES = (("system", "As the &system"), ("light", "&Light"), ("dark", "&Dark"))
_KEY = "window/colours"


def _settings() -> QSettings:
    return QSettings(str(data_folder() / "settings.ini"), QSettings.Format.IniFormat)


def colours_choice() -> str:
    """What holds: the variable ``ROLLCALL_COLOURS``, else what was chosen here, else ``system``."""
    wanted = os.environ.get(COLOURS_VARIABLE, "") or str(_settings().value(_KEY, "system"))
    return wanted if wanted in {key for key, _ in CHOICES} else "system"


def keep_choice(choice: str) -> None:
    """Remember a choice for the next start."""
    _settings().setValue(_KEY, choice)
