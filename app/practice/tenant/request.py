"""A request to the practice tenant, its answer, and the table that leads from one to the other."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import unquote

from app.practice.tenant.fault import bad_request

if TYPE_CHECKING:
    from app.practice.tenant.sign_in import SignedIn
    from app.practice.tenant.tenant import Tenant


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    Attributes:
        path: below ``/v1.0``, still escaped.
        query: decoded, the last value of each name.
        headers: names in lower case.
        body: the JSON that came with it; None for none.
        root: what links start with: ``http://127.0.0.1:port/v1.0``.
        who: who is signed in.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any
    root: str
    who: SignedIn

    @property
    def url(self) -> str:
        """The address without its query."""
        return self.root + self.path

    @property
    def eventual(self) -> bool:
        """Whether the header that advanced queries need is there."""
        return self.headers.get("consistencylevel", "").lower() == "eventual"

    def object(self) -> dict[str, Any]:
        """The body as an object.

        Raises:
            GraphFault: 400, where it is none.
        """
        if not isinstance(self.body, dict):
            raise bad_request("Empty Payload. JSON content expected.")
        return self.body

    def text(self, name: str) -> str:
        """A text of the body that must be there.

        Raises:
            GraphFault: 400, where it is not.
        """
        value = self.object().get(name)
        if not isinstance(value, str) or not value:
            raise bad_request(f"Property '{name}' is required.", "Request_BadRequest")
        return value


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; no body with None."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


NOTHING = Answer(204)
Handler: TypeAlias = Callable[..., "Answer | Awaitable[Answer]"]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path with its handler; ``area`` says which permission is needed."""

    method: str
    pattern: re.Pattern[str]
    handler: Handler
    area: str


ROUTES: list[Route] = []
"""All that the tenant answers; filled by importing the modules with handlers."""


def route(method: str, path: str, area: str = "directory") -> Callable[[Handler], Handler]:
    """Declare the handler of a path, such as ``/users/{id}``; it gets tenant, request and the parts."""
    pattern = re.compile("".join(_part(each) for each in re.split(r"(\{\w+\})", path)) + r"\Z")

    def declare(handler: Handler) -> Handler:
        ROUTES.append(Route(method, pattern, handler, area))
        return handler

    return declare


def _part(text: str) -> str:
    return f"(?P<{text[1:-1]}>[^/]+)" if text.startswith("{") else re.escape(text)


def find_route(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route of a request with the parts of its path; None for a path that is not here.

    Raises:
        GraphFault: 405, where the path is here with other methods only.
    """
    there = False
    for each in ROUTES:
        found = each.pattern.match(path)
        if found is None:
            continue
        there = True
        if each.method == method:
            return each, {name: unquote(value) for name, value in found.groupdict().items()}
    if there:
        raise bad_request("Specified HTTP method is not allowed for the request target.")
    return None


async def answer(tenant: Tenant, route_: Route, request: Request, parts: Mapping[str, str]) -> Answer:
    """Let the handler answer."""
    given = route_.handler(tenant, request, **parts)
    return given if isinstance(given, Answer) else await given
