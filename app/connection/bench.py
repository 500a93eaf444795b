"""What the checks of one run share: connections, test objects, and what one check learns for another."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from app.connection.finding import Severity
from app.connection.objects import NAME_PREFIX, TestObjects
from app.scim.wire import Wire
from app.setup.tenant_url import TenantUrl

T = TypeVar("T")

STALLS = 2
"""Checks that may wait in vain for an answer; those after them are not tried."""


@dataclass
class Bench:
    """The shared state of one run.

    Attributes:
        wire: the connection with the right token.
        stranger: a connection with a wrong token.
        nobody: a connection without a token.
        url: the tenant URL.
        writes: whether this run may make test objects.
        objects: makes them; None when it may not.
        mark: what the names of this run's test objects start with.
        times: seconds of each exchange.
        throttled: how often the app answered *too many requests*.
        learnt: what one check found out for another, or for the figures.
        failed: ids of the checks that have failed so far.
        codes: the outcome of each check that has ended.
        weights: how much each check that has ended matters to this plan.
        stalls: checks that waited in vain for an answer.
    """

    wire: Wire
    stranger: Wire
    nobody: Wire
    url: TenantUrl
    writes: bool = False
    objects: TestObjects | None = None
    mark: str = field(default_factory=lambda: f"{NAME_PREFIX}{secrets.token_hex(6)}")
    times: list[float] = field(default_factory=list)
    throttled: int = 0
    learnt: dict[str, Any] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    codes: dict[str, str] = field(default_factory=dict)
    weights: dict[str, Severity] = field(default_factory=dict)
    stalls: int = 0
    _once: dict[str, asyncio.Future[Any]] = field(default_factory=dict, repr=False)

    @property
    def requests(self) -> int:
        """How many requests the run has sent."""
        return self.wire.requests + self.stranger.requests + self.nobody.requests

    async def once(self, name: str, make: Callable[[], Awaitable[T]]) -> T:
        """The result of ``make``, which is awaited once a run however many checks ask for it."""
        if name not in self._once:
            self._once[name] = asyncio.ensure_future(make())
        return cast("T", await asyncio.shield(self._once[name]))

    def name(self, part: str, resource: str = "Users") -> str:
        """The name of a test object of this run: an address that reaches nobody (RFC 2606), or plain."""
        return f"{self.mark}-{part}@example.com" if resource == "Users" else f"{self.mark}-{part}"

    @property
    def user(self) -> dict[str, Any] | None:
        """The main test user as the app answered it; None while there is none."""
        return self.learnt.get("user")

    def drop(self) -> None:
        """End what is still under way for ``once``: nobody waits for it any more."""
        for future in self._once.values():
            future.cancel()
