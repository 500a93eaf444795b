"""The password of the mail server: in the system's keyring, under a service of its own; never in a plan."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from app.setup.redaction import secrets_seen
from app.setup.secret_store import SecretStore

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE: Final = "Rollcall mail"
VARIABLE: Final = "ROLLCALL_MAIL_PASSWORD"
"""For runs without a keyring, such as a service's; the password of the plan's user."""


class MailPasswords(SecretStore):
    """Passwords by mail server and user."""

    def __init__(self, backend: KeyringBackend | None = None) -> None:
        super().__init__(SERVICE, "password", backend)

    def of(self, host: str, user: str) -> str | None:
        """The password; that of the environment comes first."""
        given = os.environ.get(VARIABLE, "")
        if given:
            secrets_seen.add(given)
            return given
        return self.get(entry_name(host, user))


def entry_name(host: str, user: str) -> str:
    """What the entry is called, as a person sees it in the keyring's own window."""
    return f"{user.strip()}@{host.strip().casefold()}"
