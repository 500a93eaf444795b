"""A call to Graph as it is shown before anything is sent, and as runbooks have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

SECRET: Final = "[secret]"
"""Stands where the secret token goes."""


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One call.

    Attributes:
        step: name of the step it belongs to.
        title: the step's title.
        method: ``GET``, ``POST``, ...
        path: behind ``/v1.0``; ids that are not known yet stand in braces.
        body: JSON, secrets blanked; None for none.
        why: what it is for, in a sentence.
        changes: whether it changes something in the tenant.
        when: under which condition it is made; empty for always.
    """

    step: str
    title: str
    method: str
    path: str
    body: Any = None
    why: str = ""
    changes: bool = False
    when: str = ""


@dataclass(frozen=True, slots=True)
class Planner:
    """Makes the planned calls of one step."""

    step: str
    title: str

    def look(self, path: str, why: str, *, when: str = "") -> PlannedCall:
        """A call that reads."""
        return PlannedCall(self.step, self.title, "GET", path, None, why, when=when)

    def change(self, method: str, path: str, body: Any, why: str, *, when: str = "") -> PlannedCall:
        """A call that changes something."""
        return PlannedCall(self.step, self.title, method, path, body, why, changes=True, when=when)

    def ask(self, path: str, body: Any, why: str, *, when: str = "") -> PlannedCall:
        """A POST that changes nothing."""
        return PlannedCall(self.step, self.title, "POST", path, body, why, when=when)
