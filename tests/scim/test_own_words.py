"""The app's own words of a refusal, as they stand in the log: short, on one line, and never with a secret."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scim.answer import Exchange
from app.scim.own_words import MOST, own_words
from app.scim.wire import Wire
from app.setup.tenant_url import TenantUrl

TOKEN = "tok/planted+8c1f52aa90=="
WIRE = Wire(TenantUrl.parse("https://app.example.com/scim/v2"), TOKEN)


def answered(body: bytes, status: int = 400) -> Exchange:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        parsed = None
    return Exchange("POST", "", status, {}, body, parsed, "", 0.0, b"", WIRE.blank)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            b'{"status":"400","scimType":"invalidValue","detail":"The key name cannot have @."}',
            "HTTP 400 invalidValue: The key name cannot have @.",
        ),
        (b'{"detail":"two\\nlines\\u001b[31m"}', "HTTP 400: two lines\\u001b[31m"),
        (b'{"message": "no SCIM error"}', 'HTTP 400: {"message": "no SCIM error"}'),
        (b"<html><head><title>x</title></head><body><h1>Bad</h1> thing</body></html>", "HTTP 400: Bad thing"),
        (b"", "HTTP 400 (the answer has no text)"),
        (b'{"user": {"password": "hunter2"}}', 'HTTP 400: {"user": {"password": "[secret]"}}'),
    ],
)
def test_what_is_shown(body: bytes, said: str) -> None:
    assert own_words(answered(body)) == said


def test_the_token_is_blanked_in_a_detail_and_in_a_body() -> None:
    for body in (json.dumps({"detail": f"no {TOKEN}"}), f"no {TOKEN}", f"<p>{TOKEN}</p>"):
        said = own_words(answered(body.encode()))
        assert TOKEN not in said
        assert "[secret]" in said


@given(
    st.one_of(
        st.binary(max_size=3000), st.text(max_size=3000).map(lambda t: json.dumps({"detail": t}).encode())
    )
)
def test_whatever_the_app_answers_it_is_one_printable_line(body: bytes) -> None:
    said = own_words(answered(body))
    assert said.startswith("HTTP 400")
    assert said.isprintable()
    # Each character may be made visible as \uXXXX; a note says how many are left out.
    assert len(said) <= 10 * MOST
