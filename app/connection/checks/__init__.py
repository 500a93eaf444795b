"""The catalogue of checks, one module for each letter of their ids. Importing this fills ``CATALOGUE``."""

from __future__ import annotations

from app.connection.checks import connecting, finding

__all__ = ["connecting", "finding"]
