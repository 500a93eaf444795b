"""Reads parts of Graph's answers: what is missing or of another kind counts as empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def as_object(given: object) -> Mapping[str, Any]:
    """An object; empty for anything else."""
    return given if isinstance(given, dict) else {}


def as_list(given: object) -> list[Any]:
    """A list; empty for anything else."""
    return given if isinstance(given, list) else []


def as_text(given: object) -> str:
    """A text; empty for anything else."""
    return given if isinstance(given, str) else ""


def as_count(given: object) -> int:
    """A number of things; 0 for anything else, and for what is below it."""
    return max(0, given) if isinstance(given, int) and not isinstance(given, bool) else 0
