"""What is to be written with the next commit."""

from __future__ import annotations

from typing import Final

from app.engine.events import Kind
from app.engine.state.link import PUT, Link, link_row
from app.engine.state.many_rows import Statement, many, parts

_MARK: Final = "UPDATE links SET recheck=1, digest=NULL WHERE kind=? AND source_id=?"


class Pending:
    """Rows that wait for a commit.

    Attributes:
        opened: requests that may be sent from the commit on.
        closed: numbers of requests whose outcome is recorded.
        put: links to be written; of two for the same person the later one counts.
        marked: links to be read from the app before their next write, whatever is put for them.
        logged: statements that write log rows.
    """

    def __init__(self) -> None:
        self.opened: list[tuple[int, int, str, str, str, str, str, str]] = []
        self.closed: list[int] = []
        self.put: list[Link] = []
        self.marked: list[tuple[Kind, str]] = []
        self.logged: list[Statement] = []

    def take(self) -> list[Statement]:
        """All that waits, as statements; nothing waits afterwards."""
        statements = self.logged
        statements += many(PUT, [link_row(link) for link in self.put])
        statements += [(_MARK, each) for each in self.marked]
        for part in parts(self.closed):
            statements.append((f"DELETE FROM requests WHERE id IN ({','.join('?' * len(part))})", part))
        statements += many("INSERT INTO requests", self.opened)
        self.opened, self.closed, self.put, self.marked, self.logged = [], [], [], [], []
        return statements
