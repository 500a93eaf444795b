""".NET custom date and time format strings, read and written by the invariant culture.

Source: Microsoft, "Custom date and time format strings" and "Standard date and time format strings". A
format is taken apart once; from its parts come a regular expression to read with and a list of writers.
Time without an offset is UTC, because the service runs in UTC.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

PRINTED = "M/d/yyyy h:mm:ss tt"
"""How CDate, DateAdd and Now print."""

_STANDARD = {
    "d": "MM/dd/yyyy",
    "D": "dddd, dd MMMM yyyy",
    "f": "dddd, dd MMMM yyyy HH:mm",
    "F": "dddd, dd MMMM yyyy HH:mm:ss",
    "g": "MM/dd/yyyy HH:mm",
    "G": "MM/dd/yyyy HH:mm:ss",
    "M": "MMMM dd",
    "m": "MMMM dd",
    "o": "yyyy-MM-ddTHH:mm:ss.fffffffK",
    "O": "yyyy-MM-ddTHH:mm:ss.fffffffK",
    "R": "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
    "r": "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
    "s": "yyyy-MM-ddTHH:mm:ss",
    "t": "HH:mm",
    "T": "HH:mm:ss",
    "u": "yyyy-MM-dd HH:mm:ss'Z'",
    "y": "yyyy MMMM",
    "Y": "yyyy MMMM",
}
"""Formats of one letter, as the invariant culture spells them out."""

_TOKEN = re.compile(
    r"""(?P<run>d+|f+|F+|g+|h+|H+|K|m+|M+|s+|t+|y+|z+)|'(?P<single>[^']*)'|"(?P<double>[^"]*)"|\\(?P<escaped>.)|%(?P<one>.)|(?P<text>.)""",
    re.DOTALL,
)
_TWO_DIGIT_YEARS_END = 2049
"""Two-digit years up to 49 are 20xx: .NET's invariant calendar since .NET 8."""


class FormatFault(ValueError):
    """A format string that .NET would refuse, or a part of one that has no meaning here."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One specifier: how to find it in a text, which field it fills, how to print it."""

    pattern: str
    field: str
    write: Callable[[datetime], str]


@dataclass(frozen=True, slots=True)
class DateFormat:
    """A format string taken apart.

    Attributes:
        text: as it was written; a format of one letter spelled out.
        pattern: what to read with; ``fields`` names what stands in each of its groups.
        writers: what to print with, part by part.
        repeated: the part of a date that the format names twice, or an empty text.
    """

    text: str
    pattern: re.Pattern[str]
    fields: tuple[str, ...]
    writers: tuple[Callable[[datetime], str], ...]
    repeated: str

    def check_readable(self) -> None:
        """Refuse to read by a format that names one part of a date twice; writing by it is well.

        Raises:
            FormatFault: naming the part.
        """
        if self.repeated:
            raise FormatFault(f"The format names the {self.repeated} twice.")

    def write(self, moment: datetime) -> str:
        """The moment (in UTC) in this format."""
        return "".join(writer(moment) for writer in self.writers)

    def read(self, text: str) -> datetime | None:
        """The moment that the text names, in UTC, or None where the text is not in this format."""
        found = self.pattern.fullmatch(text)
        if found is None:
            return None
        try:
            return _moment(dict(zip(self.fields, found.groups(), strict=True)))
        except (ValueError, OverflowError):
            return None  # the 31st of June, or the year 10,000


@functools.lru_cache(maxsize=256)
def date_format(text: str) -> DateFormat:
    """Take a format string apart.

    Raises:
        FormatFault: where it is empty or cannot be followed.
    """
    if not text:
        raise FormatFault("The format is empty.")
    if len(text) > 200:
        raise FormatFault("A format has at most 200 characters.")
    if len(text) == 1:
        if text not in _STANDARD:
            raise FormatFault(
                f'"{text}" is not a standard date format; a single specifier is written %{text}.'
            )
        text = _STANDARD[text]
    parts: list[_Part] = []
    for found in _TOKEN.finditer(text):
        parts.append(_part(found))
    fields = tuple(part.field for part in parts if part.field)
    repeated = next((name for name in fields if fields.count(name) > 1), "")
    return DateFormat(
        text,
        re.compile("".join(part.pattern for part in parts), re.IGNORECASE | re.DOTALL),
        fields,
        tuple(part.write for part in parts),
        _FIELD_NAMES.get(repeated, "same part") if repeated else "",
    )


def read_printed(text: str) -> datetime | None:
    """The moment in a text that CDate, DateAdd or Now printed, or None."""
    return date_format(PRINTED).read(text) if text[:1].isdigit() and text[-1:] == "M" else None


def write_printed(moment: datetime) -> str:
    """A moment as CDate, DateAdd and Now print it."""
    hour = moment.hour % 12 or 12
    half = "AM" if moment.hour < 12 else "PM"
    date = f"{moment.month}/{moment.day}/{moment.year:04}"
    return f"{date} {hour}:{moment.minute:02}:{moment.second:02} {half}"


_FIELD_NAMES = {
    "y": "year",
    "M": "month",
    "d": "day",
    "h": "hour",
    "m": "minute",
    "s": "second",
    "z": "offset",
}


