"""Moved to ``app.network.faults``; here until the last importer follows."""

from app.network.faults import classify

__all__ = ["classify"]
