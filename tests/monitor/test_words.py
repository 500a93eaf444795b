"""What the monitor says: times, counts and lengths, and a row told in full."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

from app.engine.events import Action, CycleState, Status
from app.monitor.details_text import SHOWN, tell, tell_plainly
from app.monitor.log_row import LogRow
from app.monitor.words import (
    action_word,
    count_of,
    counts_text,
    cycle_word,
    how_long,
    parse_time,
    status_word,
    time_left,
    when,
)
from app.worker.messages import Change, Entry, Step


@pytest.fixture(autouse=True)
def english() -> None:
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))


def test_every_action_and_state_of_the_engine_has_a_word() -> None:
    assert {action_word(action).text for action in get_args(Action)}.isdisjoint(get_args(Action))
    assert {status_word(status).text for status in get_args(Status)}.isdisjoint(get_args(Status))
    assert {cycle_word(state).text for state in get_args(CycleState)}.isdisjoint(get_args(CycleState))


def test_states_differ_by_icon_as_well_as_by_colour() -> None:
    words = [status_word(status) for status in ("success", "failure", "warning", "skipped")]
    assert len({word.glyph for word in words}) == 4


def test_a_word_of_a_later_version_is_shown_as_it_is() -> None:
    assert action_word("teleport").text == "teleport"


def test_counts_name_only_what_happened_in_a_fixed_order() -> None:
    assert counts_text({"failure": 2, "update": 0, "create": 1412}) == "1,412 created, 2 failed"
    assert counts_text({"enable": 3}) == "3 enable"
    assert counts_text({}) == ""


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.44, "0.4 s"),
        (12.4, "12 s"),
        (59.7, "1 min"),
        (185, "3 min 5 s"),
        (7800, "2 h 10 min"),
        (7200, "2 h"),
    ],
)
def test_a_length_is_as_coarse_as_a_person_needs(seconds: float, text: str) -> None:
    assert how_long(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, ""), (4, "a few seconds left"), (43, "about 40 s left"), (170, "about 3 min left")],
)
def test_the_time_left_does_not_flicker(seconds: float | None, text: str) -> None:
    assert time_left(seconds) == text


def test_today_has_no_date_and_other_days_have_one() -> None:
    now = datetime.now(UTC)
    assert "/" not in when(now)
    assert "/" in when(now - timedelta(days=2))
    assert when(now, seconds=True).count(":") == 2
    assert when(None) == ""


@given(st.text(max_size=30))
def test_what_is_no_time_is_none(text: str) -> None:
    found = parse_time(text)
    assert found is None or found.tzinfo is not None


def test_one_is_singular() -> None:
    assert count_of(1, "row", "rows") == "1 row"
    assert count_of(100_000, "row", "rows") == "100,000 rows"


def make_entry(**changed: object) -> Entry:
    values: dict[str, object] = {
        "time": "2026-03-01T10:00:00.000Z",
        "cycle": 3,
        "action": "update",
        "status": "failure",
        "name": "ann@contoso.com",
        "source_id": "11111111-2222-4333-8444-555555555555",
        "target_id": "abc",
        "steps": [
            Step(name="export", status="failure", text="The app answered 409.", details={"path": "/Users"})
        ],
        "changes": [
            Change(target="active", old="False", new="True"),
            Change(target="title", old="Boss", new=None),
        ],
        "code": "SCIM-409",
        "reason": "Another account has this address.",
        "remedy": "Merge the two accounts.",
        "milliseconds": 41.6,
    }
    return Entry.model_validate(values | changed)


def plain(html: str) -> str:
    document = QTextDocument()
    document.setHtml(html)
    return document.toPlainText()


def test_a_row_is_told_in_full(qapp: QApplication) -> None:
    text = plain(tell(make_entry()))
    for part in (
        "ann@contoso.com",
        "Failed",
        "Update",
        "42 ms",
        "Another account has this address.",
        "SCIM-409",
        "What to do: Merge the two accounts.",
        "False → True",
        "Boss → empty",
        "Export, failed",
        "The app answered 409.",
        "path: /Users",
        "11111111-2222-4333-8444-555555555555",
    ):
        assert part in text


@given(value=st.text(st.characters(min_codepoint=32, exclude_categories=("C", "Z")), min_size=1, max_size=40))
def test_no_value_is_taken_for_markup(qapp: QApplication, value: str) -> None:
    hostile = f"<b>{value}</b><img src=x>"
    entry = make_entry(
        name=hostile, reason=hostile, changes=[Change(target=hostile, old=hostile, new=hostile)]
    )
    assert plain(tell(entry)).count("<img src=x>") == 5


def test_a_group_of_ten_thousand_is_told_in_part_and_says_so(qapp: QApplication) -> None:
    changes = [Change(target="members", new=str(number)) for number in range(10_000)]
    html = tell(make_entry(changes=changes))
    assert "9,900 more are in the export." in plain(html)
    assert html.count("members") == SHOWN


def test_the_clipboard_gets_one_line() -> None:
    line = tell_plainly(make_entry())
    assert "\n" not in line
    assert line.split("\t")[1:4] == ["ann@contoso.com", "Update", "Failed"]


def test_a_row_without_reason_says_what_changed() -> None:
    entry = make_entry(reason="")
    assert LogRow(entry).texts[-1] == "active, title"
    assert LogRow(make_entry(reason="", changes=[])).texts[-1] == "The app answered 409."
    assert "\n" not in LogRow(make_entry(reason="two\nlines")).texts[-1]
