"""The headline of one provisioning on demand: what became of the person or group, by action and status."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

Action: TypeAlias = Literal["create", "update", "disable", "delete", "none", "staged-delete", "other"]
Status: TypeAlias = Literal["success", "failure", "skipped", "warning"]

_HELD: Final = "is held back by the deletion guard"
_AS_IT_IS: Final = "was left as it is"
_WARNED: Final = ", with a warning"

HEADLINES: Final[dict[tuple[Action, Status], str]] = {
    ("create", "success"): "was created in the app",
    ("create", "warning"): f"was created in the app{_WARNED}",
    ("create", "failure"): "could not be created in the app",
    ("create", "skipped"): "was not created in the app",
    ("update", "success"): "was updated in the app",
    ("update", "warning"): f"was updated in the app{_WARNED}",
    ("update", "failure"): "could not be updated in the app",
    ("update", "skipped"): "was not updated in the app",
    ("disable", "success"): "was disabled in the app",
    ("disable", "warning"): f"was disabled in the app{_WARNED}",
    ("disable", "failure"): "could not be disabled in the app",
    ("disable", "skipped"): "was not disabled in the app",
    ("delete", "success"): "was deleted from the app",
    ("delete", "warning"): f"was deleted from the app{_WARNED}",
    ("delete", "failure"): "could not be deleted from the app",
    ("delete", "skipped"): "was not deleted from the app",
    ("none", "success"): _AS_IT_IS,
    ("none", "warning"): f"{_AS_IT_IS}{_WARNED}",
    ("none", "failure"): "could not be provisioned",
    ("none", "skipped"): _AS_IT_IS,
    ("staged-delete", "success"): _HELD,
    ("staged-delete", "warning"): _HELD,
    ("staged-delete", "failure"): f"{_HELD}, and something failed",
    ("staged-delete", "skipped"): _HELD,
    ("other", "success"): "was provisioned",
    ("other", "warning"): f"was provisioned{_WARNED}",
    ("other", "failure"): "could not be provisioned",
    ("other", "skipped"): _AS_IT_IS,
}
"""For each action and status. Only a success, or a warning about one, says that something was done."""


def headline(name: str, action: Action, status: Status, *, carried_out: bool = False) -> str:
    """The sentence.

    Args:
        carried_out: the action itself was done, so that a failure is about what belongs to the object: its
            manager, or its members.
    """
    if status == "failure" and carried_out and action in {"create", "update", "disable", "delete"}:
        return f"{name} {HEADLINES[action, 'success']}, but its manager or its members could not be set."
    return f"{name} {HEADLINES[action, status]}."


def is_carried_out(steps: list[tuple[str, str]]) -> bool:
    """Whether the action was done, from the names and statuses of the steps of one row."""
    exports = [status for name, status in steps if name == "export"]
    references = [status for name, status in steps if name == "reference"]
    return bool(exports) and all(each == "success" for each in exports) and "failure" in references
