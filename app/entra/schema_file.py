"""The schema as it was before a run, saved beside the plan, so that it can be put back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from app.entra.graph import Found
from app.setup.problem import Problem
from app.setup.whole_file import write_whole


def save_schema(schema: Found, plan: Path, moment: datetime | None = None) -> Path:
    """Write it beside the plan; an earlier one is never written over.

    Raises:
        Problem: the folder cannot be written to.
    """
    stamp = (moment or datetime.now(UTC)).strftime("%Y%m%d-%H%M%S")
    path = plan.with_name(f"{plan.stem}.schema-before-{stamp}.json")
    number = 1
    while path.exists():
        number += 1
        path = plan.with_name(f"{plan.stem}.schema-before-{stamp}-{number}.json")
    try:
        write_whole(path, json.dumps(schema, indent=1, ensure_ascii=False) + "\n")
    except OSError as error:
        raise Problem(
            "SCHEMA-NOT-SAVED",
            "The present mappings could not be saved, so they were not changed.",
            f"{path} cannot be written: {error.strerror or type(error).__name__}.",
            "Put the plan into a folder that you can write to, then choose Resume.",
        ) from error
    return path


def load_schema(path: Path) -> Found:
    """Read it back.

    Raises:
        Problem: it is missing, or no schema.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _no_schema(path, type(error).__name__) from error
    if not isinstance(found, dict) or not isinstance(found.get("synchronizationRules"), list):
        raise _no_schema(path, "no synchronizationRules in it")
    return found


def _no_schema(path: Path, detail: str) -> Problem:
    return Problem(
        "SCHEMA-FILE",
        f"{path} holds no saved mappings.",
        "It was moved, changed, or is another file.",
        "Choose the file that Rollcall saved beside the plan (its name has schema-before in it), or one that "
        "was downloaded from the admin center.",
        detail,
    )
