"""A right SCIM server with one switch for each way of being wrong that the catalogue knows."""

from __future__ import annotations

import asyncio
import copy
import json
import re
import secrets
import threading
import time
import uuid
from typing import Any
from urllib.parse import parse_qs

from app.setup.tenant_url import TenantUrl
from tests.servers.quirk_patch import patch
from tests.servers.quirk_store import Found, Refusal, holds, split_filter
from tests.servers.real_scim import ThreadedServer

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
Reply = tuple[int, dict[str, str], bytes]


class QuirkServer:
    """Switch on with ``quirks.add("false-silent")``; ``state()`` is everything that it holds.

    Attributes:
        log: method and path of every request.
        times: when each came, by the monotonic clock.
        hang_after: number of requests after which the next one is carried out and never answered.
        hanging: set when that has happened.
    """

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(20)
        self.quirks: set[str] = set()
        self.log: list[str] = []
        self.times: list[float] = []
        self.reset()
        self._server = ThreadedServer(self._serve)
        self.tenant_url = TenantUrl.parse(f"http://127.0.0.1:{self._server.port}/scim/v2")

    def reset(self) -> None:
        self.quirks.clear()
        self.log.clear()
        self.times.clear()
        self.hang_after: int | None = None
        self.hanging = threading.Event()
        self.store: dict[str, dict[str, Found]] = {"Users": {}, "Groups": {}}
        for name in ("ann@contoso.com", "bob@contoso.com", "cyd@contoso.com"):
            email = {"value": name, "type": "work", "primary": True}
            self._keep("Users", {"userName": name, "active": True, "externalId": name, "emails": [email]})
        self._keep("Groups", {"displayName": "Designers", "members": []})

    def stop(self) -> None:
        self._server.stop()

    def state(self) -> dict[str, dict[str, Found]]:
        return copy.deepcopy(self.store)

    def has(self, quirk: str) -> bool:
        return quirk in self.quirks

    def _keep(self, kind: str, resource: Found) -> Found:
        numbered = sum(map(len, self.store.values())) + len(self.log) + 1
        resource["id"] = numbered if self.has("numeric-ids") else str(uuid.uuid4())
        resource["meta"] = {"resourceType": kind[:-1]}
        self.store[kind][str(resource["id"])] = resource
        return resource

    async def _serve(self, scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        query = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}
        self.log.append(f"{scope['method']} {scope['path']}")
        self.times.append(time.monotonic())
        hang = self.hang_after is not None and len(self.log) >= self.hang_after
        try:
            status, more, content = self._answer(scope["method"], scope["path"], query, headers, body)
        except Refusal as refusal:
            status, more, content = self._error(refusal)
        if hang:
            self.hanging.set()
            while self.hang_after is not None:  # noqa: ASYNC110 - set from another thread
                await asyncio.sleep(0.01)
            return
        sent = [(name.lower().encode(), value.encode()) for name, value in more.items()]
        await send({"type": "http.response.start", "status": status, "headers": sent})
        await send({"type": "http.response.body", "body": content})

    def _json(self, status: int, body: Any) -> Reply:
        kind = "application/json" if self.has("ctype-json") else "application/scim+json"
        return status, {"Content-Type": kind}, json.dumps(body).encode()

    def _error(self, refusal: Refusal) -> Reply:
        body = {"schemas": [ERROR], "status": str(refusal.status), "detail": refusal.detail}
        if refusal.scim_type:
            body["scimType"] = refusal.scim_type
        return self._json(refusal.status, body)

    def _answer(
        self, method: str, path: str, query: dict[str, str], headers: dict[str, str], body: bytes
    ) -> Reply:
        early = self._at_the_door(headers)
        if early is not None:
            return early
        parts = path.removeprefix("/scim/v2").strip("/").split("/")
        kind, object_id = parts[0], parts[1] if len(parts) > 1 else ""
        if kind in {"ServiceProviderConfig", "Schemas", "ResourceTypes"}:
            if self.has("disc-404"):
                raise Refusal(404)
            claim = {"supported": not self.has("disc-claims")}
            return self._json(200, {"patch": claim, "filter": claim, "schemas": [], "Resources": []})
        if kind not in self.store:
            return 404, {"Content-Type": "text/html"}, b"<html>not found</html>"
        if method != "GET" and self.has("ctype-415") and "scim+json" in headers.get("content-type", ""):
            raise Refusal(415)
        data = json.loads(body) if body else {}
        if not object_id:
            return self._post(kind, data) if method == "POST" else self._list(kind, query)
        return self._object(method, kind, object_id, data, query, headers)

    def _at_the_door(self, headers: dict[str, str]) -> Reply | None:
        given = headers.get("authorization", "")
        right = given == f"Bearer {self.token}"
        if self.has("auth-any") and given or self.has("auth-none") and not given:
            right = True
        if not right or self.has("auth-refused"):
            raise Refusal(401)
        if self.has("auth-forbidden"):
            raise Refusal(403)
        if self.has("url-404"):
            return 404, {"Content-Type": "text/html"}, b"<html>404</html>"
        if self.has("url-html"):
            return 200, {"Content-Type": "text/html"}, b"<html>Sign in</html>"
        if self.has("url-redirect"):
            return 302, {"Location": "https://login.example/"}, b""
        if self.has("rate-429") and len(self.log) > 40 and len(self.log) % 3 == 0:
            return 429, {"Retry-After": "0.05"}, b""
        if self.has("rate-500") and len(self.log) > 40 and len(self.log) % 3 == 0:
            return 500, {}, b""
        return None

    def _list(self, kind: str, query: dict[str, str]) -> Reply:
        found = list(self.store[kind].values())
        if "filter" in query and not self.has("filter-ignored"):
            found = self._filtered(kind, found, query["filter"])
        if self.has("inactive-hidden"):
            found = [each for each in found if each.get("active") is not False]
        total, start = len(found), max(1, int(query.get("startIndex", 1)))
        if "count" in query:
            first = 0 if self.has("page-ignored") else start - 1
            found = found[first : first + int(query["count"])]
        if query.get("excludedAttributes") == "members" and not self.has("members-included"):
            found = [{name: value for name, value in each.items() if name != "members"} for each in found]
        listed = [self._shown(each) for each in found]
        answer: Found = {"schemas": [LIST], "totalResults": total, "Resources": listed, "startIndex": start}
        if not listed and "filter" in query:
            return self._empty(answer)
        return self._json(200, answer)

    def _empty(self, answer: Found) -> Reply:
        if self.has("empty-404"):
            raise Refusal(404)
        if self.has("empty-204"):
            return 204, {}, b""
        if self.has("empty-no-schemas"):
            del answer["schemas"]
        if self.has("empty-no-resources"):
            del answer["Resources"]
        if self.has("empty-total"):
            answer["totalResults"] = 3
        return self._json(200, answer)

    def _filtered(self, kind: str, found: list[Found], text: str) -> list[Found]:
        terms = split_filter(text)
        names = [name for name, _ in terms]
        if kind == "Groups" and self.has("group-filter-none"):
            return []
        if len(terms) > 1 and self.has("and-400"):
            raise Refusal(400, "invalidFilter")
        for name in names:
            if self.has(f"match-400:{name}"):
                raise Refusal(400, "invalidFilter")
            if self.has(f"match-none:{name}"):
                return []
            if name[0].isupper() and self.has("attr-case"):
                raise Refusal(400, "invalidFilter")
            sparse = name.startswith("emails") and any("emails" not in each for each in found)
            if sparse and self.has("sparse-500"):
                raise Refusal(500)
        for mark, quirk in (("'", "chars-apostrophe"), ("+", "chars-plus"), ("\\", "chars-backslash")):
            if any(mark in str(value) for _, value in terms) and self.has(quirk):
                raise Refusal(400, "invalidFilter")
        exact, prefix = self.has("case-sensitive"), self.has("prefix-match")
        return [
            each
            for each in found
            if all(holds(each, name, value, exact, prefix and name == "userName") for name, value in terms)
        ]

    def _shown(self, resource: Found) -> Found:
        shown = copy.deepcopy(resource)
        if self.has("bool-string") and isinstance(shown.get("active"), bool):
            shown["active"] = str(shown["active"])
        return shown

    def _post(self, kind: str, data: Found) -> Reply:
        data = copy.deepcopy(data)
        if kind == "Groups":
            return self._post_group(data)
        if self.has("null-400") and None in data.values():
            raise Refusal(400, "invalidValue", "null is not allowed")
        if self.has("roles-400") and "roles" in data:
            raise Refusal(400, "invalidSyntax", "unknown attribute roles")
        if self.has("enterprise-400") and any(name.startswith("urn:") for name in data):
            raise Refusal(400, "invalidSyntax", "unknown attribute enterprise")
        if self.has("name-letters") and re.search(r"[^A-Za-z0-9@.\-+']", data.get("userName", "")):
            raise Refusal(400, "invalidValue", "odd letters in userName")
        taken = any(
            each["userName"].casefold() == data["userName"].casefold()
            for each in self.store["Users"].values()
        )
        if taken and not self.has("dup-201"):
            for quirk, status in (("dup-400", 400), ("dup-500", 500), ("dup-200", 200)):
                if self.has(quirk):
                    return self._json(status, {"status": str(status)})
            raise Refusal(409, "" if self.has("dup-no-type") else "uniqueness")
        data = {name: value for name, value in data.items() if value is not None}
        made = self._keep("Users", data)
        shown = self._shown(made)
        if self.has("post-changed"):
            shown["userName"] = shown["userName"].upper() + "-changed"
        if self.has("post-missing"):
            shown.pop("name", None)
        if self.has("post-no-id"):
            del shown["id"]
        if self.has("post-numeric-id"):
            shown["id"] = 17
        if self.has("post-empty"):
            return 201, {}, b""
        return self._json(200 if self.has("post-200") else 201, shown)

    def _post_group(self, data: Found) -> Reply:
        if self.has("group-urn-400") and len(data["schemas"]) > 1:
            raise Refusal(400, "invalidSyntax", "unknown schema")
        taken = any(each["displayName"] == data["displayName"] for each in self.store["Groups"].values())
        if taken and not self.has("group-dup-201"):
            raise Refusal(409, "uniqueness")
        data["members"] = []
        return self._json(201, self._keep("Groups", data))

    def _object(
        self,
        method: str,
        kind: str,
        object_id: str,
        data: Found,
        query: dict[str, str],
        headers: dict[str, str],
    ) -> Reply:
        resource = self.store[kind].get(object_id)
        if resource is None:
            if method == "PATCH" and self.has("patch404-500"):
                raise Refusal(500)
            if method == "PATCH" and self.has("patch404-200"):
                return self._json(200, {})
            if method == "DELETE" and self.has("del-again-500"):
                raise Refusal(500)
            raise Refusal(404)
        if method == "GET":
            if resource.get("active") is False and self.has("inactive-404"):
                raise Refusal(404)
            shown = self._shown(resource)
            if query.get("excludedAttributes") == "members" and not self.has("members-included"):
                shown.pop("members", None)
            return self._json(200, shown)
        if method == "DELETE":
            if self.has("del-500"):
                raise Refusal(500)
            if not self.has("del-stays"):
                del self.store[kind][object_id]
            return (200 if self.has("del-200") else 204), {}, b""
        if "if-match" in headers and not self.has("etag-accepted"):
            raise Refusal(412)
        changed = patch(self, kind, resource, data["Operations"])
        if kind == "Groups":
            return self._json(200, changed) if self.has("group-200") else (204, {}, b"")
        return self._json(200, self._shown(changed))
