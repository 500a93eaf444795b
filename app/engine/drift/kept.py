"""The last comparison, kept in the state folder: what can be repaired, and when the next one is due."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from app.engine.drift.rows import Comparison, Found
from app.engine.events import Change, Unread
from app.setup.problem import Problem
from app.setup.whole_file import write_whole

FILE: Final = "drift.json"
_VERSION: Final = 1


def keep(folder: Path, comparison: Comparison) -> None:
    """Keep a comparison in place of the one before.

    Raises:
        Problem: the state folder cannot be written to.
    """
    body = {"version": _VERSION, **asdict(comparison)}
    try:
        write_whole(folder / FILE, json.dumps(body, ensure_ascii=True, separators=(",", ":")))
    except OSError as error:
        raise Problem(
            "STATE-READ-ONLY",
            f"The comparison could not be kept in {folder}.",
            "The folder is read-only, belongs to another account, or its disk is full.",
            "Give your account the right to write there, or make room, and compare again.",
            str(error),
        ) from error


def last_comparison(folder: Path) -> Comparison | None:
    """The comparison kept last; None where there is none, or one that this version cannot read."""
    try:
        body = json.loads((folder / FILE).read_text(encoding="utf-8"))
        if body.pop("version") != _VERSION:
            return None
        return _read(body)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        # It can be made again at any time, so a damaged one is worth no more than none.
        return None


def _read(body: dict[str, Any]) -> Comparison:
    rows = [
        Found(**{**row, "changes": [Change(**change) for change in row["changes"]]}) for row in body["rows"]
    ]
    unread = [Unread(**row) for row in body.pop("unread", [])]
    return Comparison(**{**body, "rows": rows, "unread": unread})


def is_due(folder: Path, days: int, at: datetime | None = None) -> bool:
    """Whether the plan's own pace asks for a comparison now; 0 days never do.

    Args:
        at: the time it is judged at; the present when left out.
    """
    if not days:
        return False
    last = last_comparison(folder)
    if last is None:
        return True
    try:
        ended = datetime.fromisoformat(last.at)
    except ValueError:
        return True
    passed = (at or datetime.now(UTC)) - ended
    # A clock that was put back must not put comparisons off for ever.
    return passed >= timedelta(days=days) or passed < timedelta(0)
