"""One request and its answer: read within bounds, parsed with suspicion, shown without secrets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from app.network.body import BodyFault, read_whole
from app.scim.errors import ScimProblem
from app.setup.redaction import BLANK

SHOWN = 8_000
"""Characters of a request or an answer that are shown at most."""


@dataclass(slots=True)
class Exchange:
    """One request and its answer.

    Attributes:
        method: the request's method.
        url: the whole address asked, which may hold search values.
        status: the answer's HTTP status.
        headers: the answer's headers, names in any letter case.
        body: the answer's body, decompressed.
        json: the parsed body; None when it is empty or could not be parsed.
        fault: a code of ``errors`` when the body is not what it should be (``ANSWER-HTML``, ...), else "".
        seconds: from sending to the body's end.
        sent: the request's body.
        blank: makes a text fit to be shown, see ``Wire.blank``.
    """

    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    json: Any
    fault: str
    seconds: float
    sent: bytes
    blank: Callable[..., str]

    @property
    def text(self) -> str:
        """The answer's body as text; what is not UTF-8 is replaced."""
        return self.body.decode("utf-8", errors="replace")

    @property
    def request_text(self) -> str:
        """The request as a person may see it: token blanked, length bounded."""
        lines = [f"{self.method} {self.url}", f"Authorization: Bearer {BLANK}"]
        if self.sent:
            lines += ["Content-Type: application/scim+json; charset=utf-8", "", _pretty(self.sent)]
        return self.blank("\n".join(lines))

    @property
    def answer_text(self) -> str:
        """The answer as a person may see it: token blanked, length bounded, control characters shown."""
        lines = [f"Status {self.status}"]
        lines += [
            f"{name}: {self.blank(value, 200)}"
            for name, value in self.headers.items()
            if name.casefold() in {"content-type", "location", "retry-after", "www-authenticate"}
        ]
        if self.body:
            lines += ["", _pretty(self.body)]
        return self.blank("\n".join(lines))

    @property
    def scim_error(self) -> tuple[str, str]:
        """``scimType`` and ``detail`` of a SCIM error answer; empty when there is none. For showing only."""
        if not isinstance(self.json, dict):
            return "", ""
        kind, detail = self.json.get("scimType"), self.json.get("detail")
        return (
            self.blank(kind, 60) if isinstance(kind, str) else "",
            self.blank(detail, 500) if isinstance(detail, str) else "",
        )


def shown(text: str, most: int = SHOWN) -> str:
    """A text cut to what a person can read, with control characters made visible."""
    cut = text[:most]
    safe = "".join(each if each in "\n\t" or (each.isprintable()) else f"\\u{ord(each):04x}" for each in cut)
    return safe if len(text) <= most else f"{safe}\n[{len(text) - most:,} more characters]"


def _pretty(body: bytes) -> str:
    if len(body) > SHOWN * 8:
        return body.decode("utf-8", errors="replace")
    try:
        return json.dumps(json.loads(body), indent=1, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body.decode("utf-8", errors="replace")


async def read_body(response: httpx.Response, host: str) -> bytes:
    """The whole body, decompressed. Raises ScimProblem when it is too large or damaged."""
    try:
        return await read_whole(response)
    except BodyFault as fault:
        raise ScimProblem(fault.code, host=host, status=response.status_code) from fault
