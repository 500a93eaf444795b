"""Those who leave: the scope, the assignment, the source. Disabled at once, deleted when it is due.

What Entra does for each event is the table of "How provisioning works". Better here: somebody who was
unassigned first and left the source later is still deleted when due.
"""

from __future__ import annotations

from datetime import timedelta

from app.engine.clock import Clock, passed, written
from app.engine.cycle.guard import Guard
from app.engine.cycle.journal import Journal
from app.engine.cycle.source import Gone
from app.engine.cycle.staging import decisions, is_raised
from app.engine.cycle.work import Phase, Work, WorkList
from app.engine.events import Kind, LogEntry
from app.engine.rules.compiled import Rules
from app.engine.state.escrow import Escrows
from app.engine.state.store import Store


class Departures:
    """Plans that people and groups lose access, unless the plan, the guard or a decision keeps them.

    Args:
        deletes: whether the app deletes accounts at all, as far as is known.

    Attributes:
        leaving: everybody who would lose access, whether or not it is held back; and those who could not be
            judged in this cycle, so that what was decided on them holds on.
    """

    def __init__(
        self,
        rules: Rules,
        store: Store,
        work: WorkList,
        guard: Guard,
        journal: Journal,
        escrows: Escrows,
        clock: Clock,
        *,
        deletes: bool = True,
    ) -> None:
        self._deletes = deletes
        self._rules = rules
        self._store = store
        self._work = work
        self._guard = guard
        self._journal = journal
        self._escrows = escrows
        self._clock = clock
        self._actions = rules.plan.actions
        self._decided = decisions(store)
        self._raised = is_raised(store, guard)
        self.leaving: set[tuple[Kind, str]] = set()
        self._take_back()

    def _take_back(self) -> None:
        """Whoever was let be, by a plan that let nobody be disabled, counts as in use under one that does."""
        if not (self._rules.users.writes_active and self._actions.update) and not self._rules.hard_deletes:
            return
        if self._store.fact("epoch_done") == str(self._rules.epoch):
            return  # such a change of the plan begins an initial cycle
        self._store.begin()
        self._store.db.execute(
            "UPDATE links SET active=1 WHERE kind='user' AND NOT active AND target_id IS NOT NULL"
            " AND epoch<>? AND coalesce(json_extract(lower(known), '$.active'), '') NOT IN (0, 'false')",
            (self._rules.epoch,),
        )

    def gone(self, gone: Gone, reason: str) -> None:
        """Somebody is not in the source, or a group not in scope: disable now, delete when it is due."""
        if gone.target_id is None:
            return
        now = self._clock.now()
        since = gone.missing_since
        # Where the clock was set back since, the waiting begins anew: too late does less harm than too soon.
        if since is None or written(passed(since, now)) != since:
            since = written(now)
            self._store.begin()
            self._store.db.execute(
                "UPDATE links SET missing_since=?, digest=NULL WHERE kind=? AND source_id=?",
                (since, gone.kind, gone.source_id),
            )
        patience = self._rules.plan.safety.delete_after_days
        due = gone.final or now - passed(since, now) >= timedelta(days=patience)
        if due and self._actions.delete and (self._deletes or gone.kind == "group"):
            days = f" for {patience} days" if patience and not gone.final else ""
            text = f"{reason.rstrip('.')}{days}."
            work = Work(gone.kind, gone.source_id, gone.name, "delete", active=False, reason=text)
            self._add(work, in_use=gone.active)
        elif gone.active:
            self.plan(Work(gone.kind, gone.source_id, gone.name, "disable", active=False, reason=reason))

    def plan(self, work: Work) -> None:
        """Plan that somebody loses access, unless the plan does not let it happen."""
        if work.op == "disable" and work.kind == "user":
            if self._rules.hard_deletes:
                self._delete_at_once(work)
                return
            if not self._rules.users.writes_active:
                why = "The mapping does not write active, so leaving does not disable anybody."
                self.let_be(work, why)
                return
            if not self._actions.update:
                self.let_be(work, "Updating is switched off in the plan, and disabling is an update.")
                return
        self._add(work)

    def _delete_at_once(self, work: Work) -> None:
        """The app cannot switch accounts off (its profile says so): leaving means being deleted."""
        if not self._actions.delete:
            self.let_be(work, "The app cannot disable accounts, and deleting is switched off in the plan.")
            return
        reason = f"{work.reason} The app cannot disable accounts, so this one is deleted."
        details = work.details
        work = Work(work.kind, work.source_id, work.name, "delete", active=False, reason=reason)
        work.details = details
        self._add(work)

    def _add(self, work: Work, *, in_use: bool = True) -> None:
        """Plan it. Whoever is still in use is never put off, however often it failed."""
        key = (work.kind, work.source_id)
        self.leaving.add(key)
        if not in_use and self._escrows.waits(work.kind, work.source_id, work.digest):
            return
        decision = self._decided.get(key, "")
        if decision == "reject":
            self._keep(work)
            return
        if decision != "allow":
            self._guard.count(work, waits=key in self._decided and not self._raised)
        self._work.add(Phase.DEPARTURES if work.kind == "user" else Phase.GROUP_DEPARTURES, work)

    def _keep(self, work: Work) -> None:
        """A person decided that this one keeps the access. Told where it is what the run is about."""
        if self._journal.cycle:
            self._journal.count("rejected")
            return
        entry = LogEntry(work.kind, "none", "skipped", work.name, work.source_id)
        entry.step("scope", "success", work.reason, **work.details)
        entry.reason = "Rejected in the list of staged deletions: the account stays as it is."
        entry.step("export", "skipped", entry.reason)
        self._journal.add(entry)

    def let_be(self, work: Work, why: str, *, active: bool = False) -> None:
        """Somebody left, and the plan says that the account stays as it is.

        Args:
            active: whether the account goes on being managed, so that memberships stay too.
        """
        self._store.begin()
        self._store.db.execute(
            "UPDATE links SET active=?, digest=?, epoch=?, missing_since=CASE WHEN ? IS NULL THEN"
            " missing_since END WHERE kind=? AND source_id=?",
            (active, work.digest, self._rules.epoch, work.digest, work.kind, work.source_id),
        )
        entry = LogEntry(work.kind, "none", "skipped", work.name, work.source_id)
        there = work.digest is not None
        entry.step("import", "success", "Read from the source." if there else "No longer in the source.")
        entry.step("scope", "skipped", work.reason, **work.details)
        entry.step("export", "skipped", why)
        entry.reason = f"{work.reason} {why}"
        self._journal.add(entry)
