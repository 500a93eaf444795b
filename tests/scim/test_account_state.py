"""One reading of ``active``, whatever an app writes there."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scim.account_state import AccountState, account_state


@pytest.mark.parametrize(
    ("value", "state"),
    [
        (True, AccountState.ON),
        (1, AccountState.ON),
        ("true", AccountState.ON),
        ("Yes", AccountState.ON),
        (False, AccountState.OFF),
        (0, AccountState.OFF),
        ("False", AccountState.OFF_AS_TEXT),
        (" no ", AccountState.OFF_AS_TEXT),
        ("0", AccountState.OFF_AS_TEXT),
        ("", AccountState.UNKNOWN),
        ("perhaps", AccountState.UNKNOWN),
        (None, AccountState.UNKNOWN),
        ([False], AccountState.UNKNOWN),
    ],
)
def test_each_form_that_apps_use(value: object, state: AccountState) -> None:
    assert account_state({"active": value}) is state


def test_letter_case_of_the_attribute_does_not_count() -> None:
    assert account_state({"Active": False}) is AccountState.OFF


def test_no_body_says_nothing() -> None:
    assert account_state(None) is AccountState.UNKNOWN
    assert account_state({}) is AccountState.UNKNOWN


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda v: st.lists(v) | st.dictionaries(st.text(), v),
    )
)
def test_only_a_boolean_or_a_number_says_off(value: Any) -> None:
    if account_state({"active": value}) is AccountState.OFF:
        assert value in (False, 0)
