"""Plans as TOML files: written by the window, readable and editable by a person.

A person's comments and order stay when a plan is written over its file. A file is replaced as a whole or
not at all, and only after the new text was read back and found to say the same.
"""

from __future__ import annotations

import logging
from pathlib import Path

from app.setup.plan import PLAN_VERSION, SetupPlan
from app.setup.plan_text import changed_text, new_text
from app.setup.problem import Problem
from app.setup.toml_text import TomlKind, line_of, parse, read_text, validate
from app.setup.whole_file import write_whole


class PlanProblem(Problem):
    """A plan file that cannot be used or written: which file, where in it, and what is allowed there."""


_log = logging.getLogger(__name__)
_KIND = TomlKind("plan", "PLAN", PlanProblem)


def read_plan(path: Path) -> SetupPlan:
    """Read a plan file.

    Raises:
        PlanProblem: it is missing, cannot be read, is not TOML, is of a newer version, or holds something
            that a plan cannot.
    """
    return parse_plan(read_text(path, _KIND), path)


def parse_plan(text: str, where: Path) -> SetupPlan:
    """Read a plan from its text; ``where`` is what error texts call the file.

    Raises:
        PlanProblem: as `read_plan`.
    """
    data = parse(text, where, _KIND)
    _check_version(data, text, where)
    return validate(SetupPlan, data, text, where, _KIND)


def _check_version(data: dict[str, object], text: str, where: Path) -> None:
    """Before anything else: a newer plan's other keys would be told as mistakes."""
    version = data.get("version")
    if version is None:
        raise PlanProblem(
            "PLAN-VERSION",
            f"{where} has no key version.",
            "Every plan begins with it. Without it the file is probably not a plan.",
            f"If it is one, write version = {PLAN_VERSION} as its first line.",
        )
    line = line_of(text, ["version"])
    if type(version) is not int or version < 1:
        raise PlanProblem(
            "PLAN-VERSION",
            f"{where}, line {line}: the value of version is not allowed.",
            f"Allowed: {PLAN_VERSION}.",
            f"Write version = {PLAN_VERSION} there.",
        )
    if version > PLAN_VERSION:
        raise PlanProblem(
            "PLAN-NEWER",
            f"{where}, line {line}: this plan is of version {version}, newer than version {PLAN_VERSION}.",
            "A newer Rollcall wrote it, and this one would misunderstand parts of it.",
            "Install the newest Rollcall, or make a new plan with this one. The file was not changed.",
        )


def write_plan(path: Path, plan: SetupPlan) -> None:
    """Write a plan; an existing plan's comments are kept, a new file explains itself by comments.

    Raises:
        PlanProblem: the place cannot be written to, or holds a file that is not a plan of this version.
    """
    _write(path, _text_for(path, plan))


def _write(path: Path, text: str) -> None:
    try:
        write_whole(path, text)
    except OSError as error:
        raise PlanProblem(
            "PLAN-WRITE",
            f"The plan could not be written to {path}: {error.strerror or error}.",
            "The folder may be missing, full, or not yours to write to. An older plan there is unchanged.",
            "Choose another folder, or make room, and save again.",
        ) from None


def _text_for(path: Path, plan: SetupPlan) -> str:
    if not path.exists():
        return new_text(plan)
    old = read_text(path, _KIND)
    if not old.strip():
        return new_text(plan)
    # Whatever stands there and is no plan was not written by Rollcall: it is not for Rollcall to replace.
    _check_version(parse(old, path, _KIND), old, path)
    try:
        text = changed_text(old, plan)
        if parse_plan(text, path) == plan:
            return text
        reason = "the changed text says something else"
    except Exception as error:  # noqa: BLE001 (some layouts trip tomlkit up, in ways of their own)
        reason = f"{type(error).__name__}: {error}"
    # A right plan without its comments beats a wrong one with them; the comments stay beside it.
    beside = path.with_name(f"{path.name}.before")
    _log.warning("%s is laid out in a way that cannot be changed; kept as %s (%s)", path, beside, reason)
    _write(beside, old)
    return new_text(plan)
