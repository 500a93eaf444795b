"""The part of OData that Graph's directory speaks: ``$filter``, ``$search``, ``$select`` and pages.

Sources: entra.md, sections 2.3 and 4; Microsoft, "Advanced query capabilities on Microsoft Entra ID objects".
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from app.practice.tenant.fault import bad_request

Row: TypeAlias = Mapping[str, Any]
Test: TypeAlias = Callable[[Row], bool]

_TOKEN: Final = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<mark>[(),])|(?P<word>[^\s(),']+))", re.DOTALL)
_DEPTH: Final = 20
MAX_PAGE: Final = 999


@dataclass(frozen=True, slots=True)
class Filter:
    """A compiled ``$filter``; ``advanced`` needs the header *ConsistencyLevel: eventual* and ``$count``."""

    test: Test
    advanced: bool


class _Parser:
    """Reads a filter by recursive descent: or, and, not, comparisons, functions."""

    def __init__(self, text: str, *, exact: bool) -> None:
        self._tokens = self._split(text)
        self._folded: Callable[[str], str] = str if exact else str.casefold
        self._at = 0
        self.advanced = False

    def _split(self, text: str) -> list[str]:
        tokens, at = [], 0
        text = text.rstrip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise bad_request(f"Invalid filter clause: syntax error at position {at} in '{text}'.")
            tokens.append(found.group(found.lastgroup or 0))
            at = found.end()
        return tokens

    def whole(self) -> Test:
        test = self._either(0)
        if self._at < len(self._tokens):
            raise bad_request(f"Invalid filter clause: '{self._tokens[self._at]}' was not expected.")
        return test

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self, expected: str = "") -> str:
        token = self._peek()
        if not token or (expected and token != expected):
            raise bad_request(f"Invalid filter clause: '{expected or 'more'}' was expected.")
        self._at += 1
        return token

    def _either(self, depth: int) -> Test:
        if depth > _DEPTH:
            raise bad_request("Invalid filter clause: it is nested too deeply.")
        tests = [self._both(depth)]
        while self._peek() == "or":
            self._take()
            tests.append(self._both(depth))
        return tests[0] if len(tests) == 1 else lambda row: any(test(row) for test in tests)

    def _both(self, depth: int) -> Test:
        tests = [self._one(depth)]
        while self._peek() == "and":
            self._take()
            tests.append(self._one(depth))
        return tests[0] if len(tests) == 1 else lambda row: all(test(row) for test in tests)

    def _one(self, depth: int) -> Test:
        token = self._peek()
        if token == "not":
            self._take()
            self.advanced = True
            inner = self._one(depth + 1)
            return lambda row: not inner(row)
        if token == "(":
            self._take()
            inner = self._either(depth + 1)
            self._take(")")
            return inner
        if token.lower() in {"startswith", "endswith", "contains"}:
            return self._function(self._take().lower())
        return self._comparison(self._operand())

    def _function(self, name: str) -> Test:
        self._take("(")
        left = self._operand()
        self._take(",")
        wanted = _literal(self._take())
        self._take(")")
        if name == "endswith":
            self.advanced = True
        tests: dict[str, Callable[[str, str], bool]] = {
            "startswith": str.startswith,
            "endswith": str.endswith,
            "contains": lambda text, part: part in text,
        }
        holds, folded = tests[name], self._folded
        part = folded(str(wanted))
        return lambda row: holds(folded(str(left(row) or "")), part)

    def _operand(self) -> Callable[[Row], Any]:
        name = self._take()
        if name == "tolower":
            self._take("(")
            inner = self._operand()
            self._take(")")
            return lambda row: str(inner(row) or "").lower()
        return lambda row: value_at(row, name)

    def _comparison(self, left: Callable[[Row], Any]) -> Test:
        operator = self._take()
        if operator == "in":
            self._take("(")
            wanted = [_literal(self._take())]
            while self._peek() == ",":
                self._take()
                wanted.append(_literal(self._take()))
            self._take(")")
            return lambda row: any(self._same(left(row), each) for each in wanted)
        if operator not in {"eq", "ne", *_ORDERED}:
            raise bad_request(f"Invalid filter clause: '{operator}' is not a supported operator.")
        if operator == "ne":
            self.advanced = True
        right = _literal(self._take())
        if operator in _ORDERED:
            holds = _ORDERED[operator]
            return lambda row: holds(_order(left(row), right))
        return lambda row: self._same(left(row), right) is (operator == "eq")

    def _same(self, left: Any, right: Any) -> bool:
        if isinstance(left, str) and isinstance(right, str):
            return self._folded(left) == self._folded(right)
        return bool(left == right)


def _order(left: Any, right: Any) -> int | None:
    """Below, same or above; None where the two cannot be compared."""
    if left is None or right is None:
        return None
    moments = _moment(left), _moment(right)
    if None not in moments:
        left, right = moments
    try:
        return int(left > right) - int(left < right)
    except TypeError:
        return None


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str) or not re.match(r"\d{4}-\d\d-\d\dT", value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


_ORDERED: Final[dict[str, Callable[[int | None], bool]]] = {
    "gt": lambda order: order is not None and order > 0,
    "ge": lambda order: order is not None and order >= 0,
    "lt": lambda order: order is not None and order < 0,
    "le": lambda order: order is not None and order <= 0,
}


def _literal(token: str) -> Any:
    if token.startswith("'"):
        return token[1:-1].replace("''", "'")
    if token in {"true", "false", "null"}:
        return {"true": True, "false": False, "null": None}[token]
    return int(token) if re.fullmatch(r"-?\d{1,18}", token) else token


def value_at(row: Row, path: str) -> Any:
    """The value under a path such as ``servicePrincipal/id``; None where there is none."""
    found: Any = row
    for name in path.split("/"):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def compile_filter(text: str, *, exact: bool = False) -> Filter:
    """Compile a ``$filter``; the directory compares without regard to case, the provisioning log exactly.

    Raises:
        GraphFault: 400, with what is wrong.
    """
    parser = _Parser(text, exact=exact)
    return Filter(parser.whole(), parser.advanced)


def compile_search(text: str) -> Test:
    """Compile a ``$search``: ``"displayName:wa" OR "mail:wa"``; each word may start anywhere in a value.

    Raises:
        GraphFault: 400, where it is not of that form.
    """
    groups: list[list[Test]] = [[]]
    for part in re.findall(r'"(?:[^"\\]|\\.)*"|\S+', text):
        if part == "OR":
            groups.append([])
        elif part == "AND":
            continue
        elif part.startswith('"') and ":" in part:
            groups[-1].append(_searched(part[1:-1].replace('\\"', '"').replace("\\\\", "\\")))
        else:
            raise bad_request(f"Syntax error: character '{part[:1]}' is not valid in '{text}'.")
    if not all(groups):
        raise bad_request(f"Syntax error in the search '{text}'.")
    return lambda row: any(all(test(row) for test in tests) for tests in groups)


def _searched(clause: str) -> Test:
    name, _, words = clause.partition(":")
    wanted = words.casefold().split()
    return lambda row: all(_begins(str(row.get(name) or "").casefold(), word) for word in wanted)


def _begins(text: str, word: str) -> bool:
    return text.startswith(word) or any(part.startswith(word) for part in re.split(r"[\s@.\-_]+", text))


def select(row: Row, names: Sequence[str]) -> dict[str, Any]:
    """The selected properties; ``id`` is always among them."""
    chosen = {"id", *names}
    return {name: value for name, value in row.items() if name in chosen or name.startswith("@")}


def one_page(
    rows: Iterable[Row], query: Mapping[str, str], url: str, *, size: int = 100, largest: int = MAX_PAGE
) -> dict[str, Any]:
    """A page of rows with the link to the next one. The link's token is nobody's but the server's."""
    top = query.get("$top", "")
    if top and not (top.isdigit() and 1 <= int(top) <= largest):
        raise bad_request(f"Invalid page size specified: '{top}'. Must be between 1 and {largest} inclusive.")
    length, start = int(top or size), _start(query.get("$skiptoken", ""))
    listed = list(rows)
    page: dict[str, Any] = {"value": listed[start : start + length]}
    if start + length < len(listed):
        rest = {name: value for name, value in query.items() if name != "$skiptoken"}
        page["@odata.nextLink"] = link(url, {**rest, "$skiptoken": token({"start": start + length})})
    if query.get("$count") == "true" and start == 0:
        page["@odata.count"] = len(listed)
    return page


def link(url: str, query: Mapping[str, str]) -> str:
    """A whole address with a query."""
    from urllib.parse import quote

    return url + "?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())


def token(values: Mapping[str, Any]) -> str:
    """An opaque token."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def read_token(text: str) -> dict[str, Any]:
    """What :func:`token` packed.

    Raises:
        GraphFault: 400, where it is no token.
    """
    try:
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise bad_request("The token is not valid.")
    return found


def _start(text: str) -> int:
    start = read_token(text).get("start") if text else 0
    if not isinstance(start, int) or start < 0:
        raise bad_request("The skip token is not valid.")
    return start
