"""Now ``app.look.card``, which both windows use; import it from there."""

from __future__ import annotations

from app.look.card import RADIUS, Card, edge_colour, paint_card

__all__ = ["RADIUS", "Card", "edge_colour", "paint_card"]
