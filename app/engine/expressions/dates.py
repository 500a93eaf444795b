"""Functions over dates. Between functions a date is text, as the language has it; all are in UTC."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta

from app.engine.expressions.date_formats import (
    MONTHS,
    DateFormat,
    FormatFault,
    date_format,
    read_printed,
    write_printed,
    zone,
)
from app.engine.expressions.errors import EvaluationError
from app.engine.expressions.table import Evaluator, Function, Site, function, nearest
from app.engine.expressions.values import Attributes, shorten, text_of, whole_of
from app.people.record import Value

_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_INTERVALS = {
    "yyyy": "year",
    "m": "month",
    "d": "day",
    "ww": "week",
    "h": "hour",
    "n": "minute",
    "s": "second",
}
_SECONDS = {"d": 86_400, "ww": 604_800, "h": 3_600, "n": 60, "s": 1}

_DATE = (
    r"(?:(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})"
    r"|(?P<m2>[0-9]{1,2})/(?P<d2>[0-9]{1,2})/(?P<y2>[0-9]{4})"
    r"|(?:[a-z]{3,9},\s*)?(?P<d3>[0-9]{1,2})\s+(?P<n3>[a-z]{3,9})\s+(?P<y3>[0-9]{4})"
    r"|(?:[a-z]{3,9},\s*)?(?P<n4>[a-z]{3,9})\s+(?P<d4>[0-9]{1,2}),?\s+(?P<y4>[0-9]{4}))"
)
_TIME = (
    r"(?P<h>[0-9]{1,2}):(?P<min>[0-9]{2})(?::(?P<s>[0-9]{2})(?:\.(?P<f>[0-9]{1,7}))?)?(?:\s*(?P<t>[ap]m))?"
)
_ANY_DATE = re.compile(
    rf"\s*{_DATE}(?:[t\s]\s*{_TIME})?\s*(?P<z>Z|GMT|UTC|[+-][0-9]{{2}}:?[0-9]{{2}})?\s*", re.I
)
_NAMED = {name[:3].lower(): place for place, name in enumerate(MONTHS, 1)}

_STYLES = {
    "none": "None",
    "allowleadingwhite": "AllowLeadingWhite",
    "allowtrailingwhite": "AllowTrailingWhite",
    "allowinnerwhite": "AllowInnerWhite",
    "allowwhitespaces": "AllowWhiteSpaces",
    "nocurrentdatedefault": "NoCurrentDateDefault",
    "adjusttouniversal": "AdjustToUniversal",
    "assumelocal": "AssumeLocal",
    "assumeuniversal": "AssumeUniversal",
    "roundtripkind": "RoundtripKind",
}


def read_date(text: str) -> datetime | None:
    """A moment in UTC from the spellings that CDate takes, or None.

    ISO 8601 (with or without time and offset), the invariant ``M/d/yyyy h:mm:ss tt``, and dates with the
    English name of the month. Without an offset it is UTC.
    """
    found = _ANY_DATE.fullmatch(text)
    if found is None:
        return None
    part = found.groupdict()
    name = part["n3"] or part["n4"]
    month = _NAMED.get(name[:3].lower()) if name else int(part["m"] or part["m2"])
    if month is None or (name and not MONTHS[month - 1].lower().startswith(name.lower())):
        return None
    try:
        hour = int(part["h"] or 0)
        if part["t"]:
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + (12 if part["t"].lower() == "pm" else 0)
        moment = datetime(
            int(part["y"] or part["y2"] or part["y3"] or part["y4"]),
            month,
            int(part["d"] or part["d2"] or part["d3"] or part["d4"]),
            hour,
            int(part["min"] or 0),
            int(part["s"] or 0),
            int(f"{part['f'] or '0':0<6}"[:6]),
        )
        offset = (part["z"] or "Z").upper()
        return moment.replace(tzinfo=UTC if offset in {"Z", "GMT", "UTC"} else zone(offset)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _date(value: Value, name: str) -> datetime | None:
    text = text_of(value, name)
    if text is None or text == "":
        return None
    moment = read_printed(text) or read_date(text)
    if moment is None:
        raise EvaluationError(
            f'{name} cannot read "{shorten(text)}" as a date.',
            remedy="Give the format of the source to FormatDateTime, and pass on what it makes of it.",
        )
    return moment


def _to_date(expression: Value) -> Value:
    moment = _date(expression, "CDate")
    return None if moment is None else write_printed(moment)


def _now() -> Value:
    return write_printed(datetime.now(UTC))


def _interval(value: Value, name: str) -> str:
    interval = text_of(value, name) or ""
    if interval not in _INTERVALS:
        known = ", ".join(f"{key} ({word})" for key, word in _INTERVALS.items())
        raise EvaluationError(
            f'{name} does not know the interval "{shorten(interval)}".', remedy=f"It knows {known}."
        )
    return interval


def _date_add(interval: Value, value: Value, date: Value) -> Value:
    unit = _interval(interval, "DateAdd")
    count = whole_of(value, "DateAdd", "value")
    moment = _date(date, "DateAdd")
    if moment is None:
        return None
    try:
        if unit in {"yyyy", "m"}:
            return write_printed(_add_months(moment, count * (12 if unit == "yyyy" else 1)))
        return write_printed(moment + timedelta(seconds=_SECONDS[unit] * count))
    except (ValueError, OverflowError):
        raise EvaluationError("DateAdd leaves the years 1 to 9999.") from None


def _add_months(moment: datetime, count: int) -> datetime:
    """Months later; a day that the month does not have becomes its last one, as in .NET."""
    years, month = divmod(moment.month - 1 + count, 12)
    year = moment.year + years
    if not 1 <= year <= 9999:
        raise ValueError("beyond the calendar")
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))


def _date_diff(interval: Value, date1: Value, date2: Value) -> Value:
    """As Visual Basic's own DateDiff in .NET counts.

    Years and months compare the calendar's fields, weeks count the Sundays between, all others are whole
    units of time, the rest dropped. All documented examples agree.
    """
    unit = _interval(interval, "DateDiff")
    first, second = _date(date1, "DateDiff"), _date(date2, "DateDiff")
    if first is None or second is None:
        return None
    if unit == "yyyy":
        return second.year - first.year
    if unit == "m":
        return (second.year - first.year) * 12 + second.month - first.month
    if unit == "ww":
        return (_sunday(second) - _sunday(first)) // 7
    microseconds = (second - first) // timedelta(microseconds=1)
    whole = abs(microseconds) // (_SECONDS[unit] * 1_000_000)
    return whole if microseconds >= 0 else -whole


def _sunday(moment: datetime) -> int:
    """The number of the day on which the moment's week began."""
    return moment.toordinal() - moment.isoweekday() % 7


