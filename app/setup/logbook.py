"""The log file in the data folder: for the person who must find out what happened, without any secret."""

from __future__ import annotations

import logging
import os
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO, Final

from app.setup.folders import data_folder
from app.setup.redaction import RedactingFilter, secrets_seen

LARGEST: Final = 2_000_000
"""Bytes of one log file."""
KEPT: Final = 4
"""Older log files that are kept beside it."""

_LINE: Final = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
_TALKATIVE: Final = ("httpx", "httpcore", "aiohttp", "asyncio", "keyring", "uvicorn", "scim2_server")


def log_folder() -> Path:
    """Where log files are; made when missing, for this person's eyes only."""
    folder = data_folder() / "logs"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def open_log(name: str, level: int = logging.INFO) -> logging.Handler:
    """Log into ``logs/<name>.log`` from now on.

    Every process has a name of its own (``window``, ``worker``, ``cli``): Windows cannot rotate a file that
    another process holds open. Asking again for the same file gives the same handler.

    Raises:
        OSError: the data folder cannot be written to.
    """
    path = log_folder() / f"{name}.log"
    root = logging.getLogger()
    for handler in root.handlers:
        if isinstance(handler, LogFile) and handler.baseFilename == os.path.abspath(path):
            return handler
    opened = LogFile(path)
    opened.setLevel(level)
    root.addHandler(opened)
    root.setLevel(min(root.level, level) if root.level else level)
    for chatty in _TALKATIVE:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    return opened


def close_log(handler: logging.Handler) -> None:
    """Stop logging into a file that `open_log` opened."""
    logging.getLogger().removeHandler(handler)
    handler.close()


class LogFile(RotatingFileHandler):
    """A rotated file of cleaned lines that only its owner may read."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8", errors="backslashreplace"
        )
        self.addFilter(RedactingFilter(secrets_seen))
        self.setFormatter(_Line(_LINE))

    def _open(self) -> IO[str]:  # type: ignore[override]
        stream = super()._open()
        if sys.platform != "win32":
            os.chmod(self.baseFilename, 0o600)
        return stream

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's own name)
        """A full disk must not stop provisioning, nor fill standard error with tracebacks: drop the line."""


class _Line(logging.Formatter):
    """One record to a line; what goes on is set in, so that no text can pass for a record of its own."""

    def format(self, record: logging.LogRecord) -> str:
        return "\n    ".join(super().format(record).splitlines())
