"""Tokens are kept whole or not at all: in a real Secret Service, a small vault, and where nothing works."""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys

import keyring.backends.fail
import keyring.backends.null
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.backends.SecretService import Keyring as SecretServiceKeyring
from keyring.errors import KeyringError, KeyringLocked, PasswordDeleteError

from app.setup.redaction import secrets_seen
from app.setup.tenant_url import TenantUrl
from app.setup.token_store import SERVICE, SPLIT_OVER, TokenStore
from tests.setup.secret_service import SecretService

URL = TenantUrl.parse("https://contoso.invisionapp.com")
OTHER = TenantUrl.parse("https://fabrikam.invisionapp.com")


class Vault(KeyringBackend):
    """As Windows' vault: no entry over 2,560 bytes of UTF-16. Stops working after ``calls`` changes."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}
        self.calls = 10**9

    def _change(self) -> None:
        if self.calls <= 0:
            raise Crash
        self.calls -= 1

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._change()
        if len(password.encode("utf-16-le")) > 2560:
            raise KeyringError("The stub received bad data")
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._change()
        if self.entries.pop((service, username), None) is None:
            raise PasswordDeleteError("not found")


class Crash(BaseException):
    """The process ends here: nothing catches it."""


class Broken(KeyringBackend):
    """Raises at every touch, as keyrings do that are locked or whose service died."""

    priority = 5

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        raise self.error

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.error

    def delete_password(self, service: str, username: str) -> None:
        raise self.error


@pytest.fixture
def real(secret_service: SecretService, monkeypatch: pytest.MonkeyPatch) -> KeyringBackend:
    """The back end of the real service; entries of earlier tests are removed."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", secret_service.environment["DBUS_SESSION_BUS_ADDRESS"])
    backend = SecretServiceKeyring()
    for url in (URL, OTHER):
        TokenStore(backend).forget(url)
    return backend


@pytest.mark.parametrize("size", [20, SPLIT_OVER, SPLIT_OVER + 1, 5000])
def test_a_real_keyring_gives_a_later_process_the_token(real: KeyringBackend, size: int) -> None:
    token = ("abcdefghij" * 500)[:size]
    store = TokenStore(real)
    assert store.put(URL, token) == "keyring"
    assert store.where == "keyring"
    assert store.why_memory == ""
    assert TokenStore(real).get(URL) == token
    assert TokenStore(real).get(OTHER) is None
    assert TokenStore(real).forget(URL) is True
    assert TokenStore(real).get(URL) is None
    assert TokenStore(real).forget(URL) is False


def _ask(expression: str, environment: dict[str, str]) -> str:
    """What a new process prints, with the back end that keyring finds by itself."""
    program = (
        "from app.setup.secret_token import TokenStore\n"
        "from app.setup.tenant_url import TenantUrl\n"
        "store, url = TokenStore(), TenantUrl.parse('https://found.example')\n"
        f"print({expression})\n"
    )
    environment = {**environment, "PYTHONPATH": os.getcwd()}
    environment.pop("PYTHON_KEYRING_BACKEND", None)
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, timeout=60, check=True
    )
    return done.stdout.decode().strip()


def test_a_real_keyring_is_found_by_itself(secret_service: SecretService) -> None:
    said = _ask(
        "store.where, store.put(url, 'a-token'), TokenStore().get(url), store.forget(url), store.why_memory",
        secret_service.environment,
    )
    assert said == "keyring keyring a-token True"


def test_without_any_keyring_it_says_so_and_keeps_the_token(secret_service: SecretService) -> None:
    environment = dict(secret_service.environment)
    del environment["DBUS_SESSION_BUS_ADDRESS"]
    said = _ask(
        "store.where, store.put(url, 'a-token'), store.get(url), TokenStore().get(url), store.why_memory",
        environment,
    )
    assert said.startswith("memory memory a-token None This computer offers no keyring")


def test_keyring_is_not_imported_before_it_is_needed() -> None:
    program = "import sys, app.setup.secret_token; print('keyring' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("backend", [keyring.backends.fail.Keyring(), keyring.backends.null.Keyring()])
def test_back_ends_that_keep_nothing_are_not_trusted(
    backend: KeyringBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    store = TokenStore()
    assert store.where == "memory"
    assert store.put(URL, "a-token") == "memory"
    assert "until Rollcall closes" in store.why_memory
    assert store.get(URL) == "a-token"
    assert store.forget(URL) is True
    assert store.get(URL) is None


def test_a_back_end_that_writes_plain_files_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Vault()
    monkeypatch.setattr(Vault, "priority", 0.5)
    monkeypatch.setattr(keyring, "get_keyring", lambda: plain)
    assert TokenStore().put(URL, "a-token") == "memory"
    assert plain.entries == {}


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (KeyringLocked("locked"), "is locked"),
        (ConnectionResetError("bus"), "did not answer (ConnectionResetError)"),
        (RuntimeError("x"), "did not answer (RuntimeError)"),
    ],
)
def test_a_keyring_that_fails_is_told_and_the_token_kept(error: Exception, told: str) -> None:
    store = TokenStore(Broken(error))
    assert store.get(URL) is None
    assert store.put(URL, "a-token") == "memory"
    assert store.where == "memory"
    assert told in store.why_memory
    assert store.get(URL) == "a-token"
    assert store.forget(URL) is True
    assert store.get(URL) is None


