"""Keeps book of what one app should hold over many cycles, and compares it object by object, id by id.

Worked out from the source alone, independently of the engine. Who came and went between two comparisons may
have had an account or not: a killed cycle may or may not have got that far.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.engine.conftest import People
from tests.engine.model import ENTERPRISE


class Holder(Protocol):
    """An app that shows what it holds."""

    def state(self, kind: str = "") -> list[dict[str, Any]]: ...


def _members(groups: dict[str, Any], users: dict[str, Any]) -> dict[str, Any]:
    """Groups with the members that exist: scim2-server lets references to a deleted account stand."""
    return {
        account: {**held, "members": [each for each in held.get("members") or [] if each["value"] in users]}
        for account, held in groups.items()
    }


def _is_team(key: str) -> bool:
    return "-9999-" in key


@dataclass
class Book:
    """What the app should hold.

    Attributes:
        deletes: who leaves the source is deleted at once, and not only disabled.
        forgets_teams: a group that leaves may be deleted at once, where the source says that it is gone for
            good; it is emptied otherwise.
        strangers: ids of accounts that are none of the plan's business.
        had: source ids of users and groups with the ids of their accounts, as compared last.
        names: every name that a source id had since then.
    """

    deletes: bool
    forgets_teams: bool
    strangers: dict[str, dict[str, Any]] = field(default_factory=dict)
    had: dict[str, str] = field(default_factory=dict)
    names: dict[str, set[str]] = field(default_factory=dict)
    _may_end: set[str] = field(default_factory=set)

    def note(self, people: People) -> None:
        """The source is now like this, and a cycle may read it."""
        for key, held in people.persons.items():
            self.names.setdefault(key, set()).add(str(held["userPrincipalName"]))
        for key, (name, _) in people.teams.items():
            self.names.setdefault(key, set()).add(name)
        # A cycle that is killed may have deleted those who are away: they come back as somebody new.
        self._may_end |= self.had.keys() - {*people.persons, *people.teams}

    def _ends(self, key: str) -> bool:
        """Whether an account of that source id may have been deleted since the last comparison."""
        return key in self._may_end and (self.deletes or (self.forgets_teams and _is_team(key)))

    def compare(self, app: Holder, people: People) -> None:
        """Fail unless the app holds exactly what it should."""
        users = {str(each["id"]): each for each in app.state("User")}
        groups = {str(each["id"]): each for each in app.state("Group")}
        for account, held in self.strangers.items():
            assert users.pop(account, None) == held, f"{held['userName']} was touched"
        had: dict[str, str] = {}
        keys = {*people.persons, *people.teams, *self.names, *self.had}
        for key in sorted(keys):
            account = self._account(key, groups if _is_team(key) else users)
            if account is not None:
                had[key] = account
        ids = {key: account for key, account in had.items() if key in people.persons}
        groups = _members(groups, users)
        for key in sorted(keys):
            if _is_team(key):
                self._group(key, had.get(key), groups, people, ids)
            else:
                self._user(key, had.get(key), users, people, ids)
        unknown = {*users, *groups} - set(had.values())
        assert not unknown, f"nobody knows {[users.get(each) or groups[each] for each in unknown]}"
        self.had, self.names, self._may_end = had, {}, set()

    def _account(self, key: str, held: dict[str, Any]) -> str | None:
        """The one account of a source id: the one it had, or the one under a name of its own."""
        attribute = "displayName" if _is_team(key) else "userName"
        named = [
            account
            for account, each in held.items()
            if each[attribute] in self.names.get(key, ()) or account == self.had.get(key)
        ]
        assert len(named) < 2, f"{key} was created twice: {[held[each] for each in named]}"
        before = self.had.get(key)
        kept = not before or named == [before] or self._ends(key)
        assert kept, f"{key} was deleted, or made anew: it was {before}"
        return named[0] if named else None

    def _user(
        self, key: str, account: str | None, users: dict[str, Any], people: People, ids: dict[str, str]
    ) -> None:
        held = people.persons.get(key)
        if held is None:
            assert account is None or not self.deletes, f"{key} left and was not deleted"
            assert account is None or users[account]["active"] is False, f"{key} left and kept access"
            return
        if account is None:
            assert not held["accountEnabled"], f"{key} is missing"
            return
        found = users[account]
        extra = found.get(ENTERPRISE) or {}
        assert {
            "userName": found["userName"],
            "active": found["active"],
            "displayName": found.get("displayName"),
            "department": extra.get("department"),
            "mail": [each["value"] for each in found.get("emails") or []],
        } == {
            "userName": held["userPrincipalName"],
            "active": held["accountEnabled"],
            "displayName": held["displayName"],
            "department": held["department"],
            "mail": [held["mail"]],
        }, key
        boss = str(held.get("manager") or "")
        # Null is never sent: whom the source no longer names may stay.
        if held["accountEnabled"] and boss and people.persons[boss]["accountEnabled"]:
            assert (extra.get("manager") or {}).get("value") == ids[boss], f"{key} has another manager"

    def _group(
        self, key: str, account: str | None, groups: dict[str, Any], people: People, ids: dict[str, str]
    ) -> None:
        if key not in people.teams:
            assert account is None or not self.deletes, f"{key} left and was not deleted"
            assert account is None or not groups[account].get("members"), f"{key} left and kept its members"
            return
        name, members = people.teams[key]
        assert account is not None, f"{key} is missing"
        found = groups[account]
        assert found["displayName"] == name, key
        wanted = {ids[each] for each in members if people.persons.get(each, {}).get("accountEnabled")}
        listed = [str(each["value"]) for each in found.get("members") or []]
        assert len(set(listed)) == len(listed), f"{key} has somebody twice"
        assert set(listed) == wanted, f"{key}: {set(listed) ^ wanted}"
