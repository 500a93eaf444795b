"""One user or group at a time: find the account, create it, change what differs, disable it, delete it."""

from __future__ import annotations

from typing import Any, Final

from app.engine.cycle.compare import changes, differences, merged, same
from app.engine.cycle.doubts import is_about_another, make_sure_gone, shows_another
from app.engine.cycle.group_care import GroupCare
from app.engine.cycle.kept import KeptValues
from app.engine.cycle.matching import Held, Matching
from app.engine.cycle.result import AlreadyLinked, Result
from app.engine.cycle.second_round import passing_name
from app.engine.cycle.switch_off import ENTRA_WOULD_FAIL, takes_another_form
from app.engine.cycle.target import Target
from app.engine.cycle.twins import Twins
from app.engine.cycle.work import Work
from app.engine.events import LogEntry
from app.engine.rules.compiled import Rules
from app.engine.state.escrow import Escrows
from app.engine.state.link import Link
from app.engine.state.store import Store
from app.people.record import Value
from app.scim.errors import Outcome, ScimProblem, UncertainOutcome
from app.scim.text import folded
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
        escrows: who failed before, and since when; read only.
        twins: who would share an account with somebody.

    Attributes:
        matching: finds people's accounts, and sees to it that each belongs to one person.
        trust: what the app is remembered by.
    """

    def __init__(self, target: Target, store: Store, rules: Rules, escrows: Escrows, twins: Twins) -> None:
        self._escrows = escrows
        self._twins = twins
        self._kept = KeptValues(target, rules.paths["user"])
        self.matching = Matching(target, store, rules)
        self.trust = target.trust
        self._care = GroupCare(target, store, rules.paths["group"])
        self._target = target
        self._store = store
        self._rules = rules
        self._actions = rules.plan.actions
        #: What switches an account on and off, as the mapping spells it.
        self._active = next((each for each in rules.paths["user"] if each.casefold() == ACTIVE), ACTIVE)
        #: Whether the plan lets a leaver's account be disabled before it is deleted.
        self._disables = rules.users.writes_active and self._actions.update and not rules.hard_deletes
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
            await self._delete(work, link, result)
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
        if link is None or link.target_id is None:
            self._twins.require_none(work)
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
        self._claim_new(work, account, result)
        kept = self._kept.made(values, made, result.entry) if work.kind == "user" else values
        self._created(work, link, account, kept, result, seen=await self._shows(work, account))

    async def _shows(self, work: Work, account: str) -> bool:
        """Whether the app shows an account that it just made. An invitation may show on acceptance only."""
        if work.kind == "group" or not self._target.writes or not self.trust.reads_back("create"):
            return True
        try:
            there = await self._target.get("user", account) is not None
        except ScimProblem:
            return True  # of this answer nothing can be learnt
        self.trust.showed("create", there)
        return there

    def _claim_new(self, work: Work, account: str, result: Result) -> None:
        """Take the account that a create answered with. One that another person's link holds is not new.

        Raises UncertainOutcome: what the create made is not known, and the other person keeps the link.
        """
        try:
            self.matching.claim(work, account, result)
        except AlreadyLinked:
            taken = True
        else:
            taken = bool(result.displaced)
        if taken:
            result.displaced.clear()
            result.unsettled = True
            raise UncertainOutcome(ScimProblem("ID-TAKEN", details=f"id {account[:60]}"), "")

    async def _let_go(self, work: Work, link: Link | None, account: str | None) -> None:
        """Make sure that the account known so far is gone before another one, or none, takes its place.

        It may be there all the same, under the name it had last: in use, and nobody's.
        """
        if link is None or link.target_id in (None, account):
            return
        names = [attribute for attribute, _ in work.matching]
        await make_sure_gone(self._target, link, names, ScimProblem("NOT-FOUND"))
        if work.kind != "user" or not self._may_appear(link):
            return
        # One that waits for its person goes on waiting; that of a leaver is withdrawn where it can be.
        if work.active or not await self._withdrawn(link):
            raise ScimProblem("NOT-VISIBLE", status=404)

    def _may_appear(self, link: Link) -> bool:
        """Whether an account that is not found is one that the app has not shown yet, as an invitation."""
        return not link.seen and not self._escrows.overdue("user", link.source_id)

    async def _withdrawn(self, link: Link) -> bool:
        """Delete an account that the app does not show; says whether it did. The plan must allow deleting."""
        return self._actions.delete and await self._target.delete("user", link.target_id or "")

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
            unseen = ScimProblem("CONFLICT-UNSEEN", status=conflict.status, details=conflict.details)
            unseen.answer = conflict.answer
            raise unseen
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
        self,
        work: Work,
        link: Link | None,
        account: str,
        values: dict[str, Value],
        result: Result,
        *,
        seen: bool = True,
    ) -> None:
        entry = result.entry
        entry.target_id = account
        entry.all_new(values)
        entry.step("export", "success", "Created.")
        self._relink(result, work, link, account, values, created=True, seen=seen)

    async def _update(self, work: Work, link: Link | None, found: Held, result: Result) -> None:
        account, held = found
        await self._let_go(work, link, account)
        entry = result.entry
        entry.target_id = account
        differing = differences(work.values, held)
        if not differing.keys() - held.keys() - self._kept.ignored() and not differing.keys() & held.keys():
            differing = {}  # all of them are such as the app never shows
        if not differing:
            entry.step("export", "skipped", "The app has these values already.")
            if entry.action != "create" and entry.status != "warning":
                entry.status = "skipped"
                entry.reason = "Nothing differs."
            self._relink(result, work, link, account, held, seen=link is None or link.seen)
            return
        if not self._actions.update:
            self._skip(result, "Updating is switched off in the plan.")
            self._relink(result, work, link, account, held, seen=link is None or link.seen)
            return
        entry.action = "disable" if work.op == "disable" else "update"
        added = {target for target in differing if target not in held}
        try:
            done = await self._target.change(work.kind, account, differing, added)
        except ScimProblem as problem:
            if problem.kind is not Outcome.NOT_FOUND or work.attempt > 1:
                self._hold_on(result, work, link, found)
                if problem.kind not in REFUSALS and problem.code != "SERVER-ERROR":
                    raise
                if not await self._take_access(result, work, link, found, differing, problem):
                    raise
                return
            await self._again(work, link, result)
            return
        await self._care.make_sure(work, account, differing)
        entry.changes = changes(differing, held)
        self._done(entry, "Disabled." if entry.action == "disable" else "Updated.", done.remark)
        after = merged(held, differing)
        if not self._target.writes:
            self.matching.given_up |= {
                (account, folded(held[name])) for name in self._names if name in differing and name in held
            }
        self._relink(result, work, link, account, after)
        if work.kind == "user" and self._target.writes:
            after = await self._kept.changed(account, differing, after, done.answer, entry)
            self._relink(result, work, link, account, after)
        if work.kind == "group" and result.link is not None:
            result.link.recheck = True  # its members are looked at: a rename must leave them

    async def step_aside(self, work: Work, wanted: set[str]) -> bool:
        """Give a person's account a passing name, when its name is among those that others want.

        Says whether it did. Until the name of the source is set, the person is unfinished work.
        """
        link = self._store.seen.get(work.kind, work.source_id)
        if link is None or link.target_id is None or not self._target.writes or not self._actions.update:
            return False
        for attribute in self._names[:1]:
            name = link.known.get(attribute)
            if not isinstance(name, str) or folded(name) not in wanted:
                continue
            passing = passing_name(name)
            try:
                await self._target.change(work.kind, link.target_id, {attribute: passing}, set())
            except ScimProblem:
                return False  # the conflict that it was to end is told with the person
            link.known[attribute], link.digest, link.recheck = passing, None, True
            self._store.begin()
            self._store.put_link(link)
            return True
        return False

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
        self,
        result: Result,
        work: Work,
        link: Link | None,
        found: Held,
        differing: dict[str, Value],
        problem: ScimProblem,
    ) -> bool:
        """The app refused a change that takes access away, for another value in it perhaps: access first.

        Says whether nothing is left to be done.
        """
        account, held = found
        taken = not work.active and same(differing.get(self._active), False)
        if not taken or problem.code == "STILL-ACTIVE":
            return False
        remark = await self._target.disable(account)
        rest = len(differing) > 1
        result.entry.changes = changes({self._active: False}, held)
        text = "Disabled. What else has changed was refused." if rest else "Disabled."
        self._done(result.entry, text, remark)
        self._relink(result, work, link, account, {**held, self._active: False})
        result.recheck = rest
        return not rest

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
    def _done(entry: LogEntry, text: str, remark: str) -> None:
        """Add the step of a change that was carried out; a remark tells that it took another form."""
        entry.step("export", "warning" if remark else "success", f"{text} {remark}".rstrip())
        if remark and entry.status == "success":
            entry.status, entry.code = "warning", "DISABLED-OTHERWISE"
            entry.reason, entry.remedy = f"{text} {remark}", ENTRA_WOULD_FAIL

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
        seen: bool = True,
    ) -> None:
        """Put the link that results into the result.

        Args:
            created: the account was made just now.
            seen: whether the app showed the account.
        """
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
            seen=seen,
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
            remark = await self._target.disable(account)
        except ScimProblem as problem:
            if problem.kind is not Outcome.NOT_FOUND:
                raise
            await make_sure_gone(self._target, link, self._names, problem)
            if self._may_appear(link):
                if not await self._withdrawn(link):
                    raise ScimProblem("NOT-VISIBLE", status=404) from None
                entry.action = "delete"
                text = "Deleted: the app has never shown this account, so its invitation is withdrawn."
                entry.step("export", "success", text)
                link.target_id = None
                return
            entry.step("export", "warning", "The object is gone from the app; there is nothing to disable.")
            link.target_id = None
            return
        link.seen = True
        entry.changes = changes({self._active: False}, link.known)
        self._done(entry, "Disabled.", remark)
        link.known[self._active] = False

    async def _delete(self, work: Work, link: Link | None, result: Result) -> None:
        """Delete an account. A user is disabled first: a delete that does not happen leaves nobody in use."""
        entry = result.entry
        if link is None or link.target_id is None:
            result.forget = True
            entry.status, entry.reason = "skipped", "There is no account of this person left to delete."
            return
        account = entry.target_id = link.target_id
        off = not link.active or link.kind == "group"
        if not off and self._disables:
            off = await self._off_before_deleting(link, result)
            if link.target_id is None:
                result.forget = True
                return
        entry.action = "delete"
        if off and self.trust.habit("no-delete") == str(self._rules.epoch):
            self._cannot_delete(work, link, result, "")
            return
        try:
            there = await self._target.delete(link.kind, account)
        except ScimProblem as problem:
            if problem.code != "METHOD" or link.kind == "group":
                raise
            self.trust.learn("no-delete", str(self._rules.epoch))
            if not off:
                raise
            self._cannot_delete(work, link, result, problem.answer)
            return
        if not there and link.kind == "user":
            await make_sure_gone(self._target, link, self._names, ScimProblem("NOT-FOUND"))
        result.link, result.forget, entry.changes = None, True, []
        entry.step("export", "success", "Deleted." if there else "It was gone from the app already.")

    async def _off_before_deleting(self, link: Link, result: Result) -> bool:
        """Disable an account before it is deleted; says whether it is off. A refusal is noted."""
        entry = result.entry
        try:
            await self._switch_off(link, link.target_id or "", entry)
        except ScimProblem as problem:
            if problem.code == "NOT-VISIBLE" or not takes_another_form(problem):
                raise
            entry.step("export", "warning", f"It could not be disabled first: {problem.what}")
            return False
        link.active, link.epoch = False, self._rules.epoch
        result.link = link
        return True

    def _cannot_delete(self, work: Work, link: Link, result: Result, answer: str) -> None:
        """The app deletes no accounts. The person is off; told once, with the remedy."""
        entry = result.entry
        entry.action = "none" if result.link is None else "disable"
        entry.step("export", "skipped", "Not deleted: the app does not delete accounts.")
        if result.link is None:
            entry.status, entry.reason = (
                "skipped",
                "The account is disabled, and the app deletes no accounts.",
            )
        if answer:
            entry.status, entry.code, entry.answer = "warning", "DELETE-NOT-OFFERED", answer
            entry.reason = "The account is disabled. It is not deleted, because the app deletes no accounts."
            entry.remedy = (
                "Switch deleting off in the plan for this app (Safety, or [actions] delete = false)."
            )
        link.digest = work.digest
        result.link = link
