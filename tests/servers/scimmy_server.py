"""SCIMMY, a SCIM server for Node.js made by others, in a process of its own.

It checks types strictly: ``active`` must be a boolean, so Entra's ``"False"`` is refused with 400. What it
needs comes from the npm registry: ``npm install --prefix build/scim-servers`` with the packages named in
``PACKAGES`` (``.ci/run`` does it). Where that was not done, its tests are skipped.
"""

from __future__ import annotations

import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import httpx

from app.setup.tenant_url import TenantUrl

_ROOT: Final = Path(__file__).parents[2]
_MODULES: Final = _ROOT / "build" / "scim-servers"
PACKAGES: Final = ("scimmy@1.3.5", "scimmy-routers@1.3.2", "express@5.3.0")


def why_not() -> str:
    """Why SCIMMY cannot be started here; empty when it can."""
    if not shutil.which("node"):
        return "Node.js is not installed."
    if not (_MODULES / "node_modules" / "scimmy").is_dir():
        return f"Run: npm install --prefix {_MODULES.relative_to(_ROOT)} {' '.join(PACKAGES)}"
    return ""


class Scimmy:
    """Starts the server and reads what it holds.

    Attributes:
        tenant_url: its address, as a person would give it.
        token: the one bearer token that it accepts.
    """

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(24)
        self._process = subprocess.Popen(
            ["node", str(Path(__file__).with_suffix("").parent / "scimmy.mjs"), str(_MODULES)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{self.token}\n")
        self._base = f"http://127.0.0.1:{int(self._process.stdout.readline())}"
        self.tenant_url = TenantUrl.parse(f"{self._base}/scim/v2")

    def state(self, kind: str) -> list[dict[str, Any]]:
        """Every object of one resource type, ``User`` or ``Group``."""
        answer = httpx.get(f"{self._base}/state/{kind}", trust_env=False).raise_for_status()
        held: list[dict[str, Any]] = answer.json()
        return held

    def stop(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=10)
