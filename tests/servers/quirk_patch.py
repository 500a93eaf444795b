"""How the quirk server applies a PATCH, right or wrong."""

from __future__ import annotations

import copy
import uuid
from typing import TYPE_CHECKING, Any

from app.scim.path import AttributePath, PathProblem
from tests.servers.quirk_store import Found, Refusal, add_members, remove_at, set_at

if TYPE_CHECKING:
    from tests.servers.quirk_server import QuirkServer

KNOWN = {
    "username", "active", "displayname", "title", "externalid", "name", "emails", "phonenumbers", "addresses",
    "roles", "nickname", "preferredlanguage", "members", "manager", "department", "employeenumber",
}  # fmt: skip


def patch(server: QuirkServer, kind: str, resource: Found, operations: list[dict[str, Any]]) -> Found:
    """Apply all operations or none, unless told otherwise. Gives what the resource is now."""
    draft = resource if server.has("not-atomic") else copy.deepcopy(resource)
    for operation in operations:
        op, path = operation["op"], operation.get("path", "")
        if server.has("op-lower-only") and op != op.lower():
            raise Refusal(400, "invalidSyntax", f"unknown op {op}")
        if server.has("patch-silent") or _refused_or_silent(
            server, kind, draft, op, path, operation.get("value")
        ):
            continue
        try:
            if kind == "Groups" and path.lower().startswith("members"):
                _members(server, draft, op.lower(), path, operation.get("value"))
            else:
                _apply(server, draft, op.lower(), path, operation.get("value"))
        except PathProblem as problem:
            raise Refusal(400, "invalidPath") from problem
    if kind == "Users":
        _unique(server, resource, draft)
    if draft is not resource:
        resource.clear()
        resource.update(draft)
    return resource


def _unique(server: QuirkServer, resource: Found, draft: Found) -> None:
    others = [
        each for each in server.store["Users"].values() if each["id"] not in {resource["id"], draft["id"]}
    ]
    if any(each["userName"].casefold() == str(draft["userName"]).casefold() for each in others):
        if server.has("clash-500"):
            raise Refusal(500)
        if server.has("clash-duplicate"):
            return
        if not server.has("clash-200"):
            raise Refusal(409, "uniqueness")
        draft["userName"] = resource["userName"]


def _refused_or_silent(server: QuirkServer, kind: str, draft: Found, op: str, path: str, value: Any) -> bool:
    """The quirks that look at one operation: refuse it, or skip it in silence."""
    low = path.lower()
    situations = {
        "false": low == "active" and isinstance(value, str),
        "bool": low == "active" and isinstance(value, bool),
        "addactive": low == "active" and op.lower() == "add",
        "valuepath": kind == "Users" and "[" in path and not path.startswith("roles"),
        "absent": "[" in path and op.lower() != "remove" and kind == "Users" and not path.startswith("roles")
        and AttributePath.parse(path.split(".")[0]).get(draft) is None
        and not _has_element(draft, path),
        "dotted": not path and isinstance(value, dict) and any("." in name for name in value),
        "urn": ":department" in low,
        "managertext": "manager" in low and isinstance(value, str),
        "manager": "manager" in low,
        "role": low.startswith("roles["),
        "remove": op.lower() == "remove" and kind == "Users",
        "rename": low == "username",
        "remval": kind == "Groups" and op.lower() == "remove" and low == "members" and value is not None,
        "rempath": kind == "Groups" and low.startswith("members["),
        "grename": kind == "Groups" and low == "displayname",
        "madd": kind == "Groups" and op.lower() == "add" and low == "members",
    }  # fmt: skip
    for name, met in situations.items():
        if not met:
            continue
        for status in (400, 500, 501):
            if server.has(f"{name}-{status}"):
                raise Refusal(status, "invalidValue" if status == 400 else "", f"{name} is not supported")
        if server.has(f"{name}-silent"):
            return True
    if server.has("false-stored") and situations["false"]:
        draft["active"] = value
        return True
    return False


def _has_element(draft: Found, path: str) -> bool:
    parsed = AttributePath.parse(path)
    return any(
        all(str(each.get(name)).lower() == wanted.lower() for name, wanted in parsed.conditions)
        for each in draft.get(parsed.name, [])
    )


def _apply(server: QuirkServer, draft: Found, op: str, path: str, value: Any) -> None:
    if path and AttributePath.parse(path).name.lower() not in KNOWN:
        raise Refusal(400, "invalidPath", f"unknown attribute {path}")
    if op == "remove":
        remove_at(draft, path)
    elif path:
        if path.lower() == "username" and server.has("rename-new-id"):
            server.store["Users"].pop(draft["id"])
            draft["id"] = str(uuid.uuid4())
            server.store["Users"][draft["id"]] = draft
        if path.lower() == "roles" and isinstance(value, list):
            draft["roles"] = value
            return
        set_at(draft, path, value)
    else:
        for name, each in value.items():
            if server.has("dotted-literal") and ("." in name):
                draft[name] = each
            else:
                set_at(draft, name, each)


def _members(server: QuirkServer, draft: Found, op: str, path: str, value: Any) -> None:
    members = draft.setdefault("members", [])
    if op in {"add", "replace"}:
        for most in (37, 50, 100):
            if server.has(f"add-limit-{most}") and len(value) > most:
                raise Refusal(400, "tooMany", f"at most {most} members")
        if server.has("add-again-500") and any(each["value"] in str(members) for each in value):
            raise Refusal(500)
        known = server.store["Users"]
        if any(each["value"] not in known for each in value):
            if server.has("ghost-500"):
                raise Refusal(500)
            if not server.has("ghost-accepted"):
                raise Refusal(400, "invalidValue", "no such member")
        if server.has("add-duplicates"):
            members.extend({"value": each["value"]} for each in value)
        else:
            add_members(draft, value)
        return
    gone = {each["value"] for each in value or []}
    if "[" in path:
        gone = {wanted for _, wanted in AttributePath.parse(path).conditions}
    elif not value or server.has("remval-all"):
        gone = {each["value"] for each in members}
    draft["members"] = [each for each in members if each["value"] not in gone]
