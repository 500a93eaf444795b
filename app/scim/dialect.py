"""Entra's two ways of speaking SCIM, written down once.

*Classic* is what the provisioning service sends by default: capitalised operations, booleans as text,
members removed by value. *aadOptscim062020* is what it sends when the tenant URL carries that flag:
closer to RFC 7644, but with dotted keys in a path-less replace.
Source: Microsoft, "Known issues and resolutions with SCIM 2.0 protocol compliance"; bodies in the
reference file ``scim_wire.json``, against which the tests compare.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.scim.path import AttributePath, Value, quoted
from app.scim.roles import are_replaced, as_sent, as_texts, unpacked

USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE_SCHEMA = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
GROUP_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTRA_GROUP_SCHEMA = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"
PATCH_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
LIST_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
MANAGER_PATH = f"{ENTERPRISE_SCHEMA}:manager"
FLAG = "aadOptscim062020"

Body = dict[str, Any]


def filter_eq(attribute: str, value: Value) -> str:
    """``attribute eq "value"``: the only operator, with ``and``, that Entra uses."""
    text = ("true" if value else "false") if isinstance(value, bool) else quoted(str(value))
    return f"{attribute} eq {text}"


def _boolean(value: Value) -> Value:
    """The texts that mappings give for a boolean (``Switch(… "True" …)``) as a boolean."""
    if isinstance(value, str) and value.casefold() in {"true", "false"}:
        return value.casefold() == "true"
    return value


def patch_body(operations: list[Body]) -> Body:
    """A PATCH of these operations, as they are."""
    return {"schemas": [PATCH_SCHEMA], "Operations": operations}


def _references(ids: Iterable[str]) -> list[Body]:
    return [{"$ref": None, "value": each} for each in ids]


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way of speaking. Use :data:`CLASSIC` and :data:`AADOPTSCIM`, or :func:`dialect_for`.

    Attribute values are keyed by SCIM path exactly as the mapping spells it.

    Attributes:
        name: as reports show it.
        flag: whether this is what ``?aadOptscim062020`` on the tenant URL switches on.
        strict: whether it is the form of RFC 7644 to the letter: see :data:`RFC`.
    """

    name: str
    flag: bool
    strict: bool = False

    def new_user(self, values: Mapping[str, Value]) -> Body:
        """The body of ``POST /Users``; a manager is left out, Entra sets it in a second pass."""
        body: Body = {"schemas": [USER_SCHEMA, ENTERPRISE_SCHEMA]}
        for text, value in values.items():
            if value is None or value == "" or text == MANAGER_PATH:
                continue
            if roles := unpacked(value):
                AttributePath.parse(text).put(body, as_sent(roles))
                continue
            AttributePath.parse(text).put(body, _boolean(value) if text.casefold() == "active" else value)
        for email in body.get("emails", ()):
            if email.get("type") == "work":
                email.setdefault("primary", True)
        for role in body.get("roles", ()):
            if isinstance(role, dict) and role.get("primary") is True:
                role.setdefault("type", "WindowsAzureActiveDirectoryRole")
        body["meta"] = {"resourceType": "User"}
        body.setdefault("roles", [])
        return body

    def patch_user(self, changes: Mapping[str, Value], added: Collection[str] = ()) -> Body:
        """The body of a PATCH that sets these attributes, of a user or a group.

        Args:
            changes: new values by path; None removes the attribute (Entra itself never sends that).
            added: paths that the object has no value for yet: Entra sends *Add* for these.
        """
        operations: list[Body] = []
        bundle: Body = {}
        for text, value in changes.items():
            if value is None:
                operations.append(self.operation("Remove", text))
            elif roles := unpacked(value):
                operations.append(self._set_roles(text, roles))
            elif text in added:
                operations.append(self.operation("Add", text, value))
            elif self.flag and not AttributePath.parse(text).conditions:
                bundle[text] = self._spoken(text, value)
            else:
                operations.append(self.operation("Replace", text, value))
        if len(bundle) == 1:
            operations.extend(
                {"op": "replace", "path": text, "value": value} for text, value in bundle.items()
            )
        elif bundle:
            operations.append({"op": "replace", "value": bundle})
        return patch_body(operations)

    patch_group = patch_user

    def _set_roles(self, path: str, roles: list[Body]) -> Body:
        """Several roles: added one to the others, or in place of all of them."""
        if are_replaced(roles):
            # In small letters with and without the flag, as Microsoft shows it.
            return {"op": "replace", "path": path, "value": as_sent(roles)}
        return self.operation("Add", path, as_sent(roles) if self.flag else as_texts(roles))

    def operation(self, op: str, path: str, value: object = None) -> Body:
        """One operation with a path: ``Add``, ``Replace`` or ``Remove`` in this dialect's spelling."""
        body: Body = {"op": op.lower() if self._plain else op, "path": path}
        if value is not None:
            body["value"] = self._spoken(path, value)
        return body

    def _spoken(self, path: str, value: Any) -> Any:
        if path.casefold() == "active":
            value = _boolean(value)
        if isinstance(value, bool) and not self._plain:
            return "True" if value else "False"
        return value

    @property
    def _plain(self) -> bool:
        """Whether booleans are booleans and operations are written in small letters."""
        return self.flag or self.strict

    def disable(self) -> Body:
        """Switch the account off. Classic sends the *text* ``False``: the commonest trap for servers."""
        return patch_body([self.operation("Replace", "active", False)])

    def enable(self) -> Body:
        """Switch the account on again."""
        return patch_body([self.operation("Replace", "active", True)])

    def set_manager(self, manager_id: str) -> Body:
        """Set the manager to a user that exists in the app.

        The object form of RFC 7643 is sent, because every server that knows managers takes it. Entra's own
        forms are :meth:`manager_as_entra_sends_it`; *Test connection* tries those.
        """
        return patch_body([self.operation("Add", MANAGER_PATH, {"value": manager_id})])

    def manager_as_entra_sends_it(self, manager_id: str, ref: str = "") -> list[Body]:
        """The two forms seen from Entra: the id as text (on the wire), and a list (its documentation)."""
        reference = {"$ref": ref or None, "value": manager_id}
        return [
            patch_body([self.operation("Add", MANAGER_PATH, manager_id)]),
            patch_body([self.operation("Add", "manager", [reference])]),
        ]

    def new_group(self, display_name: str, external_id: str = "") -> Body:
        """The body of ``POST /Groups``: never any members, and one foreign schema URN."""
        body: Body = {"schemas": [GROUP_SCHEMA, ENTRA_GROUP_SCHEMA]}
        if external_id:
            body["externalId"] = external_id
        return {**body, "displayName": display_name, "meta": {"resourceType": "Group"}}

    def add_members(self, ids: Iterable[str]) -> Body:
        """Add these users to a group."""
        return patch_body([self.operation("Add", "members", _references(ids))])

    def remove_members(self, ids: Iterable[str]) -> list[Body]:
        """Remove these users from a group; one PATCH body for each element of the list."""
        if self._plain:
            return [
                patch_body([self.operation("Remove", f"members[value eq {quoted(each)}]") for each in ids])
            ]
        return [patch_body([self.operation("Remove", "members", _references(ids))])]

    @staticmethod
    def user_filter(attribute: str, value: Value) -> str:
        """The filter that finds a user (or a group) by one attribute."""
        return filter_eq(attribute, value)

    @staticmethod
    def reference_filter(object_id: str, attribute: str, other_id: str) -> str:
        """The filter by which Entra asks whether an object already refers to another."""
        return f"{filter_eq('id', object_id)} and {filter_eq(attribute, other_id)}"


CLASSIC = Dialect("classic", flag=False)
AADOPTSCIM = Dialect(FLAG, flag=True)
RFC = Dialect("RFC 7644", flag=False, strict=True)
"""What no app may refuse: real booleans, one operation with a path for each attribute. Entra sends neither of
the two like this; it is for changes on which an access hangs, where the app refuses Entra's form."""


def dialect_for(flag: bool) -> Dialect:
    """The dialect that a tenant URL with or without the flag asks for."""
    return AADOPTSCIM if flag else CLASSIC
