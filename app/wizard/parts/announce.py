"""Now ``app.look.announce``, which both windows use; import it from there."""

from __future__ import annotations

from app.look.announce import announce

__all__ = ["announce"]
