"""A pasted token is cleaned, the person is told, and a JWT's end is warned about."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.setup.redaction import secrets_seen
from app.setup.secret_token import CleanToken, TokenProblem, clean_token

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def _jwt(payload: object) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'HS256'})}.{part(payload)}.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("pasted", "token", "notes"),
    [
        ("abc123", "abc123", 0),
        ("  abc123\r\n", "abc123", 1),
        ("Bearer abc123", "abc123", 1),
        ("bearer   abc123", "abc123", 1),
        ("Bearer: abc123", "abc123", 1),
        ("Authorization: Bearer abc123", "abc123", 1),
        ('"Bearer abc123"', "abc123", 2),
        ('Bearer "abc123"', "abc123", 2),
        ("\u201cabc123\u201d", "abc123", 1),
        ("<abc123>", "abc123", 1),
        ("\ufeffabc\u200b123", "abc123", 1),
        ("abc\n123\n456", "abc123456", 1),
        ("abc\r\n   123", "abc123", 1),
        ("bearerABC", "bearerABC", 0),
        ("a=b==", "a=b==", 0),
        ("Bearer Bearer abc123", "abc123", 1),
    ],
)
def test_what_came_along_is_taken_away_and_told(pasted: str, token: str, notes: int) -> None:
    clean = clean_token(pasted)
    assert clean.token == token
    assert len(clean.notes) == notes
    assert all(note.endswith(".") and token not in note for note in clean.notes)
    assert clean.expires is None


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        ("", "TOKEN-EMPTY"),
        (" \u200b'' ", "TOKEN-EMPTY"),
        ("Bearer ", "TOKEN-EMPTY"),
        ("Basic c2VjcmV0OnZhbHVl", "TOKEN-BASIC"),
        ("zebra quagga", "TOKEN-CHARACTERS"),
        ("\u2022\u2022\u2022\u2022\u2022", "TOKEN-CHARACTERS"),
        ("zebraqu\u00e4gga", "TOKEN-CHARACTERS"),
        ("zebra\x00quagga", "TOKEN-CHARACTERS"),
        ("zebra\ud800", "TOKEN-CHARACTERS"),
        ("z" * 20_000, "TOKEN-LENGTH"),
    ],
)
def test_what_cannot_be_a_token_is_refused_without_repeating_it(pasted: str, code: str) -> None:
    with pytest.raises(TokenProblem) as caught:
        clean_token(pasted)
    assert caught.value.code == code
    assert "zebra" not in str(caught.value)
    assert "c2Vj" not in str(caught.value)


@pytest.mark.parametrize(
    ("end", "note"),
    [
        (datetime(2026, 5, 31, tzinfo=UTC), "This token ended on 31 May 2026: the app will refuse it."),
        (datetime(2026, 6, 1, 12, tzinfo=UTC), "This token ended on 1 June 2026"),
        (datetime(2026, 6, 1, 13, tzinfo=UTC), "This token ends in less than a day, on 1 June 2026."),
        (datetime(2026, 6, 2, 13, tzinfo=UTC), "This token ends in 1 day"),
        (datetime(2026, 6, 13, 12, tzinfo=UTC), "This token ends in 12 days, on 13 June 2026."),
        (datetime(2027, 6, 1, tzinfo=UTC), ""),
    ],
)
def test_the_end_of_a_jwt_is_known_and_warned_about(end: datetime, note: str) -> None:
    clean = clean_token(_jwt({"exp": int(end.timestamp())}), NOW)
    assert clean.expires == end
    assert len(clean.notes) == bool(note)
    assert not note or clean.notes[0].startswith(note)


@pytest.mark.parametrize(
    "payload", [{}, [], None, {"exp": None}, {"exp": True}, {"exp": "soon"}, {"exp": 10**30}, {"exp": 1e400}]
)
def test_other_jwts_have_no_end(payload: object) -> None:
    assert clean_token(_jwt(payload)).expires is None


@pytest.mark.parametrize("token", ["a.b.c", "e30.e30.e30", "....", "a.b", "e.W1tb.e", "\u00fc".join(["a"])])
def test_three_parts_with_dots_are_not_always_a_jwt(token: str) -> None:
    assert clean_token(token).token == token


def test_the_token_is_in_no_repr_and_known_to_the_redactor() -> None:
    clean = clean_token("Bearer planted-token-1")
    assert "planted" not in repr(clean)
    assert secrets_seen.clean("x planted-token-1 y") == "x [secret] y"


@given(
    st.text()
    | st.lists(
        st.sampled_from(
            ["Bearer ", "abc", '"', "'", "\n", " ", "\u200b", "Authorization:", ".", "Basic ", ":"]
        )
    ).map("".join)
)
def test_any_text_is_a_token_or_a_problem_and_cleaning_again_changes_nothing(pasted: str) -> None:
    try:
        clean = clean_token(pasted)
    except TokenProblem:
        return
    assert clean.token.isascii()
    assert not any(c.isspace() for c in clean.token)
    assert clean_token(clean.token) == CleanToken(clean.token, [], clean.expires)
