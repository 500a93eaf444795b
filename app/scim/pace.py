"""Moved to ``app.network.pace``; here until the last importer follows."""

from app.network.pace import Pace, Waits, parse_retry_after

__all__ = ["Pace", "Waits", "parse_retry_after"]
