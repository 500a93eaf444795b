"""Dates: what is read, what is printed, and .NET's format strings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.engine.expressions import EvaluationError, ExpressionError, compile_expression
from app.engine.expressions.date_formats import FormatFault, date_format
from app.engine.expressions.dates import read_date

MOMENT = datetime(2024, 2, 9, 15, 4, 5, 678901, UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-02-09", "2024-02-09T00:00:00+00:00"),
        ("2024-02-09T15:04:05.6789012Z", "2024-02-09T15:04:05.678901+00:00"),
        ("2024-02-09 15:04 +0530", "2024-02-09T09:34:00+00:00"),
        ("2/9/2024 3:04:05 PM", "2024-02-09T15:04:05+00:00"),
        ("2/9/2024 12:00 am", "2024-02-09T00:00:00+00:00"),
        (" 9 February 2024 ", "2024-02-09T00:00:00+00:00"),
        ("Fri, 09 Feb 2024 15:04:05 GMT", "2024-02-09T15:04:05+00:00"),
        ("February 9, 2024", "2024-02-09T00:00:00+00:00"),
        ("2023-02-29", None),
        ("2024-02-09T25:00", None),
        ("13 pm", None),
        ("2/9/2024 13:00 PM", None),
        ("2024-02-09+15:00", None),
        ("0001-01-01+08:00", None),
        ("9 Foo 2024", None),
        ("", None),
        ("20240209", None),
    ],
)
def test_dates_that_cdate_takes(text: str, expected: str | None) -> None:
    moment = read_date(text)
    assert (None if moment is None else moment.isoformat()) == expected


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("yyyy-MM-ddTHH:mm:ss.fff", "2024-02-09T15:04:05.678"),
        ("d/M/yy h:m:s t", "9/2/24 3:4:5 P"),
        ("dddd, dd MMMM yyyy", "Friday, 09 February 2024"),
        ("ddd d MMM", "Fri 9 Feb"),
        ("hh 'o' 'clock' tt", "03 o clock PM"),
        ("MMMM (MM)", "February (02)"),
        ('yyyy "year"', "2024 year"),
        ("%d", "9"),
        (r"\d\d", "dd"),
        ("H.mm zzz zz z K", "15.04 +00:00 +00 +0 Z"),
        ("ss.FFFFFFF", "05.678901"),
        ("yyyyy", "02024"),
        ("y gg", "24 A.D."),
        ("o", "2024-02-09T15:04:05.6789010Z"),
        ("R", "Fri, 09 Feb 2024 15:04:05 GMT"),
        ("s", "2024-02-09T15:04:05"),
        ("G", "02/09/2024 15:04:05"),
    ],
)
def test_formats_that_are_written(form: str, expected: str) -> None:
    assert date_format(form).write(MOMENT) == expected


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("yyyyMMddHHmmss.fZ", "20150123105347.1Z", "2015-01-23T10:53:47.100000+00:00"),
        ("yyyy-MM-ddzzz", "2020-12-31-08:00", "2020-12-31T08:00:00+00:00"),
        ("yyyy-MM-ddK", "2020-12-31", "2020-12-31T00:00:00+00:00"),
        ("yyyy-MM-ddK", "2020-12-31Z", "2020-12-31T00:00:00+00:00"),
        ("M/d/yyyy hh:mm:ss tt", "1/5/2021 03:04:05 pm", "2021-01-05T15:04:05+00:00"),
        ("d MMM yy", "5 jan 49", "2049-01-05T00:00:00+00:00"),
        ("d MMM yy", "5 Jan 50", "1950-01-05T00:00:00+00:00"),
        ("ddd d MMMM yyyy", "Fri 9 February 2024", "2024-02-09T00:00:00+00:00"),
        ("ddd d MMMM yyyy", "Mon 9 February 2024", None),
        ("dd/MM/yyyy", "9/2/2024", None),
        ("dd/MM/yyyy", "31/06/2024", None),
        ("HH:mm", "25:00", None),
        ("hh tt", "13 PM", None),
        ("yyyy-MM-dd", "2024-02-09 ", None),
    ],
)
def test_formats_that_are_read(form: str, text: str, expected: str | None) -> None:
    moment = date_format(form).read(text)
    assert (None if moment is None else moment.isoformat()) == expected


def test_a_time_alone_is_of_today() -> None:
    before = datetime.now(UTC).date()
    moment = date_format("HH:mm").read("10:30")
    assert moment is not None
    assert before <= moment.date() <= datetime.now(UTC).date()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("", "empty"),
        ("q", "not a standard date format"),
        ("%q", "not a date specifier"),
        ("ffffffff", "seven digits"),
        ("yyyy 'x", "no partner"),
        ("x" * 201, "200 characters"),
    ],
)
def test_formats_that_are_refused(form: str, said: str) -> None:
    with pytest.raises(FormatFault, match=said):
        date_format(form)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('DateAdd("m", 1, "2024-01-31")', "2/29/2024 12:00:00 AM"),
        ('DateAdd("yyyy", -1, "2024-02-29")', "2/28/2023 12:00:00 AM"),
        ('DateAdd("h", 25, "2024-01-31")', "2/1/2024 1:00:00 AM"),
        ('DateAdd("n", -1, "2024-01-01")', "12/31/2023 11:59:00 PM"),
        ('DateAdd("d", 1, [none])', None),
        ('DateDiff("d", "2024-01-01 23:00", "2024-01-02 01:00")', 0),
        ('DateDiff("h", "2024-01-02 01:00", "2024-01-01 23:30")', -1),
        ('DateDiff("ww", "2024-02-10", "2024-02-11")', 1),
        ('DateDiff("ww", "2024-02-11", "2024-02-17")', 0),
        ('DateDiff("yyyy", "2023-12-31", "2024-01-01")', 1),
        ('DateDiff("s", [none], "2024-01-01")', None),
        ("CDate([none])", None),
        ('CDate("2024-02-09T12:30Z")', "2/9/2024 12:30:00 PM"),
        ('CDate("2024-02-09T00:30Z")', "2/9/2024 12:30:00 AM"),
        ('CDate("")', None),
        ("NumFromDate(DateFromNum(129699324000000000))", 129699324000000000),
        ('NumFromDate("1601-01-01")', 0),
        ('DateFromNum("0")', "1601-01-01T00:00:00Z"),
        ("DateFromNum([none])", None),
        ('FormatDateTime(" 2024-02-09 ", , "yyyy-MM-dd", "d.M.yyyy")', "9.2.2024"),
        ('FormatDateTime(" 2024-02-09", "AllowLeadingWhite", "yyyy-MM-dd", "yyyy")', "2024"),
        ('FormatDateTime([none], , "yyyy", "yy")', None),
    ],
)
def test_value(text: str, expected: Any) -> None:
    assert compile_expression(text).evaluate({}) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('FormatDateTime("2024 2024", , Append("yyyy ", "yyyy"), "yy")', "the year twice"),
        ('CDate("soon")', 'cannot read "soon" as a date'),
        ('DateAdd("x", 1, "2024-01-01")', "does not know the interval"),
        ('DateAdd("yyyy", 9000, "2024-01-01")', "years 1 to 9999"),
        ('DateAdd("s", 9000000000000000000, "2024-01-01")', "years 1 to 9999"),
        ("DateFromNum(9000000000000000000)", "beyond the year 9999"),
        ('FormatDateTime("x", , "yyyy", "yy")', "is not in the format yyyy"),
        ('FormatDateTime(" 2024", "None", "yyyy", "yy")', "is not in the format yyyy"),
        ('FormatDateTime("2024", "AllowLeadingWite", "yyyy", "yy")', "Did you mean AllowLeadingWhite?"),
        ('FormatDateTime("2024", , Append("q", ""), "yy")', "inputFormat"),
    ],
)
def test_no_answer(text: str, said: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        compile_expression(text).evaluate({})
    assert said in f"{caught.value.what} {caught.value.remedy}"


def test_a_format_that_names_a_part_twice_cannot_be_read_by() -> None:
    with pytest.raises(ExpressionError, match="the offset twice"):
        compile_expression('FormatDateTime([a], , "zzz K", "yyyy")')
    text = 'FormatDateTime("2024-02-09", , "yyyy-MM-dd", "MMM MM")'
    assert compile_expression(text).evaluate({}) == "Feb 02"
