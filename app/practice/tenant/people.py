"""The tenant's people as the provisioning service sees them: records under the old attribute names.

Source of the pairs of names: entra.md, section 2.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

from app.people.record import Fault, Record, Removed, Value
from app.practice.tenant.tenant import Tenant

_OLD_NAMES: Final = {
    "officeLocation": "physicalDeliveryOfficeName",
    "mobilePhone": "mobile",
    "faxNumber": "facsimileTelephoneNumber",
    "id": "objectId",
}
_LEFT_OUT: Final = frozenset({"businessPhones", "createdDateTime", "deletedDateTime"})


class TenantPeople:
    """The directory of a job; it tells what changed by the numbers of the tenant's own changes."""

    def __init__(self, tenant: Tenant, principal_id: str) -> None:
        self._tenant = tenant
        self._principal = principal_id
        self._mark = tenant.directory.number

    @property
    def faults(self) -> list[Fault]:
        """None: what is in memory can be read."""
        return []

    def users(self) -> Iterator[Record]:
        """Every user who is not in the recycle bin."""
        for user in self._tenant.directory.living("user"):
            yield self._user(user)

    def groups(self) -> Iterator[Record]:
        """Every group."""
        for group in self._tenant.directory.living("group"):
            yield self._group(group)

    async def catch_up(self, *, anew: bool = False) -> None:
        """Take over what has changed: it is in memory."""
        self._mark = self._tenant.directory.number

    def watermark(self) -> str:
        """The number of the last change."""
        return str(self._mark)

    def changes(self, kind: Literal["user", "group"], since: str) -> Iterator[Record | Removed] | None:
        """Whoever changed since; None for an unknown watermark."""
        if not since.isdigit() or int(since) > self._mark:
            return None
        touched: dict[str, None] = {}
        for change in self._tenant.directory.changes:
            if int(since) < change.number <= self._mark:
                if change.kind == kind:
                    touched[change.id] = None
                elif kind == "user":
                    touched.update(dict.fromkeys((*change.joined, *change.left)))
        return self._now(kind, list(touched))

    def _now(self, kind: Literal["user", "group"], ids: list[str]) -> Iterator[Record | Removed]:
        for each in ids:
            found = self._tenant.directory.of(kind).get(each)
            if found is None:
                yield Removed(kind, each)
            elif found.get("deletedDateTime"):
                yield Removed(kind, each, restorable=True)
            else:
                yield self._user(found) if kind == "user" else self._group(found)

    def find(self, kind: Literal["user", "group"], object_id: str) -> Record | None:
        """One user or group."""
        found = self._tenant.directory.of(kind).get(object_id)
        if found is None or found.get("deletedDateTime"):
            return None
        return self._user(found) if kind == "user" else self._group(found)

    def _user(self, user: dict[str, Any]) -> Record:
        attributes: dict[str, Value] = {
            _OLD_NAMES.get(name, name): value
            for name, value in user.items()
            if name not in _LEFT_OUT and value is not None and value != ""
        }
        if user["businessPhones"]:
            attributes["telephoneNumber"] = user["businessPhones"][0]
        if manager := self._tenant.directory.managers.get(user["id"]):
            attributes["manager"] = manager
        return Record("user", user["id"], attributes)

    def _group(self, group: dict[str, Any]) -> Record:
        attributes: dict[str, Value] = {
            "objectId": group["id"],
            "displayName": group["displayName"],
            "mailNickname": group["mailNickname"],
        }
        members = tuple(self._tenant.directory.members.get(group["id"], ()))
        return Record("group", group["id"], attributes, members)
