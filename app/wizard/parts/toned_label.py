"""Now ``app.look.toned_label``, which both windows use; import it from there."""

from __future__ import annotations

from app.look.toned_label import TonedLabel

__all__ = ["TonedLabel"]
