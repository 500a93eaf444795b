"""What the guard's threshold comes to, and what a plan may say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.setup.deletion_threshold import FITTING, in_people, in_words
from app.setup.plan import Safety


@pytest.mark.parametrize(
    ("threshold", "linked", "people"),
    [
        (FITTING, 0, 5),
        (FITTING, 49, 5),
        (FITTING, 450, 45),
        (FITTING, 100_000, 500),
        (FITTING, None, 500),
        ("10 %", 450, 45),
        ("2.5%", 400, 10),
        ("1 %", 3, 1),
        (0, 450, 0),
        (500, 450, 500),
    ],
)
def test_it_fits_the_company(threshold: int | str, linked: int | None, people: int) -> None:
    assert in_people(threshold, linked) == people


@given(st.integers(0, 10_000_000))
def test_a_fitting_threshold_is_never_above_what_it_was(linked: int) -> None:
    assert 5 <= in_people(FITTING, linked) <= 500


@pytest.mark.parametrize("value", [True, False, -1, 2.5, "500", "ten", "110 %", "0 %", "%", None])
def test_what_is_no_threshold_is_refused(value: object) -> None:
    with pytest.raises(ValidationError, match="a whole number"):
        Safety(deletion_threshold=value)


@pytest.mark.parametrize("value", [0, 45, "10 %", "2.5%", FITTING])
def test_what_is_one_is_kept_as_written(value: int | str) -> None:
    assert Safety(deletion_threshold=value).deletion_threshold == value
    assert in_words(value)
