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
_LOST: Final = "NOT-KEPT"


@dataclass(slots=True)
class MemberWork:
    """The memberships of one group that are due, and those that are to stay."""

    group: str
    name: str
    target_id: str
    add: list[Member] = field(default_factory=list)
    remove: list[Member] = field(default_factory=list)
    others: list[Member] = field(default_factory=list)
    request: int = 0


@dataclass(slots=True)
class MemberResult:
    """What was sent, and the log row.

    Attributes:
        added: source ids of those who were added.
        removed: source ids of those who were removed.
        denied: source ids of those whom the app took by its answer, and does not have.
        lost: source ids of others who are not members any more.
        held: the members as the group was read last.
    """

    entry: LogEntry
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    held: set[str] | None = None
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

    async def verify(self, group: str, target_id: str) -> None:
        """Read a group's members and take over what the app has. Members that Rollcall knows nothing of are
        left alone.

        Where the app does not show them, nobody who is wanted counts as a member yet, and those who were sent
        and are not wanted any more still do: adding or removing once more does no harm. Where it shows a part
        of them only, those who were sent count as members.
        """
        held = await self._held(target_id)
        # Read afterwards: a comparison notes members that it finds.
        rows: list[tuple[str, str | None, int, int, int]] = self._store.db.execute(
            "SELECT m.member_id, u.target_id, m.wanted AND u.active, m.sent, m.denied FROM memberships m"
            " LEFT JOIN links u ON u.kind='user' AND u.source_id=m.member_id WHERE m.group_id=?",
            (group,),
        ).fetchall()
        lacking: set[str] = set()
        if held is not None:
            sent_before = [row[1] for row in rows if row[1] and row[3]]
            lacking = await self._portions.reading.lacking(target_id, held, sent_before)
        self._store.begin()
        changes = []
        for member, target, wanted, sent, before in rows:
            denied = before
            there = sent
            if held is None:
                there = int(bool(sent) and not (wanted and not denied))
            elif target is not None and target in held:
                there, denied = 1, 0
            elif target in lacking and not (denied and wanted):
                there = 0
            if (there, denied) != (sent, before):
                changes.append((there, denied, group, member))
        self._store.db.executemany(
            "UPDATE memberships SET sent=?, denied=? WHERE group_id=? AND member_id=?", changes
        )
        self._portions.keep()
        self._store.db.execute(
            "DELETE FROM memberships WHERE group_id=? AND NOT wanted AND NOT sent", (group,)
        )
        self._store.db.execute("UPDATE links SET recheck=0 WHERE kind='group' AND source_id=?", (group,))

    async def _held(self, target_id: str) -> set[str] | None:
        """The members that a group lists; None where the app does not tell them."""
        try:
            held = await self._portions.reading.held(target_id)
        except ScimProblem as problem:
            self._health.failed(problem, "read members")
            return None
        self._health.worked("read members")
        return held  # whether a group that is not there is really gone shows when members are sent

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
            work.others = self._others(work)
            yield work

    def _others(self, work: MemberWork) -> list[Member]:
        """The members that this work is not about: they stay as they are."""
        rows = self._store.db.execute(
            "SELECT m.member_id, u.target_id, u.name FROM memberships m JOIN links u"
            " ON u.kind='user' AND u.source_id=m.member_id AND u.target_id IS NOT NULL AND u.active"
            " WHERE m.group_id=? AND m.wanted AND m.sent AND NOT m.denied",
            (work.group,),
        ).fetchall()
        touched = {member for member, _, _ in work.remove}
        return [row for row in rows if row[0] not in touched]

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
            await self._look_after_others(work, result)
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
        bad: StepStatus = "failure" if entry.status == "failure" else "warning"
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
        result.held = sending.held if sending.held is not None else result.held
        if sending.unseen:
            _warn(result.entry, [who for _, _, who in sending.unseen], removing)
        if not removing:
            result.denied = [member for member, _, _ in sending.unseen]
        return sending.refused

    async def _look_after_others(self, work: MemberWork, result: MemberResult) -> None:
        """Add those again whom the app took out of the group beside those who were meant."""
        if result.held is None or not work.others:
            return
        reading = self._portions.reading
        lacking = await reading.lacking(
            work.target_id, result.held, [account for _, account, _ in work.others]
        )
        lost = [member for member in work.others if member[1] in lacking]
        if not lost:
            return
        result.lost = [member for member, _, _ in lost]
        again = Sending(work.target_id, removing=False)
        try:
            await self._portions.send(again, lost)
        finally:
            back = {member for member, _, _ in again.done}
            result.lost = [member for member in result.lost if member not in back]
            _warn_of_lost(result.entry, [who for _, _, who in lost], len(back))

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
        db.executemany(change, [(1, work.group, member) for member in (*result.added, *result.denied)])
        db.executemany(change, [(0, work.group, member) for member in (*result.removed, *result.lost)])
        # Who is not kept is not sent in every cycle. It stands as sent, so that leaving removes it.
        db.executemany(
            "UPDATE memberships SET denied=? WHERE group_id=? AND member_id=?",
            [
                *((0, work.group, member) for member in result.added),
                *((1, work.group, member) for member in result.denied),
            ],
        )
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
    shown = _named(names)
    done, state = ("removed", "still has") if removing else ("added", "does not have")
    entry.status, entry.code = "warning", _UNSEEN
    entry.reason = (
        f"The app answered that {len(names):,} members were {done}, but its group {state} them: {shown}."
    )
    entry.remedy = (
        "It is tried again in the next cycle. If it stays so, remove them in the app, and ask its vendor."
        if removing
        else "They are not sent again in each cycle. Ask the app's vendor why it does not keep them; then"
        " compare the app (drift) and repair the group."
    )
    entry.step("reference", "warning", f"Read again: {len(names):,} are not as sent.")


def _warn_of_lost(entry: LogEntry, names: list[str], back: int) -> None:
    """Say that the app took others out of the group too."""
    entry.status, entry.code = "warning", _LOST
    text = (
        f"The app took {len(names):,} other members out of the group, and was not asked to: {_named(names)}."
    )
    again = "They were added again." if back == len(names) else f"{back:,} of them could be added again."
    entry.reason = " ".join(part for part in (entry.reason, text, again) if part)
    entry.remedy = (
        "Ask the app's vendor: a request to remove one member must leave the others. Where the app knows the"
        " flag aadOptscim062020, add it to the tenant URL: members are then removed by path, one by one."
    )
    entry.step("reference", "warning", f"Read again: {len(names):,} other members were gone. {again}")


def denied_in_words(store: Store) -> str:
    """The sentence about members that were sent once and are not kept by the app; empty without any."""
    rows = store.db.execute(
        "SELECT u.name, g.name FROM memberships m INDEXED BY memberships_denied"
        " JOIN links u ON u.kind='user' AND u.source_id=m.member_id"
        " JOIN links g ON g.kind='group' AND g.source_id=m.group_id WHERE m.denied"
    ).fetchall()
    if not rows:
        return ""
    named = _named([f"{member} ({group})" for member, group in rows])
    return (
        f"{_UNSEEN}: the app answered that it added {len(rows):,} members and does not have them: {named}."
        " They are not sent again in each cycle; compare the app (drift) and repair the group to try again."
    )


def _named(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5:,} more" if len(names) > 5 else "")
