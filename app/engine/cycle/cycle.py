"""One provisioning cycle, from reading the source to the last membership."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncGenerator, Iterator
from typing import Final

from app.engine.control import Control
from app.engine.cycle.accounts import Accounts
from app.engine.cycle.clocks import CycleClock, Patience
from app.engine.cycle.departures import Departures
from app.engine.cycle.ending import conclude
from app.engine.cycle.garbage import rare_collections
from app.engine.cycle.guard import Guard, tell_once
from app.engine.cycle.health import Health
from app.engine.cycle.intake import Intake, Seen
from app.engine.cycle.journal import Journal
from app.engine.cycle.members import denied_in_words
from app.engine.cycle.only import Only
from app.engine.cycle.opening import doubt_in_words, look_around
from app.engine.cycle.pipeline import Pipeline
from app.engine.cycle.recorder import Recorder
from app.engine.cycle.reference_escrow import ReferenceEscrow
from app.engine.cycle.relations import Relations
from app.engine.cycle.settle import Settlement
from app.engine.cycle.source import Source, keep_watermark, since
from app.engine.cycle.staging import stage, unstage
from app.engine.cycle.switch_off import ENTRA_WOULD_FAIL
from app.engine.cycle.target import PlannedTarget, Target
from app.engine.cycle.trust import Trust
from app.engine.cycle.unread import unread_entry, unread_rows
from app.engine.cycle.work import Phase, Work, WorkList
from app.engine.events import CycleEnd, CycleEvent, CycleKind
from app.engine.rules.cautions import cautions
from app.engine.rules.compiled import Rules, compile_rules
from app.engine.rules.epoch import begin_epoch
from app.engine.state.cycles import begin_cycle, end_cycle
from app.engine.state.escrow import Escrows
from app.engine.state.quarantine import Tally, judge
from app.engine.state.schema import state_problem
from app.engine.state.store import Store
from app.engine.state.tidy import tidy
from app.engine.state.waiting import waiting
from app.people.record import ChangingDirectory, Directory
from app.scim.client import ScimClient
from app.scim.dialect import dialect_for
from app.setup.deletion_threshold import in_people
from app.setup.plan import SetupPlan
from app.setup.problem import Problem
from app.setup.profile import AppProfile
from app.setup.tenant_url import TenantUrl

_WORTH_BULK: Final = 20  # pieces of work that make asking whether the app takes several at once worth it
_PHASES: Final = {
    Phase.USERS: "Creating and updating people",
    Phase.DEPARTURES: "Disabling people who left",
    Phase.GROUPS: "Creating and updating groups",
    Phase.GROUP_DEPARTURES: "Closing groups that left",
}


class Cycle:
    """Runs one cycle of a plan.

    Args:
        plan: what the person decided.
        profile: the app's profile.
        directory: where people are read from.
        client: an open client of the app.
        store: the plan's state, open for writing; a rehearsal of it for a dry run.
        control: stop and pause, and the clock.
        dry: send nothing but look-ups, keep nothing, and tell what would be done.
        only: those that this run is about, for one that is no whole cycle.
        target: the app as this run sees it, where it is not the plain one.
    """

    def __init__(
        self,
        plan: SetupPlan,
        profile: AppProfile,
        directory: Directory,
        client: ScimClient,
        store: Store,
        control: Control,
        *,
        dry: bool = False,
        only: Only | None = None,
        target: Target | None = None,
    ) -> None:
        self._only = only
        self._plan = plan
        self._profile = profile
        self._directory = directory
        self._client = client
        self._store = store
        self._control = control
        self._dry = dry
        self._health = Health()
        self._tally = Tally()
        self._initial = True
        linked = store.links.count("user")
        setting = plan.safety.deletion_threshold
        self._guard = Guard(in_people(setting, linked), str(setting))
        self._url = TenantUrl.parse(plan.app.tenant_url, profile.suffix)
        self._target = target or (PlannedTarget if dry else Target)(
            client, dialect_for(self._url.flag), Trust(store, self._url.text)
        )
        if rate := self._target.trust.habit("rate"):
            client.rate = float(rate)
        self._end = CycleEnd(kind="dry-run" if dry else "initial", began=control.clock.text())
        self._journal = Journal(None if dry else store, 0)
        self._clock: CycleClock | None = None

    async def run(self) -> AsyncGenerator[CycleEvent, None]:
        """Run the cycle. The last event is a :class:`CycleEnd`; what stopped the cycle is its ``problem``.

        Closing the iterator early cuts requests in flight off; they are settled at the start of the next
        cycle.
        To end a cycle in good order, ask the control to stop.
        """
        events = self._journal.events
        task = asyncio.create_task(self._whole())
        try:
            while True:
                told = await events.get()
                if told is None:
                    break
                for event in told:
                    yield event
            await task
            yield self._end
        finally:
            if not task.done():
                task.cancel()
                await asyncio.wait([task])

    async def _whole(self) -> None:
        """Run all phases; whatever happens, the cycle's end is written if the state can be written at all."""
        began = time.perf_counter()
        problem: Problem | None = None
        try:
            try:
                with rare_collections():
                    await self._phases()
            except Problem as error:
                problem = error
            except sqlite3.DatabaseError as error:
                problem = state_problem(self._store.folder, error)
            self._conclude(problem or self._health.problem, time.perf_counter() - began)
            if self._end.cycle:
                self._write_end(problem or self._health.problem)
        finally:
            # Not awaited: the listener may have gone, and its queue be full.
            asyncio.get_running_loop().create_task(self._journal.events.put(None))

    def _write_end(self, problem: Problem | None) -> None:
        try:
            if self._only is None and not self._control.stopped:
                now = self._control.clock.now()
                self._end.quarantine = judge(self._store, self._tally, problem, now)
            if self._clock is not None:
                self._clock.close()
            end_cycle(self._store, self._end)
            self._journal.write()
            self._store.commit()
        except Problem as error:
            self._conclude(problem or error, self._end.seconds)
        except sqlite3.DatabaseError as error:
            self._conclude(problem or state_problem(self._store.folder, error), self._end.seconds)

    async def _phases(self) -> None:
        await self._journal.phase("Reading the source", None)
        mark = await self._catch_up()
        rules = await self._rules()
        escrows = Escrows(self._store, self._control.clock, heed=self._only is None and not self._initial)
        work = WorkList()
        try:
            settled = await self._settle()
            self._clock = CycleClock(self._store, self._client, self._control.clock)
            seen = await self._read(rules, escrows, work, self._clock)
            await self._send(rules, work, escrows, settled, self._clock)
        finally:
            work.close()
        if self._only is None and (self._dry or self._initial):
            self._end.warnings = cautions(rules, self._profile, self._store, mappings=self._dry)
        if self._only is None and self._end.kind != "dry-run":
            self._end.warnings += tell_once(self._store, self._plan.safety.deletion_threshold)
        if self._target.trust.habit("active"):
            self._end.warnings.append(ENTRA_WOULD_FAIL)
        self._end.warnings += filter(
            None, [doubt_in_words(self._target.list_doubt), denied_in_words(self._store)]
        )
        if self._only is None and not self._control.stopped and self._health.problem is None:
            self._store.keep("epoch_done", str(rules.epoch))
            if mark:
                keep_watermark(self._store, rules, mark)
            self._journal.count("unchanged", seen.unchanged)
            self._journal.count("escrowed", escrows.waiting())
        if self._only is None:
            self._end.waiting = waiting(self._store, escrows.tried)
        if not self._dry:
            # By a clock that is in doubt no row of the log is too old.
            days = 0 if self._clock.doubtful else self._plan.safety.keep_log_days
            await tidy(self._store, days, self._control.clock.now())

    async def _catch_up(self) -> str:
        """Have a directory that tells changes tell them; gives the watermark that this cycle reaches."""
        if not isinstance(self._directory, ChangingDirectory):
            return ""
        anew = self._only is None and bool(self._store.fact("reread"))
        await self._directory.catch_up(anew=anew)
        if anew:
            self._store.keep("reread", "")
        return self._directory.watermark()

    async def _read(self, rules: Rules, escrows: Escrows, work: WorkList, clock: CycleClock) -> Seen:
        """Judge whoever is to be looked at, and write down what there is to do."""
        store = self._store
        began = since(store, self._directory, rules, initial=self._initial)
        source = Source(self._directory, store, escrows, self._only, began)
        deletes = self._target.trust.habit("no-delete") != str(rules.epoch)
        departures = Departures(
            rules, store, work, self._guard, self._journal, escrows, clock, deletes=deletes
        )
        intake = Intake(rules, store, source, work, departures, escrows, self._journal)
        try:
            await intake.users(self._directory)
            await intake.groups(self._directory)
        finally:
            self._tell_unread()
        work.twins.settle(each for phase in (Phase.USERS, Phase.GROUPS) for each in work.phase(phase))
        unstage(store, departures.leaving, self._only)
        await self._save()
        return intake.seen

    def _tell_unread(self) -> None:
        """Tell the rows that could not be read; also where the source as a whole stops the cycle."""
        self._end.unread = unread_rows(self._directory)
        if self._only is None:
            for row in self._end.unread:
                self._journal.add(unread_entry(row))

    async def _rules(self) -> Rules:
        """Compile the plan, and find out whether this is an initial cycle."""
        rules = compile_rules(self._plan, self._profile, self._directory)
        rules.epoch, self._initial = begin_epoch(self._store, self._plan, self._profile, self._url.base)
        if not self._dry:
            whole: CycleKind = "initial" if self._initial else "incremental"
            self._end.kind = self._only.kind if self._only else whole
        if not self._dry and self._end.kind != "on-demand":
            self._end.cycle = self._journal.cycle = begin_cycle(self._store, self._end.kind, self._end.began)
        self._store.commit()
        return rules

    async def _settle(self) -> set[str]:
        if self._dry:
            return set()
        await self._journal.phase("Settling what an interrupted run left open", None)
        settlement = Settlement(self._store, self._target, self._journal)
        await settlement.run()
        return settlement.settled

    async def _send(
        self, rules: Rules, work: WorkList, escrows: Escrows, settled: set[str], clock: CycleClock
    ) -> None:
        """Send the work, phase by phase."""
        total = work.total()
        accounts = Accounts(self._target, self._store, rules, escrows, work.twins)
        cycle, tally = self._end.cycle, self._tally
        recorder = Recorder(
            self._store, self._journal, self._health, accounts, escrows, tally, cycle, settled
        )
        try:
            if total:
                await self._journal.phase("Looking around in the app", total)
                accounts.matching.listing = await look_around(
                    self._target, self._store, rules, work, listing=self._profile.listing
                )
                if self._profile.bulk and total >= _WORTH_BULK:
                    await self._target.send_together()
            if self._plan.safety.delete_after_days:
                leaving = work.counts[Phase.DEPARTURES] + work.counts[Phase.GROUP_DEPARTURES]
                await clock.ask(leaving=leaving > 0)
            for phase, text in _PHASES.items():
                refused = phase is Phase.DEPARTURES and self._health.set_aside()
                if work.counts[phase] and self._goes_on:
                    await self._journal.phase(text, total)
                    items = self._let_through(phase, work, rules, clock)
                    await self._carry_out(recorder, self._unclaimed(items, work) if refused else items)
                if phase is Phase.USERS:
                    await self._second_round(recorder, accounts)
                self._health.take_up()
        finally:
            if accounts.matching.listing is not None:
                accounts.matching.listing.close()
        if self._goes_on:
            await self._relate(rules, escrows, total)

    async def _second_round(self, recorder: Recorder, accounts: Accounts) -> None:
        """Try those once more whose name somebody else had."""

        async def carry_out(items: Iterator[Work]) -> None:
            await self._carry_out(recorder, items)

        async def step_aside(work: Work, wanted: set[str]) -> bool:
            done = await accounts.step_aside(work, wanted)
            await recorder.commit()
            return done

        await recorder.second_round.run(carry_out, step_aside, lambda: self._goes_on)

    def _let_through(self, phase: Phase, work: WorkList, rules: Rules, clock: CycleClock) -> Iterator[Work]:
        """The work of a phase; departures that the guard holds back are staged instead."""
        if phase in {Phase.USERS, Phase.GROUPS}:
            return work.phase(phase)
        leaving = work.phase(phase)
        days = self._plan.safety.delete_after_days
        # An app that cannot disable people has them deleted at once: no time is waited for.
        if days and not (rules.hard_deletes and phase is Phase.DEPARTURES):
            disables = phase is Phase.GROUP_DEPARTURES or (
                rules.users.writes_active and self._plan.actions.update
            )
            leaving = clock.let_through(leaving, self._journal, Patience(days, disables))
        time = self._control.clock.text()
        return stage(leaving, self._guard, self._store, self._journal, self._end.cycle, time)

    def _unclaimed(self, leaving: Iterator[Work], work: WorkList) -> Iterator[Work]:
        """Those who leave and whose account nobody waits for, whom the stopped cycle did not get to.

        After a restore of the directory a person has a new id, and takes the account over from the old one.
        They are disabled; deleting waits for a cycle that comes to its end.
        """
        wanted = {str(value).casefold() for each in work.phase(Phase.USERS) for _, value in each.matching}
        for each in leaving:
            link = self._store.links.get(each.kind, each.source_id)
            known = () if link is None else link.known.values()
            if not any(isinstance(value, str) and value.casefold() in wanted for value in known):
                each.op = "disable"
                yield each

    async def _carry_out(self, recorder: Recorder, items: Iterator[Work]) -> None:
        await Pipeline[Work, object](
            self._control,
            self._health,
            prepare=recorder.prepare,
            carry_out=recorder.carry_out,
            conclude=recorder.conclude,  # type: ignore[arg-type]
            commit=recorder.commit,
            senders=self._target.at_once,
        ).run(items)

    async def _relate(self, rules: Rules, escrows: Escrows, total: int) -> None:
        """Memberships and managers, whose both ends are there by now."""
        references = ReferenceEscrow(escrows, self._tally)
        relations = Relations(
            self._control,
            self._health,
            self._journal,
            self._store,
            self._target,
            references,
            self._only,
            self._save,
        )
        if rules.groups is not None:
            await relations.members(self._profile.member_portion, total)
        if rules.manager and self._goes_on:
            await relations.managers(rules, total)
        if self._only is None and self._goes_on:
            references.settle()

    @property
    def _goes_on(self) -> bool:
        return not self._control.stopped and self._health.problem is None

    async def _save(self) -> None:
        if self._client.rate:
            self._target.trust.learn("rate", f"{self._client.rate:.3g}")
        self._target.trust.keep()
        rows = self._journal.write()
        await self._store.save()
        await self._journal.tell(rows)

    def _conclude(self, problem: Problem | None, seconds: float) -> None:
        """Say how the cycle ended."""
        end, journal = self._end, self._journal
        end.ended, end.seconds = self._control.clock.text(), round(seconds, 3)
        end.counts, end.failures = dict(journal.counts), journal.failures
        end.requests = self._target.requests
        end.problem = problem
        end.guarded = self._guard.names if self._guard.holds else []
        conclude(end, self._guard, stopped=self._control.stopped, dry=self._dry)
