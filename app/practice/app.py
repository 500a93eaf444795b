"""Starts and stops the practice app, a process of its own."""

from __future__ import annotations

import secrets
from types import TracebackType
from typing import Literal, TypeAlias

from app.practice.child import Child

Policy: TypeAlias = Literal["tolerant", "strict"]


class PracticeApp:
    """A running practice app. It ends with :meth:`stop`, and at the latest with this process.

    Attributes:
        tenant_url: its whole tenant URL, on loopback.
        port: its port.
        token: the only token it takes; new with each start.
        policy: how strict it is.
        instance: a name that no other start ever had; not secret.
    """

    def __init__(self, child: Child, token: str, policy: Policy) -> None:
        self._child = child
        self.tenant_url = str(child.answer["url"])
        self.port = int(child.answer["port"])
        self.token = token
        self.policy = policy
        self.instance = secrets.token_hex(8)

    @classmethod
    def start(cls, policy: Policy = "tolerant", port: int = 0) -> PracticeApp:
        """Start one, on a free port where none is named, and return when it answers.

        Raises:
            Problem: it did not start.
        """
        token = secrets.token_urlsafe(32)
        wish = {"token": token, "policy": policy, "port": port}
        return cls(Child.start("practice-app", "practice app", wish), token, policy)

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        return self._child.running

    def stop(self) -> None:
        """End it; all that was in it is gone. A second call does nothing."""
        self._child.stop()

    def __enter__(self) -> PracticeApp:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
