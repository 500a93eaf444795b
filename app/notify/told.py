"""Which news were told, so that the same mail is not sent after every cycle; in the plan's state folder."""

from __future__ import annotations

import json
from hashlib import blake2b
from pathlib import Path
from typing import Final

from app.notify.letter import Kind, News
from app.setup.problem import Problem
from app.setup.whole_file import write_whole

FILE: Final = "mail.json"
MOST: Final = 20_000
"""Marks kept of one kind of news; beyond, the same is told anew rather than the file growing."""


class Told:
    """What was told of each kind of news. A kind that is in order again is forgotten."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._marks: dict[str, set[str]] = {}
        try:
            body = json.loads(self._path.read_text(encoding="utf-8"))
            self._marks = {str(kind): {str(each) for each in marks} for kind, marks in body.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            # Missing or damaged: at worst, something is told twice.
            self._marks = {}
        self._before = self._plain()

    def is_new(self, news: News) -> bool:
        """Whether some of it was not told yet."""
        return not _short(news.marks) <= self._marks.get(news.kind, set())

    def tell(self, news: News) -> None:
        """Note it as told, in place of what was told of its kind before."""
        self._marks[news.kind] = set(sorted(_short(news.marks))[:MOST])

    def settle(self, news: News) -> None:
        """Note that of what was told, only this still holds, so that the rest is news when it comes back."""
        self._marks[news.kind] = self._marks.get(news.kind, set()) & _short(news.marks)

    def in_order(self, kind: Kind) -> None:
        """Forget a kind of news: the next is new, whatever it is."""
        self._marks.pop(kind, None)

    def write(self) -> None:
        """Put it on the disk, if it changed.

        Raises:
            Problem: the state folder cannot be written to.
        """
        now = self._plain()
        if now == self._before:
            return
        try:
            write_whole(self._path, json.dumps(now))
        except OSError as error:
            raise Problem(
                "STATE-READ-ONLY",
                f"What was told by mail could not be noted in {self._path.parent}.",
                "The folder is read-only, belongs to another account, or its disk is full.",
                "Give your account the right to write there, or make room. Until then mails may come twice.",
                str(error),
            ) from error
        self._before = now

    def _plain(self) -> dict[str, list[str]]:
        return {kind: sorted(marks) for kind, marks in self._marks.items()}


def _short(marks: frozenset[str]) -> set[str]:
    """Marks as they are kept: nobody's name is in the file."""
    return {blake2b(each.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest() for each in marks}
