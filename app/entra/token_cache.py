"""What is remembered of a sign-in: MSAL's token cache, in the system's keyring, never in a file.

One entry holds all of it, in portions where the keyring limits the size (see ``app.setup.secret_store``), so
that signing out forgets all at once.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from app.setup.redaction import secrets_seen
from app.setup.secret_store import SecretStore

if TYPE_CHECKING:
    from msal import SerializableTokenCache

ENTRY: Final = "Microsoft sign-in"
_SECRET_KINDS: Final = ("AccessToken", "RefreshToken", "IdToken")


def sign_in_store() -> SecretStore:
    """The keyring, as sign-ins are kept in it. One for a process: without a keyring it is their memory."""
    return SecretStore("Rollcall", "sign-in")


class KeptSignIns:
    """MSAL's cache and beside it who signed in for which tenant. All calls may block: the keyring may ask.

    Args:
        store: where it is kept.
    """

    def __init__(self, store: SecretStore) -> None:
        from msal import SerializableTokenCache

        self._store = store
        self._facts: dict[str, dict[str, Any]] = {}
        self._unsaved = False
        self.cache: SerializableTokenCache = SerializableTokenCache()
        self.load()

    def load(self) -> None:
        """Read it anew: another process of Rollcall may have signed in or out."""
        try:
            kept = json.loads(self._store.get(ENTRY) or "{}")
        except ValueError:
            kept = {}  # not ours, or damaged: it counts as not signed in
        held = kept if isinstance(kept, dict) and isinstance(kept.get("facts"), dict) else {}
        self._facts = held.get("facts", {})
        self.cache.deserialize(json.dumps(held.get("msal", {})))
        self._note_secrets(held.get("msal", {}))
        self._unsaved = False

    def save(self) -> None:
        """Keep it where it changed."""
        if not self.cache.has_state_changed and not self._unsaved:
            return
        held = json.loads(self.cache.serialize())
        self._note_secrets(held)
        self._store.put(ENTRY, json.dumps({"facts": self._facts, "msal": held}, separators=(",", ":")))
        self._unsaved = False

    def forget(self) -> bool:
        """Forget every sign-in; whether there was one."""
        self._facts = {}
        self.cache.deserialize("{}")
        return self._store.forget(ENTRY)

    def fact(self, place: str, name: str) -> Any:
        """Something remembered of a place (cloud, tenant and client); None when it is not."""
        return self._facts.get(place, {}).get(name)

    def note(self, place: str, **facts: Any) -> None:
        """Remember something of a place."""
        self._facts.setdefault(place, {}).update(facts)
        self._unsaved = True

    @staticmethod
    def _note_secrets(held: dict[str, Any]) -> None:
        for kind in _SECRET_KINDS:
            entries = held.get(kind)
            for entry in entries.values() if isinstance(entries, dict) else ():
                secrets_seen.add(str(entry.get("secret", "")))
