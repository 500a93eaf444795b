"""What tests of the commands share: a plan, a process, what a command said, and servers of two kinds."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx

from app.practice.app import PracticeApp
from app.practice.people import write_people
from app.setup.plan import Place, SetupPlan
from app.setup.plan_file import write_plan
from app.setup.program import own_command, own_environment

SECRET = "tok/planted+8c1f52aa90=="


@dataclass(frozen=True)
class Said:
    """What one command did."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output of a command with --json; every line of it."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def result(self) -> dict[str, Any]:
        """The end, which is the last line."""
        end: dict[str, Any] = self.lines[-1]["result"]
        return end


Rollcall = Callable[..., Said]

Rollcall = Callable[..., Said]


def make_plan(folder: Path, url: str, where: Place = Place.THIS_COMPUTER, profile: str = "scim") -> Path:
    write_people(folder)
    plan = SetupPlan()
    plan.app.profile = profile
    plan.app.tenant_url = url
    plan.run.where = where
    plan.source.users, plan.source.groups = "users.csv", "groups.csv"
    plan.scope.who = "all"
    path = folder / "pilot.toml"
    write_plan(path, plan)
    return path


def writes(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in entries if line.get("event") == "entry" and line["action"] != "none"]


def names_in(practice: PracticeApp) -> list[str]:
    headers = {"Authorization": f"Bearer {practice.token}"}
    answer = httpx.get(f"{practice.tenant_url}/Users?count=500", headers=headers, trust_env=False).json()
    return [user["userName"] for user in answer["Resources"]]


def people_in(practice: PracticeApp) -> int:
    return len(names_in(practice))


def start(*arguments: str, **more: Any) -> subprocess.Popen[bytes]:
    environment = own_environment() | more.pop("environment", {})
    return subprocess.Popen(
        own_command(*arguments),
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def without_display(**more: str) -> dict[str, str]:
    hidden = dict.fromkeys(("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"), "")
    return hidden | more


class Slow(BaseHTTPRequestHandler):
    """Finds nobody and creates everybody, slowly."""

    made: list[str]
    counting = threading.Lock()

    def do_GET(self) -> None:
        self._say(
            200,
            {
                "totalResults": 0,
                "Resources": [],
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            },
        )

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.counting:
            self.made.append(body["userName"])
            number = len(self.made)
        threading.Event().wait(0.2)
        self._say(201, body | {"id": f"id-{number}"})

    def _say(self, status: int, body: dict[str, Any]) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/scim+json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:
        return


class Echo(Slow):
    """Repeats the token in everything it says, as some apps do in their error pages."""

    def do_GET(self) -> None:
        token = self.headers.get("Authorization", "")
        self._say(self.status, {"detail": f"you sent {token}", "schemas": ["x"], "status": str(self.status)})

    do_POST = do_GET
    status = 401
