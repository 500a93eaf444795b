"""What the checks of one run share: connections, test objects, and what one check learns for another."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from app.scim.wire import Wire
from app.setup.tenant_url import TenantUrl

T = TypeVar("T")

NAME_PREFIX = "rollcall-check-"
"""Every test object's name starts with this and a random part: nobody's account is called so."""


@dataclass
class Bench:
    """The shared state of one run.

    Attributes:
        wire: the connection with the right token.
        stranger: a connection with a wrong token.
        nobody: a connection without a token.
        url: the tenant URL.
        writes: whether this run may make test objects.
        mark: what the names of this run's test objects start with.
        times: seconds of each exchange.
        throttled: how often the app answered *too many requests*.
        learnt: what one check found out for another, or for the figures.
        failed: ids of the checks that have failed so far.
    """

    wire: Wire
    stranger: Wire
    nobody: Wire
    url: TenantUrl
    writes: bool = False
    mark: str = field(default_factory=lambda: f"{NAME_PREFIX}{secrets.token_hex(6)}")
    times: list[float] = field(default_factory=list)
    throttled: int = 0
    learnt: dict[str, Any] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
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

    def drop(self) -> None:
        """End what is still under way for ``once``: nobody waits for it any more."""
        for future in self._once.values():
            future.cancel()
