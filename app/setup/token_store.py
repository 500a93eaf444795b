"""Where secret tokens are kept: in the system's keyring, by tenant URL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from app.setup.secret_store import SPLIT_OVER, SecretStore
from app.setup.tenant_url import TenantUrl

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

__all__ = ["SERVICE", "SPLIT_OVER", "TokenStore"]

SERVICE: Final = "Rollcall"


class TokenStore:
    """Tokens by tenant URL; the flag makes no difference, it is the same app."""

    def __init__(self, backend: KeyringBackend | None = None) -> None:
        """``backend`` instead of the system's own: for tests and for people with a keyring of their own."""
        self._secrets = SecretStore(SERVICE, "token", backend)

    @property
    def where(self) -> Literal["keyring", "memory"]:
        """Where the next token will probably be kept: the keyring, unless it is missing or failed before."""
        return self._secrets.where

    @property
    def why_memory(self) -> str:
        """Why tokens are kept in memory only; empty while the keyring works."""
        return self._secrets.why_memory

    def get(self, url: TenantUrl) -> str | None:
        """The token for this app; None when none is kept or the keyring cannot be read."""
        return self._secrets.get(url.base)

    def put(self, url: TenantUrl, token: str) -> Literal["keyring", "memory"]:
        """Keep a token, for good where possible. The answer says where."""
        return self._secrets.put(url.base, token)

    def remember(self, url: TenantUrl, token: str) -> None:
        """Keep a token in memory only, in front of any stored one: for the practice app."""
        self._secrets.remember(url.base, token)

    def forget(self, url: TenantUrl) -> bool:
        """Remove the token everywhere; whether there was one."""
        return self._secrets.forget(url.base)
