"""One user or group at a time: find the account, create it, change what differs, disable it, delete it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.engine.cycle.compare import changes, differences, merged, shown
from app.engine.cycle.doubts import make_sure_gone, shows_another
from app.engine.cycle.result import AlreadyLinked, DuplicateAccounts, Result
from app.engine.cycle.target import Target
from app.engine.cycle.work import Listing, Work, values_of
from app.engine.events import Kind, LogEntry
from app.engine.state.link import Link
from app.engine.state.store import Store
from app.people.record import Value
from app.scim.errors import Outcome, ScimProblem, UncertainOutcome
from app.scim.path import AttributePath
from app.setup.plan import Actions
from app.setup.problem import Problem

ACTIVE: Final = "active"


class Accounts:
    """Carries work out. Several coroutines use one instance; each works on another person.

    Args:
        store: read only, through ``store.seen``; results are recorded by the caller.
        paths: the mapped attributes, by kind; the manager's is one of them.
        epoch: the initial cycle that this one belongs to.
        manager: the target that is a reference to the manager; empty when there is none.
        matching: the matching attributes of users.
    """

    def __init__(
        self,
        target: Target,
        store: Store,
        actions: Actions,
        paths: dict[Kind, dict[str, AttributePath]],
        epoch: int,
        manager: str = "",
        matching: Sequence[str] = (),
    ) -> None:
        self._target = target
        self._store = store
        self._actions = actions
        self._paths = paths
        self._epoch = epoch
        self._manager = manager
        self._matching = matching
        self.listing: Listing | None = None
        # Who took which account in this cycle: results that are not committed yet are not in the store.
        self._claimed: dict[tuple[str, str], str] = {}
        # In a very first cycle nobody holds an account but those who took one in it: their hashes tell.
        self._known = store.seen.any_account()
        self._taken: set[int] = set()

    async def carry_out(self, work: Work, entry: LogEntry) -> Result:
        """Do one piece of work. Raises ScimProblem and Problem; ``entry`` has the steps until then."""
        link = None if work.fresh else self._store.seen.get(work.kind, work.source_id)
        if work.op == "delete":
            return await self._delete(work, link, entry)
        if work.op == "disable" and not work.values:
            return await self._disable(work, link, entry)
        return await self._provision(work, link, entry)

    # Create and update

    async def _provision(self, work: Work, link: Link | None, entry: LogEntry) -> Result:
        if work.fatal:
            raise Problem(
                "NO-MATCHING-VALUE",
                work.fatal,
                "Without a matching value the app cannot be asked whether the person is there already.",
                "Fill the attribute in the source, or choose another matching attribute.",
            )
        result = Result(entry)
        found: tuple[str, dict[str, Value]] | None = None
        if link is not None and link.target_id is not None:
            found = await self._held(link)
            if found is None:
                entry.step(
                    "match", "warning", "The linked object is gone from the app; looking for another one."
                )
        if found is None:
            found = await self._match(work, entry, result)
        if found is None:
            return await self._create(work, link, result)
        return await self._update(work, link, found, result)

    async def _held(self, link: Link) -> tuple[str, dict[str, Value]] | None:
        """The linked account and what it holds: as last known, or as read when that is in doubt."""
        account = link.target_id or ""
        if not link.recheck and link.epoch == self._epoch:
            reference = {self._manager: link.manager_sent} if link.manager_sent else {}
            return account, {**link.known, **reference}
        if self.listing is not None and not link.recheck and link.kind == "user":
            held = self.listing.get(account)
            if held is not None:
                return account, held
        resource = await self._target.get(link.kind, account)
        return None if resource is None else (account, values_of(resource, self._paths[link.kind]))

    async def _match(
        self, work: Work, entry: LogEntry, result: Result
    ) -> tuple[str, dict[str, Value]] | None:
        """Look for the account by the matching attributes, in order; the first that finds one decides."""
        for attribute, value in work.matching:
            hits = await self._look_up(work, attribute, value)
            if len(hits) > 1:
                raise DuplicateAccounts(attribute, value, [account for account, _ in hits])
            if hits:
                self._claim(work, hits[0][0], result)
                entry.step("match", "success", f"Found by {attribute} = {shown(value)}.")
                return hits[0]
        entry.step("match", "success", "Not in the app yet.")
        return None

    async def _look_up(self, work: Work, attribute: str, value: Value) -> list[tuple[str, dict[str, Value]]]:
        if self.listing is not None and work.kind == "user" and work.attempt == 1:
            return self.listing.find(attribute, value)
        found = await self._target.find(work.kind, attribute, value)
        return [(each["id"], values_of(each, self._paths[work.kind])) for each in found]

    def _claim(self, work: Work, account: str, result: Result) -> None:
        """Make sure that an account belongs to one person only."""
        other = self._claimed.get((work.kind, account))
        if other is not None and other != work.source_id:
            raise AlreadyLinked(other)
        for holder in self._holders(work.kind, account):
            if holder.source_id == work.source_id:
                continue
            if holder.missing_since is None:
                raise AlreadyLinked(holder.name)
            # The same person under a new object id, as after a restore of the directory.
            result.displaced.append(holder.source_id)
        self._claimed[work.kind, account] = work.source_id

    def _holders(self, kind: Kind, account: str) -> list[Link]:
        """The links that claim an account; not asked for where there can be none."""
        number = hash((kind, account))
        fresh = not self._known and number not in self._taken
        self._taken.add(number)
        return [] if fresh else self._store.seen.holders(kind, account)

    async def _create(self, work: Work, link: Link | None, result: Result) -> Result:
        entry = result.entry
        if not work.active or not self._actions.create:
            entry.status = "skipped"
            entry.reason = (
                "Creating is switched off in the plan."
                if work.active
                else "A disabled account is never created."
            )
            entry.step("export", "skipped", entry.reason)
            self._relink(result, work, link, None, {})
            return result
        if link is not None and link.target_id is not None:
            # It may be there all the same, under the name it had last: no second one beside it.
            names = [attribute for attribute, _ in work.matching]
            await make_sure_gone(self._target, link, names, ScimProblem("NOT-FOUND"))
        entry.action = "create"
        values = {**work.values, **work.extra}
        try:
            made = await self._target.create(work.kind, values)
        except UncertainOutcome as problem:
            return await self._settle(work, link, result, problem)
        except ScimProblem as problem:
            if problem.kind is not Outcome.CONFLICT:
                raise
            work.attempt += 1  # from here on the listing is not believed
            entry.action = "none"
            found = await self._match(work, entry, result)
            if found is None:
                entry.action = "create"
                raise
            return await self._update(work, link, found, result)
        if shows_another(work, made, self._paths[work.kind]):
            work.attempt += 1
            found = await self._match(work, entry, result)
            # An app that writes names its own way is not found by the name that was sent: its id counts.
            if found is not None:
                made = {"id": found[0]}
        self._claim(work, made["id"], result)
        return self._created(work, link, made["id"], values, result)

    async def _settle(
        self, work: Work, link: Link | None, result: Result, problem: UncertainOutcome
    ) -> Result:
        """The answer to a create was lost: only the app knows whether it was carried out."""
        work.attempt += 1
        try:
            found = await self._match(work, result.entry, result)
        except ScimProblem:
            found = None
        if found is not None:
            account, held = found
            wanted = {**work.values, **work.extra}
            if differences(work.values, held):
                return await self._update(work, link, found, result)
            return self._created(work, link, account, {**held, **wanted}, result)
        result.unsettled = True
        result.entry.blame(problem)
        return result

    def _created(
        self, work: Work, link: Link | None, account: str, values: dict[str, Value], result: Result
    ) -> Result:
        entry = result.entry
        entry.target_id = account
        entry.all_new(values)
        entry.step("export", "success", "Created.")
        self._relink(result, work, link, account, values, created=True)
        return result

    async def _update(
        self, work: Work, link: Link | None, found: tuple[str, dict[str, Value]], result: Result
    ) -> Result:
        account, held = found
        entry = result.entry
        entry.target_id = account
        differing = differences(work.values, held)
        if not differing:
            entry.step("export", "skipped", "The app has these values already.")
            if entry.action != "create" and entry.status != "warning":
                entry.status = "skipped"
                entry.reason = "Nothing differs."
            self._relink(result, work, link, account, held)
            return result
        if not self._actions.update:
            entry.status = "skipped"
            entry.reason = "Updating is switched off in the plan."
            entry.step("export", "skipped", entry.reason)
            self._relink(result, work, link, account, held)
            return result
        entry.action = "disable" if work.op == "disable" else "update"
        added = {target for target in differing if target not in held}
        try:
            await self._target.change(work.kind, account, differing, added)
        except ScimProblem as problem:
            if problem.kind is not Outcome.NOT_FOUND or work.attempt > 1:
                result.recheck = True
                raise
            return await self._again(work, link, result)
        entry.changes = changes(differing, held)
        entry.step("export", "success", "Disabled." if entry.action == "disable" else "Updated.")
        self._relink(result, work, link, account, merged(held, differing))
        return result

    async def _again(self, work: Work, link: Link | None, result: Result) -> Result:
        """The account vanished under a known id: match once more, and create it if nothing matches."""
        entry = result.entry
        entry.action = "none"
        entry.step("match", "warning", "The linked object is gone from the app; looking for another one.")
        work.attempt += 1
        found = await self._match(work, entry, result)
        if found is None:
            return await self._create(work, link, result)
        return await self._update(work, link, found, result)

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
        known = dict(held)
        if None in known.values() or "" in known.values():
            known = {target: value for target, value in held.items() if value not in (None, "")}
        manager_sent = known.pop(self._manager, None)
        result.renewed = link is not None and link.target_id != account
        result.link = Link(
            work.kind,
            work.source_id,
            work.name,
            account,
            work.digest,
            self._epoch,
            work.active and account is not None,
            known,
            work.manager,
            None if manager_sent is None else str(manager_sent),
            # The members of a group that was there before are read once, before any are added.
            recheck=work.kind == "group" and not created and self._members_unsure(link, account),
        )

    def _members_unsure(self, link: Link | None, account: str | None) -> bool:
        return link is None or link.target_id != account or link.recheck or link.epoch != self._epoch

    def forget_claims(self, accounts: list[tuple[Kind, str]]) -> None:
        """Claims that are in the store by now need no second place."""
        for claim in accounts:
            self._claimed.pop(claim, None)

    # Disable and delete

    async def _disable(self, work: Work, link: Link | None, entry: LogEntry) -> Result:
        """Switch an account off whose person left the scope or the source. Nothing else of it is changed."""
        result = Result(entry)
        if link is None or link.target_id is None or not link.active:
            # Somebody else took the account over in this cycle, or it went with its person.
            entry.status, entry.reason = "skipped", "There is no account of this person left to disable."
            return result
        entry.action, entry.target_id = "disable", link.target_id
        link.active, link.digest, link.epoch = False, work.digest, self._epoch
        if work.digest is not None:
            link.missing_since = None  # the person is in the source, only out of scope
        result.link = link
        if work.kind == "group":
            entry.step(
                "export", "success", "Its members are removed; the group itself is deleted when it is due."
            )
            return result
        try:
            await self._target.disable(link.target_id)
        except ScimProblem as problem:
            if problem.kind is not Outcome.NOT_FOUND:
                raise
            await make_sure_gone(self._target, link, self._matching, problem)
            entry.step("export", "warning", "The object is gone from the app; there is nothing to disable.")
            link.target_id = None
        else:
            entry.changes = changes({ACTIVE: False}, link.known)
            entry.step("export", "success", "Disabled.")
            link.known[ACTIVE] = False
        return result

    async def _delete(self, work: Work, link: Link | None, entry: LogEntry) -> Result:
        result = Result(entry, forget=True)
        if link is None or link.target_id is None:
            entry.status, entry.reason = "skipped", "There is no account of this person left to delete."
            return result
        entry.action, entry.target_id = "delete", link.target_id
        there = await self._target.delete(work.kind, link.target_id)
        if not there and work.kind == "user":
            await make_sure_gone(self._target, link, self._matching, ScimProblem("NOT-FOUND"))
        entry.step("export", "success", "Deleted." if there else "It was gone from the app already.")
        return result
