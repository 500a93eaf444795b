"""One user or group at a time: find the account, create it, change what differs, disable it, delete it."""

from __future__ import annotations

from typing import Any, Final

from app.engine.cycle.compare import changes, differences, merged, same
from app.engine.cycle.doubts import is_about_another, make_sure_gone, shows_another
from app.engine.cycle.group_care import GroupCare
from app.engine.cycle.matching import Held, Matching
from app.engine.cycle.result import Result
from app.engine.cycle.target import Target
from app.engine.cycle.work import Work
from app.engine.events import LogEntry
from app.engine.rules.compiled import Rules
from app.engine.state.link import Link
from app.engine.state.store import Store
from app.people.record import Value
from app.scim.errors import Outcome, ScimProblem, UncertainOutcome
from app.setup.json_text import Kept
from app.setup.problem import Problem

ACTIVE: Final = "active"
REFUSALS: Final = frozenset({Outcome.REFUSED, Outcome.CONFLICT, Outcome.TOO_LARGE})
"""Failures that say something of the person: what is sent must change."""
_LOOKING: Final = "The linked object is gone from the app; looking for another one."


class Accounts:
    """Carries work out. Several coroutines use one instance; each works on another person.

    Args:
        store: read only, through ``store.seen``; results are recorded by the caller.

    Attributes:
        matching: finds people's accounts, and sees to it that each belongs to one person.
    """

    def __init__(self, target: Target, store: Store, rules: Rules) -> None:
        self.matching = Matching(target, store, rules)
        self._care = GroupCare(target, store, rules.paths["group"])
        self._target = target
        self._store = store
        self._rules = rules
        self._actions = rules.plan.actions
        #: What switches an account on and off, as the mapping spells it.
        self._active = next((each for each in rules.paths["user"] if each.casefold() == ACTIVE), ACTIVE)
        #: The matching attributes of users.
        self._names = [attribute for attribute, _ in rules.users.matching]

    async def carry_out(self, work: Work, result: Result) -> None:
        """Do one piece of work.

        Args:
            result: is filled step by step. What it has when this raises counts: an account that was found,
                a create that is in doubt.

        Raises:
            ScimProblem, Problem: what went wrong.
        """
        link = None if work.fresh else self._store.seen.get(work.kind, work.source_id)
        await self._care.leave(work, link, result.entry)
        if work.op == "delete":
            await self._delete(link, result)
        elif work.op == "disable" and not work.values:
            await self._disable(work, link, result)
        else:
            await self._provision(work, link, result)

    # Create and update

    async def _provision(self, work: Work, link: Link | None, result: Result) -> None:
        if work.fatal:
            raise Problem(
                "NO-MATCHING-VALUE",
                work.fatal,
                "Without a matching value the app cannot be asked whether the person is there already.",
                "Fill the attribute in the source, or choose another matching attribute.",
            )
        found: Held | None = None
        if link is not None and link.target_id is not None:
            found = await self.matching.held(link)
            if found is None:
                result.entry.step("match", "warning", _LOOKING)
        if found is None:
            found = await self.matching.match(work, result)
        if found is None:
            await self._create(work, link, result)
        else:
            await self._update(work, link, found, result)

    async def _create(self, work: Work, link: Link | None, result: Result) -> None:
        entry = result.entry
        await self._let_go(work, link, None)
        if not work.active or not self._actions.create:
            reason = "A disabled account is never created."
            self._skip(result, "Creating is switched off in the plan." if work.active else reason)
            self._relink(result, work, link, None, {})
            return
        entry.action = "create"
        values = Kept(work.values)
        values.update(work.extra)
        try:
            made = await self._target.create(work.kind, values)
        except UncertainOutcome as problem:
            await self._settle(work, link, result, problem)
            return
        except ScimProblem as problem:
            if problem.kind is not Outcome.CONFLICT:
                raise
            await self._there_already(work, link, result, problem)
            return
        account = str(made["id"])
        if shows_another(work, made, self._rules.paths[work.kind]):
            account = await self._own(work, made, result)
        self.matching.claim(work, account, result)
        self._created(work, link, account, values, result)

    async def _let_go(self, work: Work, link: Link | None, account: str | None) -> None:
        """Make sure that the account known so far is gone before another one, or none, takes its place.

        It may be there all the same, under the name it had last: in use, and nobody's.
        """
        if link is not None and link.target_id not in (None, account):
            names = [attribute for attribute, _ in work.matching]
            await make_sure_gone(self._target, link, names, ScimProblem("NOT-FOUND"))

    async def _settle(self, work: Work, link: Link | None, result: Result, problem: UncertainOutcome) -> None:
        """The answer to a create was lost: only the app knows whether it was carried out."""
        result.unsettled = True
        try:
            found = await self.matching.match_anew(work, result)
        except ScimProblem:
            found = None  # asked again when the next cycle begins
        if found is None:
            result.entry.blame(problem)
            return
        result.unsettled = False
        account, held = found
        if differences(work.values, held):
            await self._update(work, link, found, result)
        else:
            self._created(work, link, account, {**held, **work.values, **work.extra}, result)

    async def _there_already(
        self, work: Work, link: Link | None, result: Result, conflict: ScimProblem
    ) -> None:
        """The app says that there is such an account. It may be from this very request, whose first try got
        no answer, so nobody is forgotten before the account is found."""
        result.unsettled = True
        found = await self.matching.match_anew(work, result)
        result.unsettled = False
        if found is None:
            raise conflict
        result.entry.action = "none"
        await self._update(work, link, found, result)

    async def _own(self, work: Work, made: dict[str, Any], result: Result) -> str:
        """The id of the account that a create made whose answer shows another matching value.

        An app that writes names its own way is not found by the name that was sent: the answer's id counts
        then, if the answer is about this person at all.
        """
        result.unsettled = True
        found = await self.matching.match_anew(work, result)
        if found is None and is_about_another(work, made, self._rules.paths[work.kind]):
            raise UncertainOutcome(ScimProblem("ANSWER-OTHER"), "")
        result.unsettled = False
        return str(made["id"]) if found is None else found[0]

    def _created(
        self, work: Work, link: Link | None, account: str, values: dict[str, Value], result: Result
    ) -> None:
        entry = result.entry
        entry.target_id = account
        entry.all_new(values)
        entry.step("export", "success", "Created.")
        self._relink(result, work, link, account, values, created=True)

    async def _update(self, work: Work, link: Link | None, found: Held, result: Result) -> None:
        account, held = found
        await self._let_go(work, link, account)
        entry = result.entry
        entry.target_id = account
        differing = differences(work.values, held)
        if not differing:
            entry.step("export", "skipped", "The app has these values already.")
            if entry.action != "create" and entry.status != "warning":
                entry.status = "skipped"
                entry.reason = "Nothing differs."
            self._relink(result, work, link, account, held)
            return
        if not self._actions.update:
            self._skip(result, "Updating is switched off in the plan.")
            self._relink(result, work, link, account, held)
            return
        entry.action = "disable" if work.op == "disable" else "update"
        added = {target for target in differing if target not in held}
        try:
            await self._target.change(work.kind, account, differing, added)
        except ScimProblem as problem:
            if problem.kind is not Outcome.NOT_FOUND or work.attempt > 1:
                self._hold_on(result, work, link, found)
                if problem.kind in REFUSALS or problem.code == "SERVER-ERROR":
                    await self._take_access(result, work, link, found, differing)
                raise
            await self._again(work, link, result)
            return
        await self._care.make_sure(work, account, differing)
        entry.changes = changes(differing, held)
        entry.step("export", "success", "Disabled." if entry.action == "disable" else "Updated.")
        self._relink(result, work, link, account, merged(held, differing))
        if work.kind == "group" and result.link is not None:
            result.link.recheck = True  # its members are looked at: a rename must leave them

    def _hold_on(self, result: Result, work: Work, link: Link | None, found: Held) -> None:
        """A change failed, and may have given access: whose account it is must not be forgotten."""
        result.recheck = True
        account, held = found
        if link is None or link.target_id != account:
            self._relink(result, work, link, account, held)
        elif work.active and not link.active:
            link.active = True
            result.link = link

    async def _take_access(
        self, result: Result, work: Work, link: Link | None, found: Held, differing: dict[str, Value]
    ) -> None:
        """The app refused a change that takes access away, for another value in it perhaps: access first."""
        account, held = found
        if work.active or len(differing) < 2 or not same(differing.get(self._active), False):
            return
        await self._target.disable(account)
        result.entry.changes = changes({self._active: False}, held)
        result.entry.step("export", "success", "Disabled. What else has changed was refused.")
        self._relink(result, work, link, account, {**held, self._active: False})

    async def _again(self, work: Work, link: Link | None, result: Result) -> None:
        """The account vanished under a known id: match once more, and create it if nothing matches."""
        entry = result.entry
        entry.action = "none"
        entry.step("match", "warning", _LOOKING)
        found = await self.matching.match_anew(work, result)
        if found is None:
            await self._create(work, link, result)
        else:
            await self._update(work, link, found, result)

    @staticmethod
    def _skip(result: Result, reason: str) -> None:
        result.entry.status, result.entry.reason = "skipped", reason
        result.entry.step("export", "skipped", reason)

    def _relink(
        self,
        result: Result,
        work: Work,
        link: Link | None,
        account: str | None,
        held: dict[str, Value],
        *,
        created: bool = False,
    ) -> None:
        known, manager = held, self._rules.manager
        manager_sent = held.get(manager) or None
        if manager in held or None in held.values() or "" in held.values():
            known = {
                target: value
                for target, value in held.items()
                if target != manager and value is not None and value != ""
            }
        result.renewed = link is not None and link.target_id != account
        result.link = Link(
            work.kind,
            work.source_id,
            work.name,
            account,
            work.digest,
            self._rules.epoch,
            work.active and account is not None,
            known,
            work.manager,
            None if manager_sent is None else str(manager_sent),
            # The members of a group that was there before are read once, before any are added.
            recheck=work.kind == "group" and not created and self._members_unsure(link, account),
        )

    def _members_unsure(self, link: Link | None, account: str | None) -> bool:
        return link is None or link.target_id != account or link.recheck or link.epoch != self._rules.epoch

    # Disable and delete

    async def _disable(self, work: Work, link: Link | None, result: Result) -> None:
        """Switch an account off whose person left the scope or the source. Nothing else of it is changed."""
        entry = result.entry
        if link is None or link.target_id is None or not link.active:
            # Somebody else took the account over in this cycle, or it went with its person.
            entry.status, entry.reason = "skipped", "There is no account of this person left to disable."
            return
        entry.action, entry.target_id = "disable", link.target_id
        if work.kind == "group":
            entry.step(
                "export", "success", "Its members are removed; the group itself is deleted when it is due."
            )
        else:
            await self._switch_off(link, link.target_id, entry)
        link.active, link.digest, link.epoch = False, work.digest, self._rules.epoch
        if work.digest is not None:
            link.missing_since = None  # the person is in the source, only out of scope
        result.link = link

    async def _switch_off(self, link: Link, account: str, entry: LogEntry) -> None:
        try:
            await self._target.disable(account)
        except ScimProblem as problem:
            if problem.kind is not Outcome.NOT_FOUND:
                raise
            await make_sure_gone(self._target, link, self._names, problem)
            entry.step("export", "warning", "The object is gone from the app; there is nothing to disable.")
            link.target_id = None
            return
        entry.changes = changes({self._active: False}, link.known)
        entry.step("export", "success", "Disabled.")
        link.known[self._active] = False

    async def _delete(self, link: Link | None, result: Result) -> None:
        entry = result.entry
        result.forget = True
        if link is None or link.target_id is None:
            entry.status, entry.reason = "skipped", "There is no account of this person left to delete."
            return
        entry.action, entry.target_id = "delete", link.target_id
        there = await self._target.delete(link.kind, link.target_id)
        if not there and link.kind == "user":
            await make_sure_gone(self._target, link, self._names, ScimProblem("NOT-FOUND"))
        entry.step("export", "success", "Deleted." if there else "It was gone from the app already.")
