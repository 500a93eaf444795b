"""Reads the source once and writes down what the cycle has to do. Nothing is sent from here.

A row whose digest is that of the last time needs no mapping, no scope and no request.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from app.engine.cycle.guard import Guard
from app.engine.cycle.journal import Journal
from app.engine.cycle.only import Only
from app.engine.cycle.staging import allowed_departures
from app.engine.cycle.work import Phase, Work, WorkList
from app.engine.events import Kind, LogEntry
from app.engine.rules.compiled import Rules
from app.engine.rules.scoping import ScopeProblem, is_active
from app.engine.state.link import Link, LinkState
from app.engine.state.source_rows import digest_of, matching_values, not_judged, take_references, unreadable
from app.engine.state.store import Store, now
from app.people.record import Directory, Record, Value
from app.setup.problem import Problem

_PORTION: Final = 500  # rows between two looks at the clock, the control and the disk


@dataclass(slots=True)
class Seen:
    """What the reading came to."""

    users: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    provisions: int = 0
    unchanged: int = 0


class Intake:
    """Turns the source into work.

    Args:
        rules: the compiled plan.
        store: where links and wanted memberships are noted; the caller commits.
        work: the list that is filled.
        guard: counts the departures.
        journal: takes the rows of those for whom there is nothing to do.
        only: those that this run is about; None: everybody.
    """

    def __init__(
        self,
        rules: Rules,
        store: Store,
        work: WorkList,
        guard: Guard,
        journal: Journal,
        only: Only | None = None,
    ) -> None:
        self._only = only
        self._rules = rules
        self._store = store
        self._work = work
        self._guard = guard
        self._journal = journal
        self._actions = rules.plan.actions
        self._allowed = allowed_departures(store)
        self.seen = Seen()
        self._groups_blind = ""
        #: Whether there is any link: the very first cycle need not ask for each person.
        self._known = store.links.any()

    async def users(self, directory: Directory) -> None:
        """Read every user.

        Raises:
            Problem: the source holds nobody although people were provisioned from it.
        """
        # A broken row of the groups file can hide that somebody is assigned or a member.
        file = self._rules.plan.source.groups
        self._groups_blind = unreadable(directory, file) if file else ""
        for number, record in enumerate(directory.users()):
            if number % _PORTION == 0:
                await self._breathe()
            self.seen.users.add(record.id)
            if self._only is None or record.id in self._only.users:
                self._user(record)
        if not self.seen.users and self._store.links.count("user"):
            raise Problem(
                "SOURCE-EMPTY",
                "The users file holds no one, although people were provisioned from it before.",
                "It was most likely exported wrongly or cut short; taken at its word, everybody would "
                "lose access.",
                "Download the users again, and run again. Nobody was changed.",
            )
        await self._missing("user", self.seen.users, directory, self._rules.plan.source.users)

    async def groups(self, directory: Directory) -> None:
        """Read every group with its members."""
        if self._rules.groups is None:
            return
        for number, record in enumerate(directory.groups()):
            if number % _PORTION == 0:
                await self._breathe()
            self.seen.groups.add(record.id)
            if self._only is None or record.id in self._only.groups:
                self._group(record)
        await self._missing("group", self.seen.groups, directory, self._rules.plan.source.groups)

    # Users

    def _user(self, record: Record) -> None:
        assigned = self._rules.assignment.has_user(record)
        digest = digest_of(record, assigned)
        link = self._store.links.state("user", record.id) if self._known else None
        if self._is_settled(link, digest):
            self.seen.unchanged += 1
            return
        try:
            decision = self._rules.scope.decide(record, assigned)
        except ScopeProblem as problem:
            entry = LogEntry("user", "none", "success", record.name, record.id)
            entry.blame(problem, "scope")
            self._journal.add(entry)
            return
        enabled = is_active(record)
        if not decision.in_scope and not assigned and self._groups_blind and link is not None and link.active:
            self._journal.add(
                not_judged("user", record.id, record.name, link.target_id or "", self._groups_blind)
            )
        elif not decision.in_scope:
            self._leave(record, link, digest, decision.reason, decision.details)
        elif not enabled and (link is None or link.target_id is None):
            self._skip(record, link, digest, "The account is disabled, and disabled people are not created.")
        else:
            work = self._mapped(record, link, digest, enabled=enabled)
            work.reason = decision.reason
            if not enabled and link is not None and link.active:
                work.op = "disable"
                work.reason = "The account was disabled in the source."
                self._depart(work)
            else:
                self._provision(Phase.USERS, work)

    def _is_settled(self, link: LinkState | None, digest: bytes) -> bool:
        return (
            link is not None
            and link.digest == digest
            and link.epoch == self._rules.epoch
            and not link.recheck
            and link.missing_since is None
        )

    def _mapped(self, record: Record, link: LinkState | None, digest: bytes, *, enabled: bool) -> Work:
        """The work that brings a person's account to what the mappings give."""
        mappings = self._rules.users
        mapped = mappings.apply(record, in_scope=True, creating=False)
        manager = take_references(mapped.values, mappings)
        extra: dict[str, Value] = {}
        if (link is None or link.target_id is None) and self._rules.fills_on_create:
            creating = mappings.apply(record, in_scope=True, creating=True)
            take_references(creating.values, mappings)
            extra = {key: value for key, value in creating.values.items() if key not in mapped.values}
        return Work(
            "user",
            record.id,
            record.name,
            "provision",
            mapped.values,
            extra,
            matching_values(mappings, mapped, extra),
            manager,
            digest,
            enabled,
            faults=mapped.errors,
            fatal=mapped.fatal,
            fresh=link is None,
        )

    def _leave(
        self, record: Record, link: LinkState | None, digest: bytes, reason: str, details: dict[str, str]
    ) -> None:
        if link is None or link.target_id is None or not link.active:
            self._skip(record, link, digest, reason, details)
            return
        work = Work("user", record.id, record.name, "disable", digest=digest, active=False, reason=reason)
        work.details = dict(details)
        self._depart(work)

    def _skip(
        self,
        record: Record,
        link: LinkState | None,
        digest: bytes,
        reason: str,
        details: dict[str, str] | None = None,
    ) -> None:
        """Note somebody for whom there is nothing to do."""
        held = self._store.links.get("user", record.id) if link is not None else None
        kept = held or Link("user", record.id, record.name)
        kept.name, kept.digest, kept.epoch, kept.missing_since = record.name, digest, self._rules.epoch, None
        self._store.begin()
        self._store.links.put(kept)
        entry = LogEntry("user", "none", "skipped", record.name, record.id, kept.target_id or "")
        entry.step("import", "success", "Read from the source.")
        entry.step("scope", "skipped", reason, **(details or {}))
        entry.reason = reason
        self._journal.add(entry)

    # Groups

    def _group(self, record: Record) -> None:
        mappings = self._rules.groups
        assert mappings is not None  # noqa: S101 - asked by the caller
        assigned = self._rules.plan.scope.who == "all" or self._rules.assignment.has_group(record)
        digest = digest_of(record, assigned)
        link = self._store.links.state("group", record.id)
        if self._is_settled(link, digest):
            self.seen.unchanged += 1
            return
        self._store.begin()
        self._want_members(record)
        if not assigned:
            self._group_leaves(record, link, digest)
            return
        mapped = mappings.apply(record, in_scope=True, creating=True)
        values = mapped.values
        take_references(values, mappings)
        work = Work(
            "group",
            record.id,
            record.name,
            "provision",
            values,
            matching=matching_values(mappings, mapped, {}),
            digest=digest,
            reason="The group is in scope.",
            faults=mapped.errors,
            fatal=mapped.fatal,
        )
        self._provision(Phase.GROUPS, work)

    def _group_leaves(self, record: Record, link: LinkState | None, digest: bytes) -> None:
        """A group lost its assignment. SCIM groups cannot be disabled: they are emptied, then deleted."""
        reason = "The group is not assigned."
        if link is None or link.target_id is None:
            self._store.links.put(Link("group", record.id, record.name, None, digest, self._rules.epoch))
            entry = LogEntry("group", "none", "skipped", record.name, record.id)
            entry.step("import", "success", "Read from the source.")
            entry.step("scope", "skipped", reason)
            entry.reason = reason
            self._journal.add(entry)
            return
        self._absent("group", record.id, record.name, link.target_id, link.active, link.missing_since, reason)

    def _want_members(self, record: Record) -> None:
        db = self._store.db
        if not self._groups_blind:
            db.execute("UPDATE memberships SET wanted=0 WHERE group_id=?", (record.id,))
        db.executemany(
            "INSERT INTO memberships VALUES (?,?,1,0) ON CONFLICT DO UPDATE SET wanted=1",
            [(record.id, member) for member in record.members],
        )
        if not self._store.links.unsure("group", record.id):
            db.execute("DELETE FROM memberships WHERE group_id=? AND wanted=0 AND sent=0", (record.id,))

    # Those who left

    async def _missing(self, kind: Kind, seen: set[str], directory: Directory, file: str | None) -> None:
        """Deal with those that the source no longer has."""
        gone = [account for account in self._store.links.accounts(kind) if account[0] not in seen]
        if self._only is not None:
            gone = [account for account in gone if self._only.takes(kind, account[0])]
        blind = unreadable(directory, file)
        for number, (source_id, name, target_id, active, since) in enumerate(gone):
            if number % _PORTION == 0:
                await self._breathe()
            self._store.begin()
            if target_id is None:
                self._store.links.drop(kind, source_id)
            elif blind:
                self._journal.add(not_judged(kind, source_id, name, target_id, blind))
            else:
                self._absent(kind, source_id, name, target_id, active, since, "No longer in the source.")

    def _absent(
        self,
        kind: Kind,
        source_id: str,
        name: str,
        target_id: str,
        active: bool,
        since: str | None,
        reason: str,
    ) -> None:
        """Disable at once, delete when the patience is over."""
        if since is None:
            since = now()
            self._store.db.execute(
                "UPDATE links SET missing_since=?, digest=NULL WHERE kind=? AND source_id=?",
                (since, kind, source_id),
            )
        patience = self._rules.plan.safety.delete_after_days
        due = datetime.now(UTC) - datetime.fromisoformat(since) >= timedelta(days=patience)
        if due and self._actions.delete:
            days = f" for {patience} days" if patience else ""
            text = f"{reason.rstrip('.')}{days}."
            self._depart(Work(kind, source_id, name, "delete", active=False, reason=text))
        elif active:
            self._depart(Work(kind, source_id, name, "disable", active=False, reason=reason))

    def _depart(self, work: Work) -> None:
        """Plan that somebody loses access, unless the plan does not let it happen."""
        if work.op == "disable" and work.kind == "user":
            if not self._rules.users.writes_active:
                why = "The mapping does not write active, so leaving does not disable anybody."
                self._let_be(work, why)
                return
            if not self._actions.update:
                self._let_be(work, "Updating is switched off in the plan, and disabling is an update.")
                return
        if (work.kind, work.source_id) not in self._allowed:
            self._guard.count(work)
        phase = Phase.DEPARTURES if work.kind == "user" else Phase.GROUP_DEPARTURES
        self._work.add(phase, work)

    def _let_be(self, work: Work, why: str) -> None:
        """Somebody left, and the plan says that the account stays as it is."""
        self._store.begin()
        self._store.db.execute(
            "UPDATE links SET active=0, digest=?, epoch=? WHERE kind=? AND source_id=?",
            (work.digest, self._rules.epoch, work.kind, work.source_id),
        )
        entry = LogEntry(work.kind, "none", "skipped", work.name, work.source_id)
        entry.step(
            "import", "success", "Read from the source." if work.values else "No longer in the source."
        )
        entry.step("scope", "skipped", work.reason, **work.details)
        entry.step("export", "skipped", why)
        entry.reason = f"{work.reason} {why}"
        self._journal.add(entry)

    def _provision(self, phase: Phase, work: Work) -> None:
        self._work.add(phase, work)
        self.seen.provisions += 1

    async def _breathe(self) -> None:
        """Let other coroutines run, and put what has gathered on the disk."""
        rows = self._journal.write()
        self._store.commit()
        await self._journal.tell(rows)
        await asyncio.sleep(0)
