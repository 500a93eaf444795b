"""The app as a cycle sees it; and the same app in a dry run, where only reading is real."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

from app.engine.cycle.bodies import Bodies
from app.engine.events import Kind
from app.people.record import Value
from app.scim.client import Resource, ScimClient, resource_path
from app.scim.dialect import Dialect
from app.scim.errors import ScimProblem
from app.scim.ids import id_of
from app.scim.path import AttributePath

_RESOURCES: dict[Kind, Resource] = {"user": "Users", "group": "Groups"}
_PLANNED = "planned:"
_ACTIVE = AttributePath.parse("active")


class Target:
    """Reads and writes accounts and groups. All methods raise ScimProblem.

    Attributes:
        writes: whether what is sent is carried out, so that it can be read back.
        list_doubt: why the app's list of people is not known to be whole; empty while nothing speaks against.
    """

    writes = True

    def __init__(self, client: ScimClient, dialect: Dialect) -> None:
        self._client = client
        self.dialect = dialect
        self._bodies = Bodies(dialect)
        self.list_doubt = ""

    @property
    def requests(self) -> int:
        """How many requests were sent."""
        return self._client.requests

    @property
    def at_once(self) -> int:
        """How many people can be dealt with at once."""
        return self._client.at_once

    async def send_together(self) -> bool:
        """Send writes together from now on, if the app can. Raises ScimProblem."""
        return await self._client.use_bulk()

    async def find(self, kind: Kind, attribute: str, value: Value) -> list[dict[str, Any]]:
        """The objects with this value."""
        return await self._client.find(_RESOURCES[kind], attribute, value)

    async def get(self, kind: Kind, account: str, *, members: bool = False) -> dict[str, Any] | None:
        """One object, or None; a group without its members unless they are asked for."""
        query = {"excludedAttributes": "members"} if kind == "group" and not members else ""
        return await self._client.get(resource_path(_RESOURCES[kind], account), query=query)

    async def has_member(self, group: str, account: str) -> bool | None:
        """Whether a search finds the group by this member; None where the app cannot be searched so."""
        wanted = self.dialect.reference_filter(group, "members", account)
        try:
            answer = await self._client.get(
                "/Groups", query={"excludedAttributes": "members", "filter": wanted}
            )
        except ScimProblem:
            return None
        found = [] if answer is None else answer.get("Resources", [])
        return any(id_of(each) == group for each in found) if isinstance(found, list) else None

    async def how_many(self, kind: Kind) -> int | None:
        """How many objects the app says that it has; None when it does not say."""
        answer = await self._client.get(f"/{_RESOURCES[kind]}", query={"startIndex": "1", "count": "1"})
        total = (answer or {}).get("totalResults")
        return total if isinstance(total, int) and not isinstance(total, bool) else None

    def list_all(self, kind: Kind) -> AsyncIterator[dict[str, Any]]:
        """Every object, by verified paging. Raises UnreliableListing."""
        return self._client.list_all(_RESOURCES[kind])

    def disbelieve_list(self, reason: str) -> None:
        """The list of people is not known to be whole: nobody is judged by it in this cycle."""
        self.list_doubt = reason

    async def create(self, kind: Kind, values: Mapping[str, Value]) -> dict[str, Any]:
        """Make an object. Raises UncertainOutcome when it may have been made."""
        return await self._client.create(_RESOURCES[kind], self.body(kind, values))

    def body(self, kind: Kind, values: Mapping[str, Value]) -> Mapping[str, Any] | bytes:
        """The body of a create; that of a user as the text that is sent."""
        if kind == "user":
            return self._bodies.text(values)
        lower = {target.casefold(): value for target, value in values.items()}
        return self.dialect.new_group(str(lower.get("displayname", "")), str(lower.get("externalid") or ""))

    async def change(self, kind: Kind, account: str, changes: Mapping[str, Value], added: set[str]) -> None:
        """Set attributes. Raises NOT-FOUND when the object is gone, STILL-ACTIVE as :meth:`disable` does."""
        answer = await self._client.patch(
            resource_path(_RESOURCES[kind], account), self.dialect.patch_user(changes, added)
        )
        if any(target.casefold() == "active" and not value for target, value in changes.items()):
            await self._make_sure_off(account, answer)

    async def disable(self, account: str) -> None:
        """Switch a user off. Raises STILL-ACTIVE when the app says so and the account shows otherwise."""
        answer = await self._client.patch(resource_path("Users", account), self.dialect.disable())
        await self._make_sure_off(account, answer)

    async def _make_sure_off(self, account: str, answer: dict[str, Any] | None) -> None:
        """Look again where the answer itself shows the account in use: nobody keeps access unnoticed."""
        if answer is not None and in_use(answer):
            held = await self.get("user", account)
            if held is not None and in_use(held):
                raise ScimProblem("STILL-ACTIVE")

    async def delete(self, kind: Kind, account: str) -> bool:
        """Delete an object; False when it was gone already."""
        return await self._client.delete(resource_path(_RESOURCES[kind], account))

    async def set_manager(self, account: str, manager: str) -> dict[str, Any] | None:
        """Set a user's manager; the user as the app's answer shows it, if it does."""
        return await self._client.patch(resource_path("Users", account), self.dialect.set_manager(manager))

    async def add_members(self, group: str, members: Iterable[str]) -> None:
        """Add users to a group."""
        await self._client.patch(resource_path("Groups", group), self.dialect.add_members(members))

    async def remove_members(self, group: str, members: Iterable[str]) -> None:
        """Remove users from a group."""
        for body in self.dialect.remove_members(members):
            await self._client.patch(resource_path("Groups", group), body)


class PlannedTarget(Target):
    """The app in a dry run: look-ups are real, and nothing is ever written.

    What would have been created gets an id of its own, so that managers and members can be planned too.
    """

    writes = False

    def __init__(self, client: ScimClient, dialect: Dialect) -> None:
        super().__init__(client, dialect)
        self._made = 0

    async def send_together(self) -> bool:
        """Nothing is sent."""
        return False

    async def get(self, kind: Kind, account: str, *, members: bool = False) -> dict[str, Any] | None:
        """One object; a planned one has nothing yet."""
        if account.startswith(_PLANNED):
            return {"id": account}
        return await super().get(kind, account, members=members)

    async def create(self, kind: Kind, values: Mapping[str, Value]) -> dict[str, Any]:
        """Make up an object that would be made."""
        self._made += 1
        return {"id": f"{_PLANNED}{self._made}"}

    async def change(self, kind: Kind, account: str, changes: Mapping[str, Value], added: set[str]) -> None:
        """Send nothing."""

    async def disable(self, account: str) -> None:
        """Send nothing."""

    async def delete(self, kind: Kind, account: str) -> bool:
        """Send nothing."""
        return True

    async def set_manager(self, account: str, manager: str) -> dict[str, Any] | None:
        """Send nothing."""
        return None

    async def add_members(self, group: str, members: Iterable[str]) -> None:
        """Send nothing."""

    async def remove_members(self, group: str, members: Iterable[str]) -> None:
        """Send nothing."""


def in_use(resource: dict[str, Any]) -> bool:
    """Whether an account is switched on; one that does not say counts as not: nothing can be told of it."""
    return str(_ACTIVE.get(resource)).strip().casefold() == "true"


def is_planned(account: str) -> bool:
    """Whether this id was made up in a dry run."""
    return account.startswith(_PLANNED)
