"""Now ``app.look.figures``, which both windows use; import it from there."""

from __future__ import annotations

from app.look.figures import Figures

__all__ = ["Figures"]
