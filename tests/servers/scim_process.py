"""A real SCIM server, scim2-server, in a process of its own: it lives on, whatever becomes of its callers.

Run as ``python -m tests.servers.scim_process tolerant|strict``; the bearer token comes on the first line of
its input, the port goes out; it ends when its input closes, so with whoever started it. Beside SCIM it
answers orders under ``/control``: what it holds, forget everybody, and kill a process at its n-th request
from now.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal, TypeAlias

import httpx

from app.setup.tenant_url import TenantUrl
from tests.servers.real_scim import TOLERANT, listen, scim_application

ROOT = Path(__file__).parents[2]

When: TypeAlias = Literal["dropped", "carried out", "answered"]
"""What becomes of the request at which a process is killed."""


class ScimProcess:
    """Starts the server and talks to it.

    Attributes:
        tenant_url: its address, as a person would give it.
        token: the one bearer token that it accepts.
    """

    def __init__(self, policy: Literal["tolerant", "strict"] = "tolerant") -> None:
        self.token = secrets.token_urlsafe(24)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.servers.scim_process", policy],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{self.token}\n")
        base = f"http://127.0.0.1:{int(self._process.stdout.readline())}"
        self.tenant_url = TenantUrl.parse(f"{base}/scim/v2")
        self._http = httpx.Client(
            base_url=base, headers={"Authorization": f"Bearer {self.token}"}, timeout=60, trust_env=False
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def _order(self, name: str, **order: object) -> Any:
        return self._http.post(f"/control/{name}", json=order).raise_for_status().json()

    def reset(self) -> None:
        """Forget everybody."""
        self._order("reset")

    def state(self, kind: str = "") -> list[dict[str, Any]]:
        """Every object as JSON, of one resource type (``User``, ``Group``) or of all."""
        held: list[dict[str, Any]] = self._order("state", kind=kind)
        return held

    def requests(self) -> int:
        """How many SCIM requests came since this was asked last."""
        return int(self._order("requests"))

    def kill(self, pid: int, at: int, when: When) -> None:
        """Kill a process at the n-th request from now. A later order takes the place of this one."""
        self._order("kill", pid=pid, at=at, when=when)

    def spare(self) -> None:
        """Kill nobody any more."""
        self._order("kill", pid=0, at=0, when="dropped")

    def create(self, resource: str, body: dict[str, Any]) -> str:
        """Make an object as somebody else would; gives its id."""
        made = self._http.post(f"/scim/v2/{resource}", json=body).raise_for_status().json()
        return str(made["id"])

    def stop(self) -> None:
        self._http.close()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=10)


class _Door:
    """The server's side: SCIM goes through, orders are carried out."""

    def __init__(self, policy: str, token: str) -> None:
        self._storage, self._scim = scim_application(TOLERANT if policy == "tolerant" else None, token)
        self._token = token
        self._requests = 0
        self._victim = 0
        self._left = 0
        self._when: When = "dropped"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"]
        if path.startswith("/scim/v2"):
            await self._pass({**scope, "root_path": "/scim"}, receive, send)
            return
        if not path.startswith("/control/") or not self._is_known(scope):
            await _answer(send, 404, None)
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        await _answer(send, 200, self._carry_out(path.rpartition("/")[2], json.loads(body)))

    def _is_known(self, scope: Any) -> bool:
        return (b"authorization", f"Bearer {self._token}".encode()) in scope["headers"]

    async def _pass(self, scope: Any, receive: Any, send: Any) -> None:
        self._requests += 1
        self._left -= 1
        if not self._victim or self._left:
            await self._scim(scope, receive, send)
            return
        victim, self._victim = self._victim, 0
        if self._when == "dropped":
            os.kill(victim, signal.SIGKILL)
            await _answer(send, 503, None)
        elif self._when == "answered":
            await self._scim(scope, receive, send)
            os.kill(victim, signal.SIGKILL)
        else:
            answers: list[Any] = []

            async def hold(message: Any) -> None:
                answers.append(message)

            await self._scim(scope, receive, hold)
            os.kill(victim, signal.SIGKILL)
            for message in answers:
                await send(message)

    def _carry_out(self, name: str, order: dict[str, Any]) -> object:
        if name == "state":
            dumped = [json.loads(each.model_dump_json()) for each in self._storage.resources]
            return [each for each in dumped if order["kind"] in {"", each["meta"]["resourceType"]}]
        if name == "reset":
            self._storage.resources = []
        elif name == "kill":
            self._victim, self._left, self._when = order["pid"], order["at"], order["when"]
        came, self._requests = self._requests, 0
        return came


async def _answer(send: Any, status: int, body: object) -> None:
    content = json.dumps(body).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


async def _serve() -> None:
    door = _Door(sys.argv[1], sys.stdin.readline().strip())
    server, opened = listen(door)

    async def until_input_closes() -> None:
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        server.should_exit = True

    watch = asyncio.create_task(until_input_closes())
    sys.stdout.write(f"{opened.getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve(sockets=[opened])
    opened.close()
    await watch


if __name__ == "__main__":
    asyncio.run(_serve())
