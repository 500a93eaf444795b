"""How Graph writes moments, lengths of time and sets of words, read without tripping over their traps."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

NEVER_AFTER: Final = timedelta(days=3650)
"""A job that is not started has .NET's longest duration as its interval, some 29,000 years."""

_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<days>\d{1,9})D)?"
    r"(?:T(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,9})(?:[.,](?P<part>\d+))?S)?)?",
    re.ASCII,
)
_MOMENT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(Z|z|[+-]\d\d:?\d\d)?", re.ASCII
)


def read_time(text: object) -> datetime | None:
    """A moment in UTC; None for what is missing, unreadable, or of the year 1, which means *never*.

    Year 1 is not handed on: turning it into the time of a zone west of Greenwich raises OverflowError.
    A moment without a zone is UTC: ``innerError.date`` is written so.
    """
    found = _MOMENT.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None or found[1] == "0001":
        return None
    # Graph has seven digits; Python keeps six.
    microseconds = int((found[7] or "0")[:6].ljust(6, "0"))
    try:
        moment = datetime(
            int(found[1]), int(found[2]), int(found[3]), int(found[4]), int(found[5]), int(found[6] or 0),
            microseconds, tzinfo=UTC,
        )  # fmt: skip
        return moment - _offset(found[8])
    except (ValueError, OverflowError):
        return None


def _offset(zone: str | None) -> timedelta:
    if zone in {None, "Z", "z"}:
        return timedelta()
    assert zone is not None
    digits = zone[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -offset if zone[0] == "-" else offset


def write_time(moment: datetime | None) -> str:
    """A moment as Rollcall's results have it, UTC to the millisecond; empty for never."""
    if moment is None:
        return ""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def filter_time(moment: datetime) -> str:
    """A moment as a ``$filter`` takes it, without quotes."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_duration(text: object) -> timedelta | None:
    """A length of time such as ``PT40M``; None for what is missing, unreadable, or so long as to mean never.

    Years and months are not read: Graph does not write them, and they have no fixed length.
    """
    if not isinstance(text, str):
        return None
    found = _DURATION.fullmatch(text.strip())
    if found is None or not any(found[name] for name in ("days", "hours", "minutes", "seconds")):
        return None
    part = int((found["part"] or "0")[:6].ljust(6, "0"))
    try:
        length = timedelta(
            days=int(found["days"] or 0),
            hours=int(found["hours"] or 0),
            minutes=int(found["minutes"] or 0),
            seconds=int(found["seconds"] or 0),
            microseconds=part,
        )
    except OverflowError:
        return None
    if length > NEVER_AFTER:
        return None
    return -length if found["sign"] else length


def read_words(text: object) -> tuple[str, ...]:
    """The words of a set that Graph writes as a comma list, such as ``flowTypes``: with or without blanks,
    each once, ``None`` left out."""
    if not isinstance(text, str):
        return ()
    words = (word.strip() for word in text.split(","))
    return tuple(dict.fromkeys(word for word in words if word and word.casefold() != "none"))


def write_words(words: tuple[str, ...] | list[str]) -> str:
    """A set of words as Graph's documents write it: a comma and a blank between them."""
    return ", ".join(dict.fromkeys(words)) or "None"


def one_of(value: object, known: tuple[str, ...]) -> str:
    """The member of an enumeration that a text means, whatever its letter case; as it is when it is new.

    Graph adds members, and its samples write the same ones in different cases.
    """
    if not isinstance(value, str):
        return ""
    folded = value.strip().casefold()
    return next((word for word in known if word.casefold() == folded), value.strip())
