"""SCIM attribute paths as mappings spell them: ``emails[type eq "work"].value``, ``urn:…:User:department``.

Servers and clients go wrong here in well-known ways (``scim.md`` rows 7 to 9): the dot in ``2.0`` of a URN
is no separator, and names are compared without regard to case. This is the one place that knows it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from app.setup.problem import Problem

Value: TypeAlias = str | bool | int | list[str] | None
"""What an attribute holds for a mapping; the same type as ``app.people.record.Value``."""

CORE_PREFIX = "urn:ietf:params:scim:schemas:core:"
_NAME = re.compile(r"[A-Za-z$][A-Za-z0-9_$\-]*\Z")
_CONDITION = re.compile(
    r"\s*([A-Za-z$][A-Za-z0-9_$\-.]*)\s+eq\s+(\"(?:[^\"\\]|\\.)*\"|[^\s\"\]]+)\s*(and\b|\Z)", re.IGNORECASE
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


class PathProblem(Problem):
    """An attribute path that cannot be read."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(
            "PATH",
            f"The attribute path {text!r} cannot be read.",
            why,
            'Write it like userName, name.givenName, emails[type eq "work"].value '
            "or urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department.",
        )


def quoted(text: str) -> str:
    """A string as a filter holds it: in quotes, with quotes and backslashes escaped."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _same(found: object, wanted: str) -> bool:
    text = ("true" if found else "false") if isinstance(found, bool) else str(found)
    return text.casefold() == wanted.casefold()


def _key(holder: dict[str, Any], name: str) -> str | None:
    """The key of ``holder`` that is ``name`` in any letter case."""
    if name in holder:
        return name
    folded = name.casefold()
    return next((key for key in holder if key.casefold() == folded), None)


def _simple(found: object) -> Value:
    """What a mapping compares: the value of a complex attribute, the values of a list."""
    if isinstance(found, dict):
        key = _key(found, "value")
        return None if key is None else _simple(found[key])
    if isinstance(found, list):
        parts = [_simple(part) for part in found]
        return [str(part) for part in parts if part is not None]
    if isinstance(found, str | bool | int) or found is None:
        return found
    return str(found)


@dataclass(frozen=True, slots=True)
class AttributePath:
    """A parsed path.

    Attributes:
        urn: the extension's schema URN; empty for attributes of the core schema.
        name: the attribute.
        conditions: what an element of a multi-valued attribute must have, as (sub-attribute, text).
        sub: the sub-attribute; empty when the path names the whole attribute.
    """

    urn: str
    name: str
    conditions: tuple[tuple[str, str], ...] = ()
    sub: str = ""

    @classmethod
    def parse(cls, text: str) -> AttributePath:
        """Read a path. Raises PathProblem."""
        return _parse(text)

    def __str__(self) -> str:
        text = f"{self.urn}:{self.name}" if self.urn else self.name
        if self.conditions:
            text += "[" + " and ".join(f"{name} eq {quoted(value)}" for name, value in self.conditions) + "]"
        return f"{text}.{self.sub}" if self.sub else text

    def get(self, resource: dict[str, Any]) -> Value:
        """The value at this path, or None. Of several elements the primary or else the first one counts."""
        holder: Any = resource
        for name in (self.urn, self.name) if self.urn else (self.name,):
            key = _key(holder, name) if isinstance(holder, dict) else None
            if key is None:
                return None
            holder = holder[key]
        if self.conditions or (self.sub and isinstance(holder, list)):
            holder = self._element(holder) or self._untyped(holder)
        if self.sub:
            key = _key(holder, self.sub) if isinstance(holder, dict) else None
            return None if key is None else _simple(holder[key])
        return _simple(holder)

    def put(self, resource: dict[str, Any], value: object) -> None:
        """Write a value at this path; what is missing on the way is made, with what the conditions say."""
        holder = resource
        if self.urn:
            holder = self._child(holder, self.urn)
        if not self.conditions and not self.sub:
            holder[_key(holder, self.name) or self.name] = value
            return
        if not self.conditions:
            target = self._child(holder, self.name)
        else:
            key = _key(holder, self.name) or self.name
            elements = holder.get(key)
            if not isinstance(elements, list):
                elements = holder[key] = []
            found = self._element(elements)
            if found is None:
                found = {name: _typed(name, wanted) for name, wanted in self.conditions}
                elements.append(found)
            target = found
        sub = self.sub or "value"
        target[_key(target, sub) or sub] = value

    @staticmethod
    def _child(holder: dict[str, Any], name: str) -> dict[str, Any]:
        key = _key(holder, name) or name
        child = holder.get(key)
        if not isinstance(child, dict):
            child = holder[key] = {}
        return child

    def _element(self, elements: object) -> dict[str, Any] | None:
        listed = elements if isinstance(elements, list) else [elements]
        fitting = [each for each in listed if isinstance(each, dict) and self._fits(each)]
        if not self.conditions:
            fitting.sort(key=lambda each: not _same(each.get("primary", ""), "true"))
        return fitting[0] if fitting else None

    def _untyped(self, elements: object) -> dict[str, Any] | None:
        """The element that stands for a type where no element has one, and where they are bare texts.

        Of several the primary one counts, or else the last, which was added last.
        """
        if [name.casefold() for name, _ in self.conditions] != ["type"]:
            return None
        listed = elements if isinstance(elements, list) else [elements]
        plain: list[dict[str, Any]] = [
            {"value": each} if isinstance(each, str) else each
            for each in listed
            if isinstance(each, dict | str)
        ]
        if len(plain) != len(listed) or any(_key(each, "type") is not None for each in plain):
            return None
        primary = [each for each in plain if _same(each.get("primary", ""), "true")]
        return next(iter(primary or plain[-1:]), None)

    def _fits(self, element: dict[str, Any]) -> bool:
        for name, wanted in self.conditions:
            key = _key(element, name)
            if key is None or not _same(element[key], wanted):
                return False
        return True


def _typed(name: str, text: str) -> object:
    """``roles[primary eq "True"]``: what Entra writes as text is a boolean in the object."""
    if name.casefold() == "primary" and text.casefold() in {"true", "false"}:
        return text.casefold() == "true"
    return text


@lru_cache(maxsize=1024)
def _parse(text: str) -> AttributePath:
    whole = text.strip()
    before, after = whole, ""
    conditions: tuple[tuple[str, str], ...] = ()
    if (start := whole.find("[")) >= 0:
        before, conditions, after = _conditions(whole, start)
    urn, _, attribute = before.rpartition(":")
    if urn and not urn.casefold().startswith("urn:"):
        raise PathProblem(text, "What stands before the last colon is not a schema URN.")
    if urn.casefold().startswith(CORE_PREFIX):
        urn = ""
    name, dot, sub = attribute.partition(".")
    if conditions:
        if dot:
            raise PathProblem(text, "A condition belongs right behind the attribute's name.")
        dot, sub = after[:1], after[1:]
    if not _NAME.match(name):
        raise PathProblem(text, f"{name!r} is not the name of an attribute.")
    if dot and not _NAME.match(sub):
        raise PathProblem(text, f"{sub!r} is not the name of a sub-attribute.")
    return AttributePath(urn, name, conditions, sub)


def _conditions(whole: str, start: int) -> tuple[str, tuple[tuple[str, str], ...], str]:
    """Split ``before[conditions]after``; a bracket inside quotes does not count."""
    position, found = start + 1, []
    quoted_text, end = False, -1
    while position < len(whole):
        letter = whole[position]
        if quoted_text and letter == "\\":
            position += 1
        elif letter == '"':
            quoted_text = not quoted_text
        elif letter == "]" and not quoted_text:
            end = position
            break
        position += 1
    after = whole[end + 1 :]
    if end < 0 or (after and not after.startswith(".")):
        raise PathProblem(whole, "The bracket of the condition is not closed where it should be.")
    inner, at, joined = whole[start + 1 : end], 0, "and"
    while at < len(inner) or joined:
        match = _CONDITION.match(inner, at)
        if match is None:
            raise PathProblem(whole, 'A condition looks like type eq "work"; Entra uses eq and and only.')
        name, value, joined = match.groups()
        if value.startswith('"'):
            value = _ESCAPE.sub(r"\1", value[1:-1])
        elif value.casefold() not in {"true", "false"} and not value.lstrip("-").isdigit():
            raise PathProblem(whole, f"Texts stand in quotes: {name} eq {quoted(value)}.")
        found.append((name, value))
        at = match.end()
        if not joined:
            break
    return whole[:start], tuple(found), after
