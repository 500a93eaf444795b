"""Now ``app.look.text_table``, which both windows use; import it from there."""

from __future__ import annotations

from app.look.text_table import TextRow, TextTable, TextTableModel

__all__ = ["TextRow", "TextTable", "TextTableModel"]