def test_a_keyring_that_works_again_is_used_again() -> None:
    vault = Vault()
    store = TokenStore(vault)
    broken = Broken(KeyringLocked())
    store._secrets._chosen = broken
    assert store.put(URL, "first-token") == "memory"
    store._secrets._chosen = vault
    assert store.put(URL, "second-token") == "keyring"
    assert store.where == "keyring"
    assert store.get(URL) == TokenStore(vault).get(URL) == "second-token"


def test_remembered_tokens_are_in_memory_only() -> None:
    vault = Vault()
    store = TokenStore(vault)
    store.remember(URL, "practice-token")
    assert store.get(URL) == "practice-token"
    assert vault.entries == {}


def test_the_flag_makes_no_other_app() -> None:
    vault = Vault()
    TokenStore(vault).put(URL, "a-token")
    assert TokenStore(vault).get(URL.with_flag(True)) == "a-token"
    assert list(vault.entries) == [(SERVICE, URL.base)]


def test_very_long_addresses_have_short_and_different_names() -> None:
    vault = Vault()
    urls = [TenantUrl.parse(f"https://contoso.com/{'a' * 600}{n}") for n in range(2)]
    for number, url in enumerate(urls):
        TokenStore(vault).put(url, f"token-{number}")
    assert [TokenStore(vault).get(url) for url in urls] == ["token-0", "token-1"]
    assert all(len(name) <= 200 for _, name in vault.entries)


_TOKENS = st.builds(
    lambda piece, size: (piece * (size // len(piece) + 1))[:size],
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)
    | st.just("rollcall-parts:a:1:x:y"),
    st.sampled_from([1, 40, SPLIT_OVER - 1, SPLIT_OVER, SPLIT_OVER + 1, 2 * SPLIT_OVER, 6000]),
)


@given(st.lists(_TOKENS, min_size=1, max_size=4))
@settings(max_examples=60)
def test_tokens_of_any_size_replace_each_other_without_a_trace(tokens: list[str]) -> None:
    vault = Vault()
    for token in tokens:
        assert TokenStore(vault).put(URL, token) == "keyring"
        assert TokenStore(vault).get(URL) == token
    assert len(vault.entries) == 1 + (
        -(-len(tokens[-1]) // SPLIT_OVER)
        if len(tokens[-1]) > SPLIT_OVER or tokens[-1].startswith("rollcall-parts")
        else 0
    )
    TokenStore(vault).forget(URL)
    assert vault.entries == {}


@given(st.lists(_TOKENS, min_size=2, max_size=4), st.integers(0, 14))
@settings(max_examples=200)
def test_a_crash_at_any_moment_leaves_one_of_the_two_tokens_whole(tokens: list[str], calls: int) -> None:
    *before, last = tokens
    vault = Vault()
    for token in before:
        TokenStore(vault).put(URL, token)
    vault.calls = calls
    with contextlib.suppress(Crash):
        TokenStore(vault).put(URL, last)
    vault.calls = 10**9
    assert TokenStore(vault).get(URL) in {before[-1], last}
    TokenStore(vault).put(URL, last)
    assert TokenStore(vault).get(URL) == last
    TokenStore(vault).forget(URL)
    assert TokenStore(vault).get(URL) is None


def test_parts_that_do_not_belong_together_are_no_token(caplog: pytest.LogCaptureFixture) -> None:
    vault = Vault()
    TokenStore(vault).put(URL, "x" * 3000)
    part = next(name for name in vault.entries if name[1].endswith("part a2"))
    vault.entries[part] = "y" * SPLIT_OVER
    with caplog.at_level(logging.WARNING):
        assert TokenStore(vault).get(URL) is None
    assert "incomplete" in caplog.text
    del vault.entries[part]
    assert TokenStore(vault).get(URL) is None


def test_every_token_that_passes_is_known_to_the_redactor() -> None:
    vault = Vault()
    vault.entries[SERVICE, URL.base] = "stored-by-another-process"
    store = TokenStore(vault)
    store.get(URL)
    store.put(OTHER, "typed-just-now")
    store.remember(OTHER, "made-for-practice")
    cleaned = secrets_seen.clean("stored-by-another-process typed-just-now made-for-practice")
    assert cleaned == "[secret] [secret] [secret]"
