"""The app as a comparison and a repair see it: members that nobody sent are seen too."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from app.engine.cycle.target import PlannedTarget, Target
from app.engine.cycle.trust import Trust
from app.engine.events import Kind
from app.engine.state.store import Store
from app.scim.client import ScimClient
from app.scim.dialect import Dialect


class ComparingTarget(PlannedTarget):
    """Reads only, and remembers what the listing said.

    Attributes:
        listed: by account, whether the app says that it is in use; None before a whole list was read.
    """

    def __init__(self, client: ScimClient, dialect: Dialect, store: Store, app: str) -> None:
        super().__init__(client, dialect, Trust(store, app))
        self._store = store
        self.listed: dict[str, bool] | None = None

    async def get(self, kind: Kind, account: str, *, members: bool = False) -> dict[str, Any] | None:
        """One object; of a group, members that Rollcall knows and did not send are noted."""
        resource = await super().get(kind, account, members=members)
        if members and resource is not None:
            note_members(self._store, account, resource)
        return resource

    async def list_all(self, kind: Kind) -> AsyncIterator[dict[str, Any]]:
        """Every object, as the cycle lists them."""
        seen: dict[str, bool] = {}
        async for resource in super().list_all(kind):
            seen[str(resource["id"])] = self.in_use(resource)
            yield resource
        self.listed = seen

    def disbelieve_list(self, reason: str) -> None:
        """Forget what the listing said: each person is asked for."""
        super().disbelieve_list(reason)
        self.listed = None


class RepairingTarget(Target):
    """The plain app, whose group members are noted as they are read."""

    def __init__(self, client: ScimClient, dialect: Dialect, store: Store, app: str) -> None:
        super().__init__(client, dialect, Trust(store, app))
        self._store = store

    async def get(self, kind: Kind, account: str, *, members: bool = False) -> dict[str, Any] | None:
        """One object; of a group, members that Rollcall knows and did not send are noted."""
        resource = await super().get(kind, account, members=members)
        if members and resource is not None:
            note_members(self._store, account, resource)
        return resource


def note_members(store: Store, account: str, resource: dict[str, Any]) -> None:
    """Note the accounts of Rollcall's that are members of a group, so that those who should not be show.

    Accounts that Rollcall does not know are left alone, in a comparison as in a cycle.
    """
    members = resource.get("members")
    if not isinstance(members, list):
        return
    ids = [str(each.get("value")) for each in members if isinstance(each, dict)]
    store.begin()
    store.db.executemany(
        "INSERT OR IGNORE INTO memberships (group_id, member_id, wanted, sent)"
        " SELECT g.source_id, u.source_id, 0, 0 FROM links g JOIN links u ON u.kind='user' AND u.target_id=?"
        " WHERE g.kind='group' AND g.target_id=?",
        [(each, account) for each in ids],
    )
