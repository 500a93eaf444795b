"""The data side of the quirk server: objects, filters and patches as a right server does them."""

from __future__ import annotations

import json
import re
from typing import Any

from app.scim.path import AttributePath, PathProblem

Found = dict[str, Any]
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


class Refusal(Exception):
    """An answer of 400 and above."""

    def __init__(self, status: int, scim_type: str = "", detail: str = "refused") -> None:
        super().__init__(detail)
        self.status, self.scim_type, self.detail = status, scim_type, detail


def split_filter(text: str) -> list[tuple[str, Any]]:
    """``a eq "x" and b eq true`` as pairs; the attribute may hold a condition in brackets."""
    pairs, at = [], 0
    while at < len(text):
        match = re.compile(
            r'\s*([^\s\[]+(?:\[[^\]]*\][^\s]*)?)\s+eq\s+("(?:[^"\\]|\\.)*"|true|false)\s*(and\s|\Z)',
            re.I | re.S,
        ).match(text, at)
        if match is None:
            raise Refusal(400, "invalidFilter", f"cannot read {text[at:]}")
        pairs.append(
            (match[1], json.loads(match[2] if match[2][0] == '"' else match[2].lower(), strict=False))
        )
        at = match.end()
    return pairs


def holds(
    resource: Found, attribute: str, value: Any, exact_case: bool = False, prefix: bool = False
) -> bool:
    """Whether one term of a filter is true."""
    if attribute.lower() == "members":
        return any(each.get("value") == value for each in resource.get("members", []))
    path = f"{ENTERPRISE}:manager" if attribute.lower() == "manager" else attribute
    try:
        found = AttributePath.parse(path).get(resource)
    except PathProblem as problem:
        raise Refusal(400, "invalidFilter") from problem
    if isinstance(found, bool) or isinstance(value, bool):
        return found is value
    if found is None:
        return False
    have, want = str(found), str(value)
    if not exact_case and attribute.lower() not in {"id", "externalid"}:
        have, want = have.casefold(), want.casefold()
    return have.startswith(want) if prefix else have == want


def normal(path: str, value: Any) -> Any:
    """What a tolerant server stores for what Entra sends."""
    low = path.lower()
    if low == "active" and isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    if low.endswith(":manager") or low == "manager":
        if isinstance(value, list):
            value = value[0]
        return {"value": value} if isinstance(value, str) else {"value": value["value"]}
    return value


def set_at(resource: Found, path: str, value: Any) -> None:
    path = f"{ENTERPRISE}:manager" if path.lower() == "manager" else path
    AttributePath.parse(path).put(resource, normal(path, value))


def remove_at(resource: Found, path: str) -> None:
    parsed = AttributePath.parse(path)
    holder = resource.get(parsed.urn, {}) if parsed.urn else resource
    if parsed.conditions:
        holder[parsed.name] = [
            each
            for each in holder.get(parsed.name, [])
            if not all(str(each.get(name)).lower() == wanted.lower() for name, wanted in parsed.conditions)
        ]
    elif parsed.sub:
        holder.get(parsed.name, {}).pop(parsed.sub, None)
    else:
        holder.pop(parsed.name, None)


def add_members(group: Found, value: Any) -> None:
    have = {each["value"] for each in group.setdefault("members", [])}
    for each in value if isinstance(value, list) else [value]:
        if each["value"] not in have:
            have.add(each["value"])
            group["members"].append({"value": each["value"]})
