"""Graph's moments, durations and word lists, and the traps in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.entra.times import filter_time, one_of, read_duration, read_time, read_words, write_time, write_words


@given(st.datetimes(min_value=datetime(2, 1, 2), timezones=st.just(UTC)))
@settings(max_examples=60)
def test_every_moment_is_read_as_it_was_written(moment: datetime) -> None:
    text = moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
    assert read_time(text) == moment
    assert read_time(text.replace("Z", "9Z")) == moment  # a seventh digit
    assert read_time(write_time(moment)) == moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@given(
    st.text(max_size=40)
    | st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)?", fullmatch=True)
)
@settings(max_examples=100)
def test_nothing_trips_it_and_what_it_gives_can_be_shown_in_any_zone(text: str) -> None:
    moment = read_time(text)
    if moment is not None and moment.year > 1 and moment.year < 9999:
        assert moment.astimezone(timezone(timedelta(hours=-12)))


def test_year_one_is_never() -> None:
    assert read_time("0001-01-01T00:00:00Z") is None
    assert read_time(None) is None
    assert write_time(None) == ""
    assert read_time("2026-01-05T10:01:00") == datetime(2026, 1, 5, 10, 1, tzinfo=UTC)
    assert read_time("2026-01-05T10:01:00.6330529+02:00") == datetime(2026, 1, 5, 8, 1, 0, 633052, tzinfo=UTC)
    assert filter_time(datetime(2026, 1, 5, 10, 1, 0, 5, tzinfo=UTC)) == "2026-01-05T10:01:00Z"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("PT40M", timedelta(minutes=40)),
        ("PT20M", timedelta(minutes=20)),
        ("P1DT2H3M4.5S", timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
        ("-PT1S", timedelta(seconds=-1)),
        ("P10675199DT2H48M5.4775807S", None),
        ("P", None),
        ("PT", None),
        ("P1Y", None),
        ("soon", None),
        (40, None),
    ],
)
def test_durations(text: object, length: timedelta | None) -> None:
    assert read_duration(text) == length


@given(st.text(max_size=30))
@settings(max_examples=60)
def test_no_duration_trips_it(text: str) -> None:
    read_duration(text)
    read_duration(f"P{text}")


def test_word_lists_with_and_without_blanks() -> None:
    assert (
        read_words("Add,Update,Delete")
        == read_words("Add, Update, Delete, Add")
        == ("Add", "Update", "Delete")
    )
    assert read_words("None") == read_words(None) == read_words("") == ()
    assert write_words(["Watermark", "Escrows"]) == "Watermark, Escrows"
    assert write_words([]) == "None"
    assert one_of("STAGEDDELETE", ("stagedDelete",)) == "stagedDelete"
    assert one_of("somethingNew", ("stagedDelete",)) == "somethingNew"
    assert one_of(None, ("a",)) == ""
