"""Memberships: what the source wants against what was sent, group by group, in portions."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from app.engine.cycle.health import Health
from app.engine.cycle.journal import Journal
from app.engine.cycle.portions import Member, Portions, Sending
from app.engine.cycle.target import Target
from app.engine.events import Change, LogEntry, StepStatus
from app.engine.state.store import Store
from app.scim.errors import Outcome, ScimProblem

# A membership is due when what holds in the source (wanted, and both sides in use) is not what was sent.
# Whom the deletion guard or a decision holds back keeps the memberships too: losing them is losing access.
_DUE: Final = """
  FROM memberships m
  JOIN links g ON g.kind='group' AND g.source_id=m.group_id AND g.target_id IS NOT NULL
  JOIN links u ON u.kind='user' AND u.source_id=m.member_id AND u.target_id IS NOT NULL
  WHERE NOT g.recheck AND (m.wanted AND g.active AND u.active) <> m.sent
  AND NOT (m.sent AND EXISTS (SELECT 1 FROM staged s
           WHERE s.kind='user' AND s.source_id=m.member_id AND s.decision<>'allow'))"""
_NAMES_SHOWN: Final = 200
_UNSEEN: Final = "MEMBERS-NOT-SEEN"


@dataclass(slots=True)
class MemberWork:
    """The memberships of one group that are due."""

    group: str
    name: str
    target_id: str
    add: list[Member] = field(default_factory=list)
    remove: list[Member] = field(default_factory=list)
    request: int = 0


@dataclass(slots=True)
class MemberResult:
    """What was sent: the source ids that were added and removed, and the log row."""

    entry: LogEntry
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    recheck: bool = False
    gone: bool = False


class Members:
    """Sends the memberships that are due.

    Args:
        portion: how many members one request may carry.
    """

    def __init__(
        self, store: Store, target: Target, journal: Journal, health: Health, cycle: int, portion: int
    ):
        self._store = store
        self._target = target
        self._journal = journal
        self._health = health
        self._cycle = cycle
        self._portions = Portions(target, store, portion, look=not journal.planned)

    def unsure(self) -> list[tuple[str, str, str]]:
        """Groups whose members must be read first: source id, target id, name."""
        rows = self._store.db.execute(
            "SELECT source_id, target_id, name FROM links WHERE kind='group' AND recheck AND target_id IS "
            "NOT NULL"
            " AND (digest IS NOT NULL OR missing_since IS NOT NULL)"
        )
        return rows.fetchall()

    async def read(self, group: str, target_id: str) -> set[str] | None:
        """The target ids of a group's members; None when the app does not tell them."""
        try:
            resource = await self._target.get("group", target_id, members=True)
        except ScimProblem as problem:
            self._health.failed(problem, "read members")
            return None
        self._health.worked("read members")
        if resource is None:
            return None  # whether it is really gone shows when members are sent
        members = resource.get("members") or []
        if not isinstance(members, list):
            return None
        return {str(each.get("value")) for each in members if isinstance(each, dict)}

    def believe(self, group: str, held: set[str] | None) -> None:
        """Take over what the app has. Members that Rollcall knows nothing of are left alone.

        Where the app does not tell, nobody who is wanted counts as a member yet, and whoever was sent and is
        not wanted any more still does: adding or removing once more does no harm.
        """
        self._store.begin()
        rows = self._store.db.execute(
            "SELECT m.member_id, u.target_id, m.wanted AND u.active FROM memberships m"
            " LEFT JOIN links u ON u.kind='user' AND u.source_id=m.member_id WHERE m.group_id=?",
            (group,),
        ).fetchall()
        if held is not None:
            changes = [(target in held, group, member) for member, target, _ in rows if target is not None]
        else:
            changes = [(False, group, member) for member, _, wanted in rows if wanted]
        self._store.db.executemany("UPDATE memberships SET sent=? WHERE group_id=? AND member_id=?", changes)
        self._store.db.execute(
            "DELETE FROM memberships WHERE group_id=? AND NOT wanted AND NOT sent", (group,)
        )
        self._store.db.execute("UPDATE links SET recheck=0 WHERE kind='group' AND source_id=?", (group,))

    def due(self) -> Iterator[MemberWork]:
        """The groups that have something to send, one at a time."""
        groups = self._store.db.execute(
            f"SELECT DISTINCT m.group_id, g.name, g.target_id {_DUE} ORDER BY m.group_id"
        ).fetchall()
        for group, name, target_id in groups:
            work = MemberWork(group, name, target_id)
            for member, account, who, sent in self._store.db.execute(
                f"SELECT m.member_id, u.target_id, u.name, m.sent {_DUE} AND m.group_id=?", (group,)
            ):
                (work.remove if sent else work.add).append((member, account, who))
            yield work

    def prepare(self, work: MemberWork) -> None:
        """Record that this group's members may be changed from now on."""
        work.request = self._store.record_request(self._cycle, "group", work.group, work.name, "members", [])

    async def carry_out(self, work: MemberWork) -> MemberResult:
        """Send one group's members, one portion after the other: changes of one group must not race."""
        began = time.perf_counter()
        result = MemberResult(LogEntry("group", "update", "success", work.name, work.group, work.target_id))
        entry = result.entry
        try:
            both = ((True, work.remove), (False, work.add))
            refused = [await self._send(work, members, removing, result) for removing, members in both]
            if problem := next(filter(None, refused), None):
                raise problem
            self._health.worked("members")
        except ScimProblem as problem:
            self._health.failed(problem, "members")
            result.gone = problem.kind is Outcome.NOT_FOUND and await self._is_gone(work)
            result.recheck = True
            entry.blame(problem, "reference")
            if result.gone:
                entry.status, entry.code, entry.remedy = (
                    "warning",
                    "GROUP-GONE",
                    "The next cycle creates it again.",
                )
                entry.reason = "The group is gone from the app."
        names = {member: who for member, _, who in (*work.add, *work.remove)}
        entry.changes = [Change("members", None, names[each]) for each in result.added[:_NAMES_SHOWN]]
        entry.changes += [Change("members", names[each], None) for each in result.removed[:_NAMES_SHOWN]]
        text = f"{len(result.added):,} added, {len(result.removed):,} removed."
        bad: StepStatus = "warning" if entry.code == _UNSEEN else "failure"
        entry.step("reference", "success" if entry.status == "success" else bad, text)
        entry.milliseconds = round((time.perf_counter() - began) * 1000, 1)
        return result

    async def _send(
        self, work: MemberWork, members: list[Member], removing: bool, result: MemberResult
    ) -> ScimProblem | None:
        """Send members in one direction; gives the refusal of single ones, if there was any."""
        if not members:
            return None
        sending = Sending(work.target_id, removing)
        try:
            await self._portions.send(sending, members)
        finally:
            (result.removed if removing else result.added).extend(member for member, _, _ in sending.done)
        if sending.unseen:
            _warn(result.entry, [who for _, _, who in sending.unseen], removing)
        return sending.refused

    async def _is_gone(self, work: MemberWork) -> bool:
        try:
            return await self._target.get("group", work.target_id) is None
        except ScimProblem:
            return False

    def conclude(self, work: MemberWork, result: MemberResult | None) -> None:
        """Record what was sent."""
        self._store.begin()
        self._store.close_request(work.request)
        if result is None:
            return
        db = self._store.db
        change = "UPDATE memberships SET sent=? WHERE group_id=? AND member_id=?"
        db.executemany(change, [(1, work.group, member) for member in result.added])
        db.executemany(change, [(0, work.group, member) for member in result.removed])
        db.execute("DELETE FROM memberships WHERE group_id=? AND NOT wanted AND NOT sent", (work.group,))
        if result.gone:
            # What was sent is kept: should the group be found after all, some of it may have to be removed.
            db.execute("UPDATE links SET target_id=NULL WHERE kind='group' AND source_id=?", (work.group,))
        if result.recheck:
            self._store.links.mark("group", work.group)
        self._portions.keep()
        self._journal.count("member added", len(result.added))
        self._journal.count("member removed", len(result.removed))
        self._journal.add(result.entry, amends=True)


def _warn(entry: LogEntry, names: list[str], removing: bool) -> None:
    """Say that the app answered well and did something else."""
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5:,} more" if len(names) > 5 else "")
    done, state = ("removed", "still has") if removing else ("added", "does not have")
    entry.status, entry.code = "warning", _UNSEEN
    entry.reason = (
        f"The app answered that {len(names):,} members were {done}, but its group {state} them: {shown}."
    )
    entry.remedy = (
        "It is tried again in the next cycle. If it stays so, the app most likely takes fewer members at "
        "once than it says: set a smaller member_portion in the app's profile, and tell the app's vendor."
    )
    entry.step("reference", "warning", f"Read again: {len(names):,} are not as sent.")
