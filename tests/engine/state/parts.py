"""Parts of the log of a few rows each, so that a test of few rows has many parts."""

from __future__ import annotations

import pytest


def small_parts(patch: pytest.MonkeyPatch, size: int) -> None:
    """Have parts of so many rows."""
    for module in ("log_parts", "log_query", "log"):
        patch.setattr(f"app.engine.state.{module}.PART", size)
