"""Several calls to Graph in one exchange. Source: Microsoft, "Combine requests using JSON batching"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

MOST: Final = 20
"""Calls in one exchange."""


@dataclass(frozen=True, slots=True)
class BatchCall:
    """One call; ``path`` is behind ``/v1.0``, its query encoded."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def entry(self, id_: str) -> dict[str, Any]:
        """As the exchange has it. A body needs its type said inside the entry."""
        entry: dict[str, Any] = {"id": id_, "method": self.method, "url": self.path}
        headers = dict(self.headers)
        if self.body is not None:
            entry["body"] = dict(self.body)
            headers.setdefault("Content-Type", "application/json")
        if headers:
            entry["headers"] = headers
        return entry


@dataclass(frozen=True, slots=True)
class Answered:
    """What one call of a batch was answered with."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Answered:
        """From an entry of the answer; a status that is no number counts as a fault of the service."""
        status, headers = entry.get("status"), entry.get("headers")
        known = int(text) if (text := str(status)).isdecimal() else 500
        texts = headers.items() if isinstance(headers, dict) else ()
        return cls(known, entry.get("body"), {str(name).casefold(): str(value) for name, value in texts})

    def header(self, name: str) -> str:
        """A header's value; empty when it is not there."""
        return self.headers.get(name.casefold(), "")


def in_portions(calls: list[int]) -> Iterator[list[int]]:
    """Portions that one exchange can take."""
    return (calls[start : start + MOST] for start in range(0, len(calls), MOST))
