"""Puts what became of a piece of work into the state, in the same transaction as its log row."""

from __future__ import annotations

import time
from typing import Final

from app.engine.cycle.accounts import REFUSALS, Accounts
from app.engine.cycle.health import Health
from app.engine.cycle.journal import Journal
from app.engine.cycle.result import Result, first_step
from app.engine.cycle.second_round import SecondRound
from app.engine.cycle.staging import decisions
from app.engine.cycle.work import Work
from app.engine.events import Kind
from app.engine.state.escrow import Escrows
from app.engine.state.link import Link
from app.engine.state.quarantine import Tally
from app.engine.state.store import Store
from app.scim.errors import Outcome, ScimProblem, UncertainOutcome
from app.setup.problem import Problem

PASSING: Final = frozenset(Outcome) - REFUSALS
"""Failures that say nothing of the person: the next cycle may fare better."""


class Recorder:
    """The store's side of one cycle: write-ahead records, links, escrows and log rows."""

    def __init__(
        self,
        store: Store,
        journal: Journal,
        health: Health,
        accounts: Accounts,
        escrows: Escrows,
        tally: Tally,
        cycle: int,
        settled: set[str],
    ) -> None:
        self._store = store
        self._journal = journal
        self._health = health
        self._accounts = accounts
        self._cycle = cycle
        self._settled = settled
        #: Those who met a conflict that the others' changes may end.
        self.second_round = SecondRound()
        self._claims: list[tuple[Kind, str]] = []
        self._escrows = escrows
        self._tally = tally
        self._staged = set(decisions(store))
        #: Who may have an account that could not be told yet: a second one is not made beside it.
        self._doubtful = {each.source_id for each in store.open_requests() if each.action == "provision"}

    def prepare(self, work: Work) -> None:
        """Record that a request for this work may be sent."""
        work.request = self._store.record_request(
            self._cycle, work.kind, work.source_id, work.name, work.op, work.matching
        )

    async def carry_out(self, work: Work) -> Result:
        """Do it; what goes wrong with one person becomes that person's log row."""
        began = time.perf_counter()
        result = Result(first_step(work))
        what = f"{work.op} {work.kind}"
        try:
            if work.op == "provision" and work.source_id in self._doubtful:
                raise UncertainOutcome(ScimProblem("UNCERTAIN"), "")
            await self._accounts.carry_out(work, result)
            if result.unsettled:
                result.passing = True
                self._health.failed(ScimProblem("UNCERTAIN"), what)
            else:
                self._health.worked(what)
        except ScimProblem as problem:
            self._health.failed(problem, what)
            result.recheck = result.recheck or problem.sent
            result.passing = problem.kind in PASSING
            result.put_off = self.second_round.takes(work, problem)
            result.entry.blame(problem)
        except Problem as problem:
            result.put_off = self.second_round.takes(work, problem)
            result.entry.blame(problem, "match")
        result.entry.milliseconds = round((time.perf_counter() - began) * 1000, 1)
        return result

    def conclude(self, work: Work, result: Result | None) -> None:
        """Record the outcome; None means that the work was never begun."""
        if result is None:
            self._store.close_request(work.request)
            return
        self._store.begin()
        links = self._store.links
        taken_over: list[str] = []
        if result.link is not None:
            for other in result.displaced:
                taken_over += self._memberships(work.kind, other)
                links.drop(work.kind, other)
        if result.forget and result.entry.status != "failure":
            links.drop(work.kind, work.source_id)
        if result.link is not None:
            self._put(work, result.link, renewed=result.renewed)
            self._take_over(work, taken_over)
        if result.recheck:
            self._store.mark_link(work.kind, work.source_id)
        if not result.unsettled:
            self._store.close_request(work.request)
        if result.put_off:
            self.second_round.add(work)
            return
        self._escrow(work, result)
        self._journal.add(result.entry, amends=work.source_id in self._settled)
        self._journal.done += 1

    def _memberships(self, kind: Kind, source_id: str) -> list[str]:
        """The groups that an account was put into, or the members that a group was given."""
        this, other = ("member_id", "group_id") if kind == "user" else ("group_id", "member_id")
        rows = self._store.db.execute(
            f"SELECT {other} FROM memberships WHERE {this}=? AND sent", (source_id,)
        )
        return [found for (found,) in rows]

    def _take_over(self, work: Work, others: list[str]) -> None:
        """The account came with memberships: those that are not wanted any more have to be taken back."""
        user = work.kind == "user"
        self._store.db.executemany(
            "INSERT INTO memberships (group_id, member_id, wanted, sent) VALUES (?,?,0,1)"
            " ON CONFLICT DO UPDATE SET sent=1",
            [(other, work.source_id) if user else (work.source_id, other) for other in others],
        )

    def _put(self, work: Work, link: Link, *, renewed: bool) -> None:
        if renewed and not link.recheck:
            # Another object than before: nobody is a member of it, nor it of anything. The members of a group
            # that is to be read first show then.
            column = "member_id" if work.kind == "user" else "group_id"
            self._store.db.execute(f"UPDATE memberships SET sent=0 WHERE {column}=?", (work.source_id,))
        self._store.put_link(link)
        if link.target_id is not None:
            self._claims.append((work.kind, link.target_id))

    def _escrow(self, work: Work, result: Result) -> None:
        entry = result.entry
        if entry.status == "failure":
            self._tally.failed += 1
            self._escrows.failed(
                work.kind,
                work.source_id,
                work.name,
                entry.code,
                work.digest,
                passing=result.passing,
                leaving=work.op != "provision",
                entry=entry,
            )
            if self._tally.hopeless():
                self._health.give_up(self._tally)
            return
        self._tally.fine += 1
        self._escrows.succeeded(work.kind, work.source_id)
        key = (work.kind, work.source_id)
        if key in self._staged:
            self._staged.discard(key)
            self._store.db.execute("DELETE FROM staged WHERE kind=? AND source_id=?", key)

    async def commit(self) -> None:
        """Put everything on the disk, then tell it."""
        self._accounts.trust.keep()
        rows = self._journal.write()
        await self._store.save()
        claims, self._claims = self._claims, []
        self._accounts.matching.forget_claims(claims)
        await self._journal.tell(rows)
