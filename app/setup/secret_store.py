"""Where secrets are kept: the system's keyring, or this process's memory where there is none.

The keyring may ask the person for a password and wait; call from a thread where waiting would do harm.
``keyring`` is imported late: finding its back ends costs more than starting the rest of Rollcall.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from typing import TYPE_CHECKING, Final, Literal

from app.setup.redaction import secrets_seen

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SPLIT_OVER: Final = 1280
"""Characters. Windows' vault takes 2,560 bytes of UTF-16 (keyring issue 355)."""

_PARTS: Final = "rollcall-parts"
_LONGEST_NAME: Final = 200
"""Characters; Windows takes user names of up to 512, and keyring adds to them."""

_log = logging.getLogger(__name__)


class SecretStore:
    """Secrets by name.

    One over `SPLIT_OVER` is stored in parts, in one of two slots, and an entry in front of them says
    which slot holds and what the whole must hash to. The parts are written first, into the slot not in use,
    and that entry last: a crash in between leaves the older secret, and parts of two of them never mix.
    """

    def __init__(self, service: str, what: str, backend: KeyringBackend | None = None) -> None:
        """Open it; nothing is read yet.

        Args:
            service: what the system's keyring files the entries under.
            what: what a person calls such a secret, such as ``token``.
            backend: instead of the system's own, for tests and for people with a keyring of their own.
        """
        self._service = service
        self._what = what
        self._chosen = backend
        self._memory: dict[str, str] = {}
        self._why = ""

    @property
    def where(self) -> Literal["keyring", "memory"]:
        """Where the next secret will probably be kept: the keyring, unless it is missing or failed before."""
        return "keyring" if self._backend() and not self._why else "memory"

    @property
    def why_memory(self) -> str:
        """Why secrets are kept in memory only; empty while the keyring works."""
        self._backend()
        return self._why

    def get(self, name: str) -> str | None:
        """The secret of this name; None when none is kept or the keyring cannot be read."""
        key = _key(name)
        token = self._memory.get(key)
        if token is None and (backend := self._backend()):
            try:
                token = _read(backend, self._service, key)
            except Exception as error:  # noqa: BLE001 (back ends raise whatever their libraries raise)
                self._give_up(error)
        if token:
            secrets_seen.add(token)
        return token

    def put(self, name: str, token: str) -> Literal["keyring", "memory"]:
        """Keep a secret, for good where possible. The answer says where."""
        secrets_seen.add(token)
        key = _key(name)
        if backend := self._backend():
            try:
                _write(backend, self._service, key, token)
            except Exception as error:  # noqa: BLE001 (as above)
                self._give_up(error)
            else:
                self._memory.pop(key, None)
                self._why = ""
                return "keyring"
        self._memory[key] = token
        return "memory"

    def remember(self, name: str, token: str) -> None:
        """Keep a secret in memory only, in front of any stored one."""
        secrets_seen.add(token)
        self._memory[_key(name)] = token

    def forget(self, name: str) -> bool:
        """Remove the secret everywhere; whether there was one."""
        key = _key(name)
        had = self._memory.pop(key, None) is not None
        if backend := self._backend():
            try:
                had |= _remove(backend, self._service, key)
            except Exception as error:  # noqa: BLE001 (as above)
                self._give_up(error)
        return had

    def _backend(self) -> KeyringBackend | None:
        """The keyring, or None with the reason noted."""
        if self._chosen is not None:
            return self._chosen
        import keyring

        try:
            backend = keyring.get_keyring()
            first = _first_of(backend)
            usable = first.priority >= 1
        except Exception as error:  # noqa: BLE001 (as above)
            self._give_up(error)
            return None
        if usable:
            return backend
        # keyring ranks what protects nothing (none at all, plain files) below 1.
        self._why = (
            "This computer offers no keyring that protects secrets. On Linux, GNOME Keyring, KWallet and "
            f"KeePassXC do. The {self._what} is kept until Rollcall closes."
        )
        return None

    def _give_up(self, error: Exception) -> None:
        kind = type(error).__name__
        kept = f"The {self._what} is kept until Rollcall closes."
        self._why = f"The system's keyring did not answer ({kind}). {kept}"
        if "Locked" in kind:
            self._why = f"The system's keyring is locked. {kept}"
        _log.warning("keyring: %s: %s", kind, error)


def _first_of(backend: KeyringBackend) -> KeyringBackend:
    """The back end that a chain asks first, or the one itself."""
    chain = getattr(backend, "backends", None)
    return chain[0] if isinstance(chain, list) and chain else backend


def _key(name: str) -> str:
    if len(name) <= _LONGEST_NAME:
        return name
    return f"{name[: _LONGEST_NAME - 20]}#{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def _part(key: str, slot: str, number: int) -> str:
    return f"{key} part {slot}{number}"


def _head(entry: str | None) -> tuple[str, int, str, str] | None:
    """Slot, number of parts, salt and digest, where the entry is the front of a split token."""
    fields = (entry or "").split(":")
    if len(fields) != 5 or fields[0] != _PARTS or fields[1] not in {"a", "b"} or not fields[2].isdigit():
        return None
    return fields[1], int(fields[2]), fields[3], fields[4]


def _digest(salt: str, token: str) -> str:
    return hashlib.sha256(f"{salt}{token}".encode()).hexdigest()


def _read(backend: KeyringBackend, service: str, key: str) -> str | None:
    entry = backend.get_password(service, key)
    head = _head(entry)
    if head is None:
        return entry or None
    slot, count, salt, digest = head
    parts = [backend.get_password(service, _part(key, slot, number)) for number in range(1, count + 1)]
    token = "".join(part or "" for part in parts)
    if _digest(salt, token) != digest:
        _log.warning("keyring: a stored token is incomplete and is not used")
        return None
    return token


def _write(backend: KeyringBackend, service: str, key: str, token: str) -> None:
    head = _head(backend.get_password(service, key))
    if len(token) <= SPLIT_OVER and not token.startswith(_PARTS):
        backend.set_password(service, key, token)
        for slot in "ab":
            _remove_parts(backend, service, key, slot, 1)
        return
    slot, other = ("b", "a") if head and head[0] == "a" else ("a", "b")
    portions = [token[at : at + SPLIT_OVER] for at in range(0, len(token), SPLIT_OVER)]
    for number, portion in enumerate(portions, start=1):
        backend.set_password(service, _part(key, slot, number), portion)
    salt = secrets.token_hex(8)
    backend.set_password(service, key, f"{_PARTS}:{slot}:{len(portions)}:{salt}:{_digest(salt, token)}")
    _remove_parts(backend, service, key, slot, len(portions) + 1)
    _remove_parts(backend, service, key, other, 1)


def _remove(backend: KeyringBackend, service: str, key: str) -> bool:
    had = backend.get_password(service, key) is not None
    if had:
        backend.delete_password(service, key)
    for slot in "ab":
        _remove_parts(backend, service, key, slot, 1)
    return had


def _remove_parts(backend: KeyringBackend, service: str, key: str, slot: str, number: int) -> None:
    while backend.get_password(service, name := _part(key, slot, number)) is not None:
        backend.delete_password(service, name)
        number += 1
