"""Waits on this computer for what the browser brings back at the end of a sign-in.

The address is ``http://localhost`` with a port of the moment, see RFC 8252.
Ours rather than MSAL's: that one holds a thread until its time is over, and cannot be stopped.
"""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Final, Self
from urllib.parse import parse_qsl

LARGEST: Final = 64 * 1024
_PAGE: Final = (
    "<!doctype html><meta charset=utf-8><title>Rollcall</title>"
    "<body style='font-family:sans-serif;margin:4em auto;max-width:32em'><h1>{title}</h1><p>{text}</p>"
)
_DONE = _PAGE.format(title="You can close this page", text="Go back to Rollcall: it goes on by itself.")
_ENDED = _PAGE.format(title="The sign-in did not come about", text="Go back to Rollcall: it says why.")


class ReplyListener:
    """Listens on loopback for one answer. Use as an async context manager.

    Attributes:
        port: where; 0 before it listens.
    """

    def __init__(self) -> None:
        self.port = 0
        self._server: asyncio.Server | None = None
        self._state = ""
        self._answer: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()
        self._busy: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=LARGEST)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        # The page that says so is still on its way to the browser.
        if self._busy and error is None:
            await asyncio.wait(self._busy, timeout=1)
        for task in self._busy:
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)

    @property
    def redirect_uri(self) -> str:
        """Where the sign-in page sends the browser."""
        return f"http://localhost:{self.port}"

    def expect(self, state: str) -> None:
        """Take what carries this state from now on: before the page opens, for it may be quick."""
        self._state = state

    async def wait(self, timeout: float) -> dict[str, str]:
        """What came back for this sign-in. What carries another state is answered, and not taken.

        Raises:
            TimeoutError: nothing came.
        """
        async with asyncio.timeout(timeout):
            return await self._answer

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._busy.add(task)
        try:
            async with asyncio.timeout(10):
                writer.write(await self._answered(reader))
                await writer.drain()
        except (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # whoever it was gets no page; the sign-in waits on
        finally:
            writer.close()
            self._busy.discard(task)

    async def _answered(self, reader: asyncio.StreamReader) -> bytes:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ", 2)
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:])
        }
        form = target.partition("?")[2]
        if method == "POST":
            length = int(headers.get("content-length") or 0)
            if not 0 <= length <= LARGEST:
                return _http(413, _ENDED)
            form = (await reader.readexactly(length)).decode("utf-8", "replace")
        answer = dict(parse_qsl(form, max_num_fields=50))
        if not self._state or answer.get("state") != self._state or not {"code", "error"} & answer.keys():
            return _http(404, _ENDED)  # a favicon, an older page, or somebody who guesses
        if not self._answer.done():
            self._answer.set_result(answer)
        return _http(200, _ENDED if "error" in answer else _DONE)


def _http(status: int, page: str) -> bytes:
    body = page.encode()
    head = (
        f"HTTP/1.1 {status} Rollcall\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\nCache-Control: no-store\r\n"
        "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n\r\n"
    )
    return head.encode() + body
