"""Which account of the app is a person's: as known, as listed, or found by the matching attributes."""

from __future__ import annotations

from app.engine.cycle.compare import shown
from app.engine.cycle.result import AlreadyLinked, DuplicateAccounts, Result
from app.engine.cycle.target import Target
from app.engine.cycle.work import Listing, Work, values_of
from app.engine.events import Kind
from app.engine.rules.compiled import Rules
from app.engine.state.link import Link
from app.engine.state.store import Store
from app.people.record import Value
from app.scim.text import folded

Held = tuple[str, dict[str, Value]]
"""An account of the app, and the mapped values that it holds."""


class Matching:
    """Finds accounts, and sees to it that each belongs to one person only.

    Attributes:
        listing: the app's accounts as one listing gave them; None where each is looked up.
    """

    def __init__(self, target: Target, store: Store, rules: Rules) -> None:
        self._target = target
        self._store = store
        self._rules = rules
        self.listing: Listing | None = None
        #: In a dry run, accounts with the matching values that they would have given up by now.
        self.given_up: set[tuple[str, str]] = set()
        # Who took which account in this cycle: results that are not committed yet are not in the store.
        self._claimed: dict[tuple[str, str], str] = {}
        # In a very first cycle nobody holds an account but those who took one in it: their hashes tell.
        self._known = store.seen.any_account()
        self._taken: set[int] = set()

    async def held(self, link: Link) -> Held | None:
        """The linked account and what it holds: as last known, or as read when that is in doubt."""
        account = link.target_id or ""
        if not link.recheck and link.epoch == self._rules.epoch:
            reference = {self._rules.manager: link.manager_sent} if link.manager_sent else {}
            return account, {**link.known, **reference}
        if self.listing is not None and not link.recheck and link.kind == "user":
            held = self.listing.get(account)
            if held is not None:
                return account, held
        resource = await self._target.get(link.kind, account)
        return None if resource is None else (account, values_of(resource, self._rules.paths[link.kind]))

    async def match(self, work: Work, result: Result) -> Held | None:
        """Look for the account by the matching attributes, in order; the first that finds one decides.

        Raises:
            ScimProblem: the app cannot be asked.
            DuplicateAccounts: several accounts match.
            AlreadyLinked: the account is somebody else's.
        """
        entry = result.entry
        for attribute, value in work.matching:
            hits = await self._look_up(work, attribute, value)
            if len(hits) > 1:
                raise DuplicateAccounts(attribute, value, [account for account, _ in hits])
            if hits:
                self.claim(work, hits[0][0], result)
                entry.step("match", "success", f"Found by {attribute} = {shown(value)}.")
                return hits[0]
        entry.step("match", "success", "Not in the app yet.")
        return None

    async def match_anew(self, work: Work, result: Result) -> Held | None:
        """Ask the app again; what was listed is not believed from here on."""
        work.attempt += 1
        return await self.match(work, result)

    async def _look_up(self, work: Work, attribute: str, value: Value) -> list[Held]:
        if self.listing is not None and work.kind == "user" and work.attempt == 1:
            hits = self.listing.find(attribute, value)
        else:
            found = await self._target.find(work.kind, attribute, value)
            hits = [(each["id"], values_of(each, self._rules.paths[work.kind])) for each in found]
        return (
            [hit for hit in hits if (hit[0], folded(value)) not in self.given_up] if self.given_up else hits
        )

    def claim(self, work: Work, account: str, result: Result) -> None:
        """Take an account for this person. Raises AlreadyLinked when it is somebody else's."""
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

    def forget_claims(self, accounts: list[tuple[Kind, str]]) -> None:
        """Claims that are in the store by now need no second place."""
        for claim in accounts:
            self._claimed.pop(claim, None)
