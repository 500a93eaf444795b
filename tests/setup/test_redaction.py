"""A known secret is blanked in every form in which it could be written."""

from __future__ import annotations

import base64
import html
import json
import logging
from collections.abc import Callable
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.setup.redaction import BLANK, RedactingFilter, Redactor

SECRET = 'p7/+=k"\\<&>\u00fc token~9'


def _basic(secret: str) -> str:
    return "Basic " + base64.b64encode(f"admin:{secret}".encode()).decode()


FORMS: list[Callable[[str], str]] = [
    lambda s: s,
    lambda s: f"Authorization: Bearer {s}",
    lambda s: quote(s),
    lambda s: quote(s, safe=""),
    lambda s: quote_plus(s),
    lambda s: quote(s, safe="").lower() if s.islower() else quote(s),
    lambda s: "https://x.example/?" + urlencode({"token": s, "a": "b"}),
    lambda s: json.dumps({"token": s}),
    lambda s: json.dumps({"token": s}, ensure_ascii=False),
    lambda s: json.dumps({"body": json.dumps({"token": s})}),
    lambda s: json.dumps({"token": s}).replace("/", "\\/"),
    lambda s: html.escape(s),
    lambda s: f"<p>{html.escape(s, quote=False)}</p>",
    lambda s: repr({"token": s}),
    lambda s: base64.b64encode(s.encode()).decode(),
    lambda s: base64.b64encode(s.encode()).decode().rstrip("="),
    lambda s: base64.urlsafe_b64encode(s.encode()).decode(),
    lambda s: base64.b64encode(b"x" + s.encode() + b"yz").decode(),
    lambda s: base64.urlsafe_b64encode(b"xy" + s.encode() + b"z").decode(),
    lambda s: quote(base64.b64encode(s.encode()).decode(), safe=""),
    _basic,
    lambda s: s.encode().hex(),
    lambda s: s.encode().hex().upper(),
]


@pytest.mark.parametrize("number", range(len(FORMS)))
def test_every_form_is_blanked(number: int) -> None:
    redactor = Redactor()
    redactor.add(SECRET)
    written = FORMS[number](SECRET)
    cleaned = redactor.clean(f"before {written} after")
    assert BLANK in cleaned
    assert cleaned.startswith("before ")
    assert cleaned.endswith(" after")
    assert "p7" not in cleaned
    assert "token~9" not in cleaned


_TEXT = st.characters(exclude_categories=["Cs"])


@given(
    st.text(_TEXT, min_size=8, max_size=60).filter(lambda secret: secret.strip() == secret),
    st.text(_TEXT, max_size=20),
    st.sampled_from(FORMS),
)
def test_any_secret_in_any_text(secret: str, around: str, write: Callable[[str], str]) -> None:
    redactor = Redactor()
    redactor.add(secret)
    cleaned = redactor.clean(around + write(secret) + around)
    assert BLANK in cleaned
    assert write(secret) not in cleaned.replace(BLANK, "\0")


@given(st.text(), st.lists(st.text(min_size=4, max_size=20), max_size=3))
def test_other_text_stays(text: str, secrets: list[str]) -> None:
    redactor = Redactor()
    assert redactor.clean(text) == text
    for secret in secrets:
        redactor.add(secret)
    assert all(secret not in redactor.clean(text).replace(BLANK, "\0") for secret in secrets)


def test_a_secret_that_begins_like_another_is_blanked_whole() -> None:
    redactor = Redactor()
    redactor.add("abcdef")
    redactor.add("abcdefghij")
    assert redactor.clean("abcdefghij abcdef") == f"{BLANK} {BLANK}"


@pytest.mark.parametrize("short", ["", "a", "abc"])
def test_very_short_texts_are_no_secrets(short: str) -> None:
    redactor = Redactor()
    redactor.add(short)
    assert redactor.clean("abc a cab") == "abc a cab"


def test_a_log_record_is_cleaned_in_all_its_parts() -> None:
    redactor = Redactor()
    redactor.add(SECRET)
    try:
        int(f"refused {SECRET}")
    except ValueError as error:
        fault = (type(error), error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, "f.py", 1, "sent %s to %d", (SECRET, 5), fault)
    record.stack_info = f"stack {SECRET}"
    assert RedactingFilter(redactor).filter(record)
    written = logging.Formatter("%(message)s").format(record)
    assert "token~9" not in written
    assert f"sent {BLANK} to 5" in written
    assert f"refused {BLANK}" in written
    assert f"stack {BLANK}" in written
