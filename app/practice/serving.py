"""A process that serves on a loopback port for as long as whoever started it lives.

It reads one JSON line from standard input (what is wished for), prints one with where it is, and ends when
standard input closes. Secrets go through these pipes, for others can read arguments and environment.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import uvicorn

HOST = "127.0.0.1"
LAST_WORDS = 2.0
"""Seconds from the end of standard input to the end of the process, at most."""

Make: TypeAlias = Callable[[dict[str, Any]], Any]
"""Makes the ASGI application that was wished for."""


class _Server(uvicorn.Server):
    """Uvicorn without its signal handlers, that says where it is once it listens."""

    def __init__(self, config: uvicorn.Config, tell: Callable[[int], dict[str, object]]) -> None:
        super().__init__(config)
        self._tell_where = tell

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # Ctrl-C in the terminal is for the command; this process ends when its standard input closes.
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if sockets:
            _tell(self._tell_where(sockets[0].getsockname()[1]))


def serve(make: Make, where: Callable[[int], dict[str, object]]) -> int:
    """Serve until standard input closes; gives the exit code.

    Args:
        make: makes the application from the wish.
        where: what to tell once it listens on this port.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        wish = json.loads(sys.stdin.buffer.readline())
        application = make(wish)
        listening = _listen(int(wish.get("port") or 0))
    except Exception as error:  # noqa: BLE001 - whatever it is, whoever started this process must hear of it
        _tell({"error": f"{type(error).__name__}: {error}"})
        return 1
    config = uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config, where)
    threading.Thread(target=_end_with_input, args=(server,), name="input", daemon=True).start()
    server.run(sockets=[listening])
    return 0


def _listen(port: int) -> socket.socket:
    """A port on loopback; a free one with 0.

    The protocol is named because asyncio sets TCP_NODELAY only where it is: without, each answer waits 40 ms
    for the client's delayed acknowledgement (measured with 8 connections: 176 POSTs a second instead of 917).
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind((HOST, port))
    return listening


def _end_with_input(server: uvicorn.Server) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    server.should_exit = True
    time.sleep(LAST_WORDS)
    os._exit(0)


def _tell(line: dict[str, object]) -> None:
    sys.stdout.buffer.write(json.dumps(line).encode() + b"\n")
    sys.stdout.buffer.flush()
