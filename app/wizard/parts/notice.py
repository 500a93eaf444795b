"""Now ``app.look.notice``, which both windows use; import it from there."""

from __future__ import annotations

from app.look.notice import IconLabel, Notice

__all__ = ["IconLabel", "Notice"]
