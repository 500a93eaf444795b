"""An app whose ways of dealing with a leaver go wrong as real apps' do, each way by a name."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.engine.faulty import FaultyScim
from tests.servers.raw_server import Request, answer

SWITCHES = (
    "right",
    "text refused",
    "text ignored",
    "text stored",
    "only without path",
    "only put",
    "no active in answers",
    "false in the answer only",
    "active as number",
    "active as yes and no",
    "crashes on text",
    "never",
    "lies",
)
"""How the app takes a disable. The last two keep everybody in: one refuses, one says that it is done."""
DELETES = ("deletes", "501", "405", "403", "500", "keeps", "soft")
"""How the app takes a delete. ``keeps``: 204, and nothing happens; ``soft``: only switched off."""


class LeavingScim(FaultyScim):
    """Deals with disabling and deleting by the two quirks that are set."""

    def __init__(self, switch: str = "right", delete: str = "deletes") -> None:
        super().__init__()
        self.switch = switch
        self.delete = delete
        self.sent: list[str] = []

    def is_in(self, name: str) -> bool:
        """Whether the app lets a person sign in: only ``true`` and a text do, as in real apps."""
        held = [each for each in self.state("User") if each["userName"] == name]
        return bool(held) and held[0].get("active") not in (False, None)

    def _carry_out(self, request: Request) -> bytes:
        parts = urlsplit(request.target).path.removeprefix("/scim/v2").strip("/").split("/")
        if parts[0] != "Users":
            return super()._carry_out(request)
        account = unquote(parts[1]) if len(parts) > 1 else ""
        if request.method != "GET":
            self.sent.append(request.method)
        if request.method == "DELETE" and self.delete != "deletes":
            return self._deleted(account)
        if request.method == "PUT":
            return self._put(account, request.json)
        if request.method == "PATCH" and account in self.store.held["Users"]:
            given = self._switched(account, request.json["Operations"])
            if given is not None:
                return given
        return self._shown(super()._carry_out(request))

    def _deleted(self, account: str) -> bytes:
        if self.delete.isdigit():
            return answer(int(self.delete), {"status": self.delete, "detail": "users are never deleted"})
        if self.delete == "soft":
            self.store.held["Users"][account]["active"] = False
        return answer(204, b"")

    def _put(self, account: str, body: dict[str, Any]) -> bytes:
        if self.switch != "only put":
            return answer(501, {"status": "501"})
        self.store.held["Users"][account].update(body)
        return answer(200, self.store.held["Users"][account])

    def _switched(self, account: str, operations: list[dict[str, Any]]) -> bytes | None:
        """The answer to a PATCH that has to do with ``active``; None: like any other."""
        held = self.store.held["Users"][account]
        refused = answer(400, {"status": "400", "scimType": "invalidValue", "detail": "not a boolean"})
        for each in operations:
            path, value = each.get("path"), each.get("value")
            if path is None and isinstance(value, dict) and set(value) == {"active"}:
                if self.switch in {"only put", "never"}:
                    return refused
                if self.switch != "lies":
                    held["active"] = value["active"]
                return answer(204, b"")
            if path != "active":
                continue
            if self.switch in {"never", "only put", "only without path"}:
                return refused
            if self.switch == "lies":
                return answer(200, held)
            if isinstance(value, str):
                if self.switch == "text refused":
                    return refused
                if self.switch == "crashes on text":
                    return answer(500, {"status": "500"})
                if self.switch == "text ignored":
                    return answer(204, b"")
                if self.switch == "text stored":
                    for other in operations:
                        self._patch(held, other)
                    held["active"] = value
                    return answer(200, held)
                if self.switch == "false in the answer only":
                    return answer(200, {**held, "active": False})
        return None

    def _shown(self, given: bytes) -> bytes:
        """An answer as this app writes it."""
        head, _, content = given.partition(b"\r\n\r\n")
        if not content.startswith(b"{") or self.switch not in _WRITTEN:
            return given
        body = json.loads(content)
        for each in [body, *body.get("Resources", [])]:
            if isinstance(each.get("active"), bool):
                each["active"] = _WRITTEN[self.switch][each["active"]]
                if each["active"] is None:
                    del each["active"]
        return answer(int(head.split(b" ")[1]), body)


_WRITTEN: dict[str, dict[bool, Any]] = {
    "no active in answers": {True: None, False: None},
    "active as number": {True: 1, False: 0},
    "active as yes and no": {True: "yes", False: "no"},
}


class InvitingScim(FaultyScim):
    """Takes creates as invitations, as GitHub organizations do: no read shows anybody who has not accepted.

    Attributes:
        withdraws: whether a DELETE withdraws an invitation; otherwise it answers 404.
    """

    def __init__(self, *, withdraws: bool = False) -> None:
        super().__init__()
        self.withdraws = withdraws
        self.invited: dict[str, dict[str, Any]] = {}

    def accept(self) -> None:
        """Have everybody accept who is invited."""
        for account, held in self.invited.items():
            self.store.held["Users"][account] = held
            self.store.order["Users"].append(account)
            self.store.names["Users"][held["userName"].casefold()] = account
        self.invited.clear()

    def _carry_out(self, request: Request) -> bytes:
        path = urlsplit(request.target).path.removeprefix("/scim/v2").strip("/")
        account = unquote(path.rpartition("/")[2])
        if request.method == "DELETE" and self.withdraws and self.invited.pop(account, None) is not None:
            return answer(204, b"")
        given = super()._carry_out(request)
        if request.method == "POST" and path == "Users":
            made = json.loads(given.partition(b"\r\n\r\n")[2])
            self.invited[made["id"]] = self.store.held["Users"].pop(made["id"])
            self.store.order["Users"].remove(made["id"])
            self.store.names["Users"].pop(made["userName"].casefold(), None)
        return given
