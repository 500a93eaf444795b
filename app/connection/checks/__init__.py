"""The catalogue of checks, one module for each letter of their ids. Importing this fills ``CATALOGUE``."""

from __future__ import annotations

from app.connection.checks import (
    connecting,
    creating,
    deleting,
    finding,
    grouping,
    patching,
    renaming,
    robust,
)

__all__ = ["connecting", "creating", "deleting", "finding", "grouping", "patching", "renaming", "robust"]