def _part(found: re.Match[str]) -> _Part:
    run = found["run"]
    if found["one"] is not None:
        run = found["one"] if found["one"] in "dfFghHKmMstyz" else None
        if run is None:
            raise FormatFault(f"%{found['one']} is not a date specifier.")
    if run:
        return _specifier(run)
    literal = next(
        piece
        for piece in (found["single"], found["double"], found["escaped"], found["text"])
        if piece is not None
    )
    if found["text"] is not None and literal in "'\"\\%":
        raise FormatFault(f"The {literal} in the format has no partner.")
    return _Part(re.escape(literal), "", lambda _moment: literal)


def _specifier(run: str) -> _Part:
    kind, length = run[0], len(run)
    if kind == "d" and length >= 3:
        return _name(DAYS, "w", length > 3, lambda moment: moment.weekday())
    if kind == "M" and length >= 3:
        return _name(MONTHS, "M", length > 3, lambda moment: moment.month - 1)
    if kind in "dMhHms":
        return _Part(
            "([0-9]{1,2})" if length == 1 else "([0-9]{2})",
            "h12" if kind == "h" else kind,
            lambda moment: f"{_number(kind, moment):0{min(length, 2)}}",
        )
    if kind == "y":
        return _year(length)
    if kind in "fF":
        return _fraction(kind, length)
    if kind == "t":
        pattern = "([AP])" if length == 1 else "(AM|PM)"
        return _Part(pattern, "t", lambda moment: ("AM" if moment.hour < 12 else "PM")[:length])
    if kind == "g":
        return _Part("(?:A\\.D\\.)", "", lambda _moment: "A.D.")
    return _offset(kind, length)


def _number(kind: str, moment: datetime) -> int:
    if kind == "h":
        return moment.hour % 12 or 12
    return {"d": moment.day, "M": moment.month, "H": moment.hour, "m": moment.minute, "s": moment.second}[
        kind
    ]


def _name(names: list[str], field: str, whole: bool, place: Callable[[datetime], int]) -> _Part:
    shown = names if whole else [name[:3] for name in names]
    return _Part(f"({'|'.join(shown)})", field, lambda moment: shown[place(moment)])


def _year(length: int) -> _Part:
    if length <= 2:
        pattern = "([0-9]{1,2})" if length == 1 else "([0-9]{2})"
        return _Part(pattern, "yy", lambda moment: f"{moment.year % 100:0{length}}")
    return _Part(
        f"([0-9]{{{max(length, 4) if length > 3 else '3,4'}}})",
        "y",
        lambda moment: f"{moment.year:0{length}}",
    )


def _fraction(kind: str, length: int) -> _Part:
    if length > 7:
        raise FormatFault("Fractions of a second have at most seven digits.")

    def write(moment: datetime) -> str:
        digits = f"{moment.microsecond:06}0"[:length]
        return digits if kind == "f" else digits.rstrip("0")

    return _Part(f"([0-9]{{{length}}})" if kind == "f" else f"([0-9]{{0,{length}}})", "f", write)


def _offset(kind: str, length: int) -> _Part:
    if kind == "K":
        return _Part("(Z|[+-][0-9]{2}:?[0-9]{2}|)", "z", lambda _moment: "Z")
    pattern = ("([+-][0-9]{1,2})", "([+-][0-9]{2})", "([+-][0-9]{2}:?[0-9]{2})")[min(length, 3) - 1]
    written = ("+0", "+00", "+00:00")[min(length, 3) - 1]
    return _Part(pattern, "z", lambda _moment: written)


def _moment(found: dict[str, str]) -> datetime:
    """Put the fields together. ValueError where they contradict one another."""
    today = datetime.now(UTC)
    dated = not found.keys().isdisjoint({"y", "yy", "M", "d"})
    year = int(found["y"]) if "y" in found else _full_year(found["yy"]) if "yy" in found else today.year
    month = _month(found["M"]) if "M" in found else 1 if dated else today.month
    day = int(found["d"]) if "d" in found else 1 if dated else today.day
    moment = datetime(
        year,
        month,
        day,
        _hour(found),
        int(found.get("m", 0)),
        int(found.get("s", 0)),
        int(f"{found.get('f') or '0':0<6}"[:6]),
        UTC,
    )
    if "w" in found and DAYS[moment.weekday()][:3].lower() != found["w"][:3].lower():
        raise ValueError("another day of the week")
    return moment.replace(tzinfo=zone(found["z"])).astimezone(UTC) if found.get("z") else moment


def _hour(found: dict[str, str]) -> int:
    if "H" in found:
        return int(found["H"])
    if "h12" not in found:
        return 0
    hour = int(found["h12"])
    if not 1 <= hour <= 12:
        raise ValueError("not an hour of a twelve-hour clock")
    half = found.get("t", "A")[0].upper()
    return hour % 12 + (12 if half == "P" else 0)


def _month(text: str) -> int:
    if text.isdigit():
        return int(text)
    return next(place for place, name in enumerate(MONTHS, 1) if name[:3].lower() == text[:3].lower())


def _full_year(text: str) -> int:
    year = 2000 + int(text)
    return year if year <= _TWO_DIGIT_YEARS_END else year - 100


def zone(text: str) -> timezone:
    """A zone from ``Z``, ``+8``, ``-07``, ``-0700`` or ``-07:00``. ValueError beyond fourteen hours."""
    if text in {"Z", "z"}:
        return UTC
    digits = text[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    if hours > 14 or minutes > 59:
        raise ValueError("no such zone")
    shift = timedelta(hours=hours, minutes=minutes)
    return timezone(-shift if text[0] == "-" else shift)
