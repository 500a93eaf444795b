"""What is remembered of an unfinished setup beside its plan: where one was, what was ticked. No Qt in here.

Only the keys of a whitelist are written, so nothing secret can slip in; the token is not among the facts
anyway.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.setup.folders import data_folder

_KEPT = (
    "ticked",
    "prerequisites",
    "visited",
    "check",
    "check_for",
    "check_level",
    "check_waived",
    "token_for",
    "token_where",
)
_MEMORY = "last.json"


@dataclass(frozen=True, slots=True)
class Draft:
    """An unfinished setup that can be gone on with."""

    plan: Path
    step: str
    app: str
    saved: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def drafts_folder() -> Path:
    """Where plans live that were not given a place of their own; made when missing."""
    folder = data_folder() / "drafts"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def new_plan_path(now: datetime | None = None) -> Path:
    """A file name for a new plan that no other plan has."""
    day = (now or datetime.now(UTC)).strftime("%Y-%m-%d")
    folder = drafts_folder()
    for number in range(1, 10_000):
        path = folder / (f"setup-{day}.toml" if number == 1 else f"setup-{day}-{number}.toml")
        if not path.exists():
            return path
    return folder / f"setup-{day}-{os.getpid()}.toml"


def remember(plan: Path, step: str, app: str, facts: Mapping[str, Any]) -> None:
    """Write down where one is. The file is replaced as a whole, so a crash leaves the old one.

    Raises:
        OSError: the data folder cannot be written to.
    """
    kept = {key: _plain(facts[key]) for key in _KEPT if key in facts}
    body = {
        "plan": str(plan.resolve()),
        "step": step,
        "app": app,
        "saved": datetime.now(UTC).isoformat(timespec="seconds"),
        "facts": kept,
    }
    target = drafts_folder() / _MEMORY
    beside = target.with_suffix(f".{os.getpid()}.tmp")
    beside.write_text(json.dumps(body, indent=1), encoding="utf-8")
    beside.replace(target)


def recall() -> Draft | None:
    """The setup that was left unfinished; None when there is none, or nothing of it can be read."""
    path = drafts_folder() / _MEMORY
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        draft = Draft(
            Path(body["plan"]),
            str(body["step"]),
            str(body["app"]),
            str(body.get("saved", "")),
            {key: value for key, value in dict(body.get("facts", {})).items() if key in _KEPT},
        )
    except (OSError, ValueError, KeyError, TypeError):
        # No memory, or one that something else has broken: the plan file itself is untouched either way.
        return None
    return draft if draft.plan.is_file() else None


def forget() -> None:
    """The setup is finished, or a new one is begun: offer it no more. The plan file stays."""
    with contextlib.suppress(FileNotFoundError):
        (drafts_folder() / _MEMORY).unlink()


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, set | frozenset) else value
