"""Signing in to the practice tenant: a button there, no password and no Microsoft."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any, Final

from app.entra.clouds import Cloud
from app.entra.graph_problem import GraphProblem
from app.entra.graph_wire import GraphWire
from app.entra.scopes import READ, WRITE, missing
from app.entra.sign_in import Account
from app.entra.sign_in_problem import SignInProblem
from app.setup.redaction import secrets_seen
from app.setup.secret_store import SecretStore

ROLES: Final = (
    "Cloud Application Administrator",
    "Application Administrator",
    "Global Administrator",
    "Global Reader",
    "User",
)


class PracticeSignIn:
    """The sign-in of one practice tenant; kept where real ones are, so that commands find it too.

    Where nothing can be kept from one command to the next (no keyring), it signs in by itself when a token is
    needed: there is nothing to protect.

    Attributes:
        granted: the permissions that the token has.
    """

    def __init__(self, cloud: Cloud, store: SecretStore) -> None:
        self.granted: frozenset[str] = frozenset()
        self._cloud = cloud
        self._store = store
        self._held: dict[str, Any] | None = None
        self._entry = f"Practice sign-in {cloud.graph}"

    async def __call__(self, scopes: frozenset[str], claims: str = "", /) -> str:
        """The token. Raises SignInProblem when nobody is signed in, or not for this."""
        held = await self._load()
        needs_write = bool(scopes & WRITE)
        if held is None or claims:
            if await asyncio.to_thread(lambda: self._store.where) == "keyring":
                raise SignInProblem("SIGN-IN-CLAIMS" if claims else "SIGN-IN-NEEDED", self._cloud)
            await self.sign_in(write=needs_write)
        elif lacking := missing(scopes, self.granted):
            if await asyncio.to_thread(lambda: self._store.where) == "keyring":
                raise SignInProblem("SIGN-IN-MORE", self._cloud, scopes=frozenset(lacking))
            await self.sign_in(write=needs_write, role=str(held.get("role") or ROLES[0]))
        held = self._held
        assert held is not None
        return str(held["access_token"])

    async def sign_in(self, *, write: bool = False, role: str = ROLES[0]) -> Account:
        """Sign in as somebody with a role.

        Raises:
            SignInProblem: the practice tenant does not answer, or did not let this in.
        """
        wire = GraphWire(self._cloud, timeout=10)
        await wire.open()
        try:
            body = {"role": role, "write": write}
            answer = await wire.exchange("POST", f"{self._cloud.graph}/practice/sign-in", "", body, None)
        except GraphProblem as problem:
            raise SignInProblem("SIGN-IN-PRACTICE", self._cloud, details=problem.details) from problem
        finally:
            await wire.close()
        given = answer.json
        if answer.status >= 300 or not isinstance(given, dict) or not given.get("access_token"):
            raise SignInProblem("SIGN-IN-PRACTICE", self._cloud, details=f"status {answer.status}")
        held = {
            "access_token": str(given["access_token"]),
            "until": time.time() + float(given.get("expires_in") or 3600) - 60,
            "user": str(given.get("user") or ""),
            "tenant": str(given.get("tenant") or ""),
            "role": role,
            "write": write,
        }
        self._use(held)
        await asyncio.to_thread(self._store.put, self._entry, json.dumps(held))
        return self._account(held)

    async def account(self) -> Account | None:
        """Who is signed in; None for nobody."""
        held = await self._load()
        return self._account(held) if held else None

    async def sign_out(self) -> bool:
        """Forget it."""
        self._held, self.granted = None, frozenset()
        return await asyncio.to_thread(self._store.forget, self._entry)

    async def _load(self) -> dict[str, Any] | None:
        if self._held is None:
            kept = await asyncio.to_thread(self._store.get, self._entry)
            try:
                held = json.loads(kept or "null")
            except ValueError:
                held = None
            if isinstance(held, dict) and isinstance(held.get("access_token"), str):
                self._use(held)
        if self._held is not None and float(self._held.get("until") or 0) < time.time():
            self._held = None
        return self._held

    def _use(self, held: dict[str, Any]) -> None:
        secrets_seen.add(held["access_token"])
        self._held = held
        self.granted = READ | WRITE if held.get("write") else READ

    def _account(self, held: dict[str, Any]) -> Account:
        return Account(str(held.get("user") or ""), str(held.get("tenant") or ""), "", self.granted)
