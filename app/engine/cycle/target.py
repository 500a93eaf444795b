"""The app as a cycle sees it; and the same app in a dry run, where only reading is real."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.engine.cycle.bodies import Bodies
from app.engine.cycle.switch_off import SwitchOff, takes_another_form
from app.engine.cycle.trust import Trust
from app.engine.events import Kind
from app.people.record import Value
from app.scim.account_state import AccountState, account_state
from app.scim.client import Resource, ScimClient, resource_path
from app.scim.dialect import RFC, Dialect
from app.scim.errors import Outcome, ScimProblem
from app.scim.ids import id_of

_RESOURCES: dict[Kind, Resource] = {"user": "Users", "group": "Groups"}
_PLANNED = "planned:"


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change was answered with.

    Attributes:
        answer: the object as the answer shows it; None where it does not.
        remark: how it was done, for the log; empty in the usual case.
    """

    answer: dict[str, Any] | None
    remark: str = ""


class Target:
    """Reads and writes accounts and groups. All methods raise ScimProblem.

    Attributes:
        writes: whether what is sent is carried out, so that it can be read back.
        list_doubt: why the app's list of people is not known to be whole; empty while nothing speaks against.

    Args:
        trust: what the app is remembered by; the caller keeps it.
    """

    writes = True

    def __init__(self, client: ScimClient, dialect: Dialect, trust: Trust) -> None:
        self._client = client
        self.dialect = dialect
        self.trust = trust
        self._bodies = Bodies(dialect)
        self._switch = SwitchOff(client, dialect, trust)
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
        found = await self._client.find(_RESOURCES[kind], attribute, value)
        return [self._read(each) for each in found]

    async def get(self, kind: Kind, account: str, *, members: bool = False) -> dict[str, Any] | None:
        """One object, or None; a group without its members unless they are asked for."""
        query = {"excludedAttributes": "members"} if kind == "group" and not members else ""
        resource = await self._client.get(resource_path(_RESOURCES[kind], account), query=query)
        return None if resource is None else self._read(resource)

    def _read(self, resource: dict[str, Any]) -> dict[str, Any]:
        """A resource as it is judged: an app that shows each boolean as text means a boolean by it."""
        if self.trust.habit("text") and account_state(resource) is AccountState.OFF_AS_TEXT:
            return {**resource, "active": False}
        return resource

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

    async def list_all(self, kind: Kind) -> AsyncIterator[dict[str, Any]]:
        """Every object, by verified paging. Raises UnreliableListing."""
        async for resource in self._client.list_all(_RESOURCES[kind]):
            yield self._read(resource)

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

    async def change(
        self, kind: Kind, account: str, changes: Mapping[str, Value], added: set[str]
    ) -> Changed:
        """Set attributes.

        Raises NOT-FOUND when the object is gone, STILL-ACTIVE as :meth:`disable` does.
        """
        path = resource_path(_RESOURCES[kind], account)
        switches = [value for target, value in changes.items() if target.casefold() == "active"]
        if not switches:
            return Changed(await self._client.patch(path, self.dialect.patch_user(changes, added)))
        dialect, answer = await self._switched(path, changes, added)
        off = str(switches[0]).casefold() != "true"
        if off and not await self._switch.is_off(account, answer, as_boolean=dialect.flag or dialect.strict):
            remark = await self._switch.off(account)
            if len(changes) > 1:
                await self._once_more(path, changes, added)
            return Changed(await self.get(kind, account), remark)
        remark = self._switch.learnt(RFC.name) if dialect is RFC and not self.trust.habit("active") else ""
        if not off and dialect is self.dialect:
            again = RFC.patch_user(changes, added)
            remark = await self._switch.make_sure_on(account, answer, again)
        if remark:
            return Changed(await self.get(kind, account), remark)
        return Changed(None if answer is None else self._read(answer), remark)

    async def _once_more(self, path: str, changes: Mapping[str, Value], added: set[str]) -> None:
        """Send a change as the standard has it, when the app ignored a part of it and perhaps all."""
        try:
            await self._client.patch(path, RFC.patch_user(changes, added))
        except ScimProblem as problem:
            if problem.kind is Outcome.NOT_FOUND:
                raise
            # The account is off; what else is not kept is read back and told.

    async def _switched(
        self, path: str, changes: Mapping[str, Value], added: set[str]
    ) -> tuple[Dialect, dict[str, Any] | None]:
        """Send a change of ``active``, once more as the standard has it where Entra's form is refused."""
        if not self.trust.habit("active"):
            try:
                return self.dialect, await self._client.patch(path, self.dialect.patch_user(changes, added))
            except ScimProblem as problem:
                if not takes_another_form(problem):
                    raise
                refusal = problem
            try:
                answer = await self._client.patch(path, RFC.patch_user(changes, added))
            except ScimProblem:
                raise refusal from None
            return RFC, answer
        return RFC, await self._client.patch(path, RFC.patch_user(changes, added))

    async def disable(self, account: str) -> str:
        """Switch a user off; see :meth:`SwitchOff.off`."""
        return await self._switch.off(account)

    def in_use(self, resource: dict[str, Any]) -> bool:
        """Whether an account is switched on; one that does not say counts as not: nothing can be told of it.

        The text "False" is no proof, unless the app shows each boolean as text.
        """
        state = account_state(resource)
        as_text = state is AccountState.OFF_AS_TEXT and not self.trust.habit("text")
        return state is AccountState.ON or as_text

    async def delete(self, kind: Kind, account: str) -> bool:
        """Delete an object; False when it was gone already.

        Raises DELETE-NOT-DONE when the app says that it did and still shows the object.
        """
        path = resource_path(_RESOURCES[kind], account)
        there = await self._client.delete(path)
        if there and kind == "user" and self.trust.reads_back("delete"):
            gone = await self._client.get(path) is None
            self.trust.showed("delete", gone)
            if not gone:
                raise ScimProblem("DELETE-NOT-DONE")
        return there

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

    def __init__(self, client: ScimClient, dialect: Dialect, trust: Trust) -> None:
        super().__init__(client, dialect, trust)
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

    async def change(
        self, kind: Kind, account: str, changes: Mapping[str, Value], added: set[str]
    ) -> Changed:
        """Send nothing."""
        return Changed(None)

    async def disable(self, account: str) -> str:
        """Send nothing."""
        return ""

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


def is_planned(account: str) -> bool:
    """Whether this id was made up in a dry run."""
    return account.startswith(_PLANNED)
