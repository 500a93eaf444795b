"""Reads the source once and writes down what the cycle has to do. Nothing is sent from here.

A row whose digest is that of the last time needs no mapping, no scope and no request.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from app.engine.cycle.columns import Columns
from app.engine.cycle.departures import Departures
from app.engine.cycle.journal import Journal
from app.engine.cycle.source import Gone, Source
from app.engine.cycle.work import Phase, Work, WorkList
from app.engine.events import Kind, LogEntry
from app.engine.rules.compiled import Rules
from app.engine.rules.scoping import ScopeProblem
from app.engine.state.escrow import Escrows
from app.engine.state.link import Link, LinkState
from app.engine.state.source_rows import digest_of, matching_values, not_judged, take_references, unreadable
from app.engine.state.store import Store
from app.people.record import Directory, Record, Value
from app.setup.problem import Problem

_PORTION: Final = 500  # rows between two looks at the clock, the control and the disk
_CAME_IN: Final = "assigned_groups"  # fact: whether assigned groups were found by the last cycle
_SKIPPED: Final = "Skip out-of-scope deletions is on in the plan, so the account stays as it is."


@dataclass(slots=True)
class Seen:
    """What the reading came to."""

    provisions: int = 0
    unchanged: int = 0


class Intake:
    """Turns the source into work.

    Args:
        rules: the compiled plan.
        store: where links and wanted memberships are noted; the caller commits.
        source: whom to look at.
        work: the list that is filled.
        departures: takes those who leave.
        escrows: who is put off.
        journal: takes the rows of those for whom there is nothing to do.
    """

    def __init__(
        self,
        rules: Rules,
        store: Store,
        source: Source,
        work: WorkList,
        departures: Departures,
        escrows: Escrows,
        journal: Journal,
    ) -> None:
        self._rules = rules
        self._store = store
        self._source = source
        self._work = work
        self._departures = departures
        self._escrows = escrows
        self._journal = journal
        self._skips = rules.plan.actions.skip_out_of_scope_deletions
        self.seen = Seen()
        self._columns = Columns(rules, store, watches=source.everybody)
        self._groups_blind = ""
        #: Whether there is any link: the very first cycle need not ask for each person.
        self._known = store.links.any()

    async def users(self, directory: Directory) -> None:
        """Read every user.

        Raises:
            Problem: the source holds nobody, or no group, although people came in from there; or it does not
                say who is enabled, or says less than the last time.
        """
        self._heed_groups()
        # A broken row of the groups file can hide that somebody is assigned or a member.
        file = self._rules.plan.source.groups
        self._groups_blind = unreadable(directory, file) if file else ""
        for number, record in enumerate(self._source.records("user")):
            if number % _PORTION == 0:
                await self._breathe()
            self._columns.see(record)
            self._user(record)
        if self._store.links.count("user") and self._source.is_empty():
            raise Problem(
                "SOURCE-EMPTY",
                "The source holds no one, although people were provisioned from it before.",
                "It was most likely exported wrongly or cut short; taken at its word, everybody would "
                "lose access.",
                "Look at the users there (a file: download it again), and run again. Nobody was changed.",
            )
        self._columns.require()
        await self._missing("user", directory, self._rules.plan.source.users)

    def _heed_groups(self) -> None:
        """Do not let everybody go who came in through a group because the groups are not there to read."""
        if self._rules.assignment.blind and self._store.fact(_CAME_IN):
            raise Problem(
                "SOURCE-NO-GROUPS",
                "The source holds no group, although people were assigned through groups before.",
                "The file of groups is missing from the plan, or was exported wrongly or cut short; taken at "
                "its word, everybody who came in through a group would lose access.",
                "Look at the groups there (a file: download it again), or take the groups out of the scope. "
                "Then run again. Nobody was changed.",
            )
        self._store.keep(_CAME_IN, "yes" if self._rules.assignment.group_ids else "")

    async def groups(self, directory: Directory) -> None:
        """Read every group with its members."""
        if self._rules.groups is None:
            return
        for number, record in enumerate(self._source.records("group")):
            if number % _PORTION == 0:
                await self._breathe()
            self._group(record)
        await self._missing("group", directory, self._rules.plan.source.groups)

    # Users

    def _user(self, record: Record) -> None:
        assigned = self._rules.assignment.has_user(record)
        digest = digest_of(record, assigned)
        link = self._store.links.state("user", record.id) if self._known else None
        if self._is_settled(link, digest):
            # What failed was a row of the source that has been taken back since: nothing waits any more.
            self._escrows.succeeded("user", record.id)
            self.seen.unchanged += 1
            return
        waits = self._escrows.waits("user", record.id, digest)
        if waits and not (link is not None and link.active):
            self._departures.leaving.add(("user", record.id))
            return
        try:
            decision = self._rules.scope.decide(record, assigned)
        except ScopeProblem as problem:
            entry = LogEntry("user", "none", "success", record.name, record.id)
            entry.blame(problem, "scope")
            self._journal.add(entry)
            self._escrows.failed("user", record.id, record.name, entry.code, digest, entry=entry)
            self._departures.leaving.add(("user", record.id))
            return
        enabled = decision.active
        if not decision.in_scope and not assigned and self._groups_blind and link is not None and link.active:
            self._journal.add(
                not_judged("user", record.id, record.name, link.target_id or "", self._groups_blind)
            )
            self._departures.leaving.add(("user", record.id))
        elif not decision.in_scope:
            self._leave(record, link, digest, decision.reason, decision.details)
        elif not enabled and (link is None or link.target_id is None):
            self._skip(record, link, digest, "The account is disabled, and disabled people are not created.")
        else:
            work = self._mapped(record, link, digest, enabled=enabled)
            work.reason = decision.reason
            if not enabled and link is not None and link.active:
                if work.fatal or any(each.casefold() == "active" for each in work.faults):
                    # What cannot be worked out of the rest is no reason to let the account be.
                    work = Work("user", record.id, record.name, "disable", digest=digest, active=False)
                work.op = "disable"
                work.reason = "The account was disabled in the source."
                self._departures.plan(work)
            elif waits:
                self._departures.leaving.add(("user", record.id))
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
        if self._skips:
            self._departures.let_be(work, _SKIPPED, active=True)
        else:
            self._departures.plan(work)

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
        self._escrows.succeeded("user", record.id)
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
        digest = digest_of(record, assigned, self._groups_blind)
        link = self._store.links.state("group", record.id)
        if self._is_settled(link, digest):
            # What failed was a row of the source that has been taken back since: nothing waits any more.
            self._escrows.succeeded("group", record.id)
            self.seen.unchanged += 1
            return
        self._store.begin()
        self._want_members(record)
        if self._escrows.waits("group", record.id, digest):
            return
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
            self._escrows.succeeded("group", record.id)
            entry = LogEntry("group", "none", "skipped", record.name, record.id)
            entry.step("import", "success", "Read from the source.")
            entry.step("scope", "skipped", reason)
            entry.reason = reason
            self._journal.add(entry)
            return
        if self._skips:
            work = Work("group", record.id, record.name, "disable", digest=digest, reason=reason)
            self._departures.let_be(work, _SKIPPED, active=link.active)
            return
        missing = link.missing_since
        gone = Gone("group", record.id, record.name, link.target_id, link.active, missing)
        self._departures.gone(gone, reason)

    def _want_members(self, record: Record) -> None:
        db = self._store.db
        if not self._groups_blind:
            db.execute("UPDATE memberships SET wanted=0 WHERE group_id=?", (record.id,))
        db.executemany(
            "INSERT INTO memberships (group_id, member_id, wanted, sent) VALUES (?,?,1,0)"
            " ON CONFLICT DO UPDATE SET wanted=1",
            [(record.id, member) for member in record.members],
        )
        if not self._store.links.unsure("group", record.id):
            db.execute("DELETE FROM memberships WHERE group_id=? AND wanted=0 AND sent=0", (record.id,))

    # Those who left

    async def _missing(self, kind: Kind, directory: Directory, file: str | None) -> None:
        """Deal with those that the source no longer has."""
        blind = unreadable(directory, file)
        for number, gone in enumerate(self._source.gone(kind)):
            if number % _PORTION == 0:
                await self._breathe()
            self._store.begin()
            if gone.target_id is None:
                self._store.links.drop(kind, gone.source_id)
                self._escrows.succeeded(kind, gone.source_id)
            elif blind:
                self._journal.add(not_judged(kind, gone.source_id, gone.name, gone.target_id, blind))
                self._departures.leaving.add((kind, gone.source_id))
            else:
                self._departures.gone(gone, "No longer in the source.")

    def _provision(self, phase: Phase, work: Work) -> None:
        self._work.add(phase, work)
        self._work.twins.see(work)
        self.seen.provisions += 1

    async def _breathe(self) -> None:
        """Let other coroutines run, and put what has gathered on the disk."""
        rows = self._journal.write()
        self._store.commit()
        await self._journal.tell(rows)
        await asyncio.sleep(0)
