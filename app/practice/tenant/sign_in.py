"""Who may do what in the practice tenant. Signing in is a button there: no password, no Microsoft."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from app.practice.tenant.fault import forbidden, unauthorized
from app.practice.tenant.sample import ROLES

LASTS: Final = timedelta(hours=1)
_READS_PROVISIONING: Final = frozenset(
    {"Application Administrator", "Cloud Application Administrator", "Global Administrator"}
)
_READS_LOGS: Final = _READS_PROVISIONING | {"Global Reader", "Reports Reader", "Security Reader"}


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody with a token.

    Attributes:
        user: the id of the user they are.
        role: the directory role they have; ``User`` for none.
        write: whether the token's permissions let them change anything.
    """

    user: str
    role: str
    write: bool
    until: datetime


class Tokens:
    """The tokens that are out. They live by the real time: however fast the tenant's goes, nobody is thrown
    out for it."""

    def __init__(self) -> None:
        self._out: dict[str, SignedIn] = {}
        self.claims = ""

    def give(self, user: str, role: str, *, write: bool) -> str:
        """A new token. What a claims challenge asked for is met by signing in again."""
        token = secrets.token_urlsafe(32)
        self._out[token] = SignedIn(user, role if role in ROLES else "User", write, datetime.now(UTC) + LASTS)
        self.claims = ""
        return token

    def revoke(self) -> None:
        """Make all tokens worthless."""
        self._out.clear()

    def who(self, authorization: str) -> SignedIn:
        """Whose token a request has.

        Raises:
            GraphFault: 401.
        """
        scheme, _, token = authorization.partition(" ")
        found = self._out.get(token) if scheme.lower() == "bearer" else None
        if found is None:
            raise unauthorized("Access token is empty." if not token else "CompactToken validation failed.")
        if datetime.now(UTC) > found.until:
            raise unauthorized("Lifetime validation failed, the token is expired.")
        if self.claims:
            raise unauthorized("Continuous access evaluation resulted in challenge.", self.claims)
        return found


def permit(who: SignedIn, area: str, method: str) -> None:
    """See that somebody may do this.

    Raises:
        GraphFault: 403. Global readers cannot read provisioning configurations (entra.md, section 3).
    """
    reads = {"provisioning": _READS_PROVISIONING, "logs": _READS_LOGS}.get(area)
    if reads is not None and who.role not in reads:
        raise forbidden()
    if method != "GET" and (not who.write or who.role not in _READS_PROVISIONING):
        raise forbidden()
