"""An app that tells the time in the head of its answers, as nearly all do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime

from tests.engine.faulty import FaultyScim
from tests.servers.raw_server import Request


def tell_time(app: FaultyScim, clock: Callable[[], datetime]) -> None:
    """Have an app tell the time by a clock of its own."""
    plain = app._carry_out

    def dated(asked: Request) -> bytes:
        date = format_datetime(clock(), usegmt=True).encode()
        return plain(asked).replace(b"\r\n", b"\r\nDate: " + date + b"\r\n", 1)

    app._carry_out = dated  # type: ignore[method-assign]