def _from_number(value: Value) -> Value:
    if value is None or value == "":
        return None
    ticks = whole_of(value, "DateFromNum", "value")
    try:
        moment = _EPOCH + timedelta(microseconds=ticks // 10)
    except OverflowError:
        raise EvaluationError(
            f"DateFromNum cannot make a date of {ticks}: it lies beyond the year 9999."
        ) from None
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _to_number(value: Value) -> Value:
    moment = _date(value, "NumFromDate")
    return None if moment is None else (moment - _EPOCH) // timedelta(microseconds=1) * 10


def _format_of(value: Value, parameter: str) -> DateFormat:
    try:
        given = date_format(text_of(value, "FormatDateTime") or "")
        if parameter == "inputFormat":
            given.check_readable()
    except FormatFault as fault:
        raise EvaluationError(f"FormatDateTime, {parameter}: {fault}") from None
    return given


def _trimmed(text: str, styles: Value) -> str:
    """The text without the blanks that the styles allow.

    Without styles the service uses RoundtripKind, AllowLeadingWhite and AllowTrailingWhite.
    """
    named = text_of(styles, "FormatDateTime")
    if not named:
        return text.strip()
    chosen = {style.rpartition(".")[2].strip().lower() for style in re.split(r"[,|]", named)}
    unknown = chosen - _STYLES.keys()
    if unknown:
        name = sorted(unknown)[0]
        near = nearest(name, _STYLES.values())
        raise EvaluationError(
            f'FormatDateTime does not know the style "{shorten(name)}".',
            remedy=f"Did you mean {near}?" if near else f"It knows {', '.join(_STYLES.values())}.",
        )
    if chosen & {"allowleadingwhite", "allowwhitespaces"}:
        text = text.lstrip()
    if chosen & {"allowtrailingwhite", "allowwhitespaces"}:
        text = text.rstrip()
    return text


def _build_format(site: Site) -> Evaluator:
    for index, parameter in ((2, "inputFormat"), (3, "outputFormat")):
        written = site.constant(index)
        if written is not None:
            try:
                given = date_format(str(written))
                if index == 2:
                    given.check_readable()
            except FormatFault as fault:
                raise site.refuse(index, f"{parameter}: {fault}") from None
    source, styles, read, write = (site.argument(index) for index in range(4))

    def format_date_time(attributes: Attributes) -> Value:
        text = text_of(source(attributes), "FormatDateTime")
        if text is None or text == "":
            return None
        given = _format_of(read(attributes), "inputFormat")
        moment = given.read(_trimmed(text, styles(attributes)))
        if moment is None:
            raise EvaluationError(
                f'"{shorten(text)}" is not in the format {given.text}.',
                remedy="Look at the value in the source, and correct the input format.",
            )
        return _format_of(write(attributes), "outputFormat").write(moment)

    return format_date_time


FUNCTIONS: tuple[Function, ...] = (
    function("CDate(Expression)", "A date from text, in UTC, as M/d/yyyy h:mm:ss tt.", _to_date),
    function(
        "DateAdd(interval, value, dateTime)", "A date so many yyyy, m, d, ww, h, n or s later.", _date_add
    ),
    function(
        "DateDiff(interval, date1, date2)", "How many yyyy, m, d, ww, h, n or s lie between.", _date_diff
    ),
    function("DateFromNum(value)", "The date of an Active Directory time stamp.", _from_number),
    function(
        "FormatDateTime(source, dateTimeStyles?, inputFormat, outputFormat)",
        "A date from one .NET format in another.",
        build=_build_format,
    ),
    function("Now()", "The time now, in UTC, as M/d/yyyy h:mm:ss tt.", _now),
    function("NumFromDate(value)", "The Active Directory time stamp of a date.", _to_number),
)
