"""Whole lines out of a pipe that hands over whatever has arrived."""

from __future__ import annotations

LONGEST_LINE = 32 * 1024 * 1024
"""Bytes. A page of the log is some hundred kilobytes; beyond this the other side is out of its mind."""


class LineTooLong(Exception):
    """A line did not end within :data:`LONGEST_LINE` bytes."""


class Lines:
    """Cuts a stream of bytes into lines; the unfinished rest waits for the next part."""

    def __init__(self, longest: int = LONGEST_LINE) -> None:
        self._longest = longest
        self._rest = bytearray()

    def feed(self, part: bytes) -> list[bytes]:
        """Take what arrived and give the lines that are whole now, without their line ends.

        Raises:
            LineTooLong: the unfinished line is longer than allowed; it is thrown away.
        """
        # Only the new part is searched: a long line that comes in a thousand parts stays linear.
        if b"\n" not in part:
            self._rest += part
            self._refuse_endless()
            return []
        first, *others = part.split(b"\n")
        whole = [bytes(self._rest) + first, *others[:-1]]
        self._rest = bytearray(others[-1])
        self._refuse_endless()
        return [line.rstrip(b"\r") for line in whole if line.strip()]

    def _refuse_endless(self) -> None:
        if len(self._rest) > self._longest:
            size = len(self._rest)
            self._rest.clear()
            raise LineTooLong(f"{size} bytes without a line end")

    def drop(self) -> None:
        """Forget the unfinished rest: the stream has ended."""
        self._rest.clear()
