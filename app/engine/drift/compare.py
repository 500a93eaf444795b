"""Compares the app with what should be there: a dry run of the cycle in which nothing known is believed.

So it cannot judge in another way than the cycle does. What it finds is what a cycle would do if it looked at
everybody; and, beyond that, accounts in use that should not be, and accounts that Rollcall made and that
nobody in the source stands for.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Final

from app.engine.clock import this_moment
from app.engine.control import Control
from app.engine.cycle.cycle import Cycle
from app.engine.drift.eyes import ComparingTarget
from app.engine.drift.rows import ADOPTED, Comparison, Found, found_in
from app.engine.events import Change, CycleEnd, CycleProgress, Kind, LogEntry
from app.engine.state.store import Store
from app.people.record import Directory
from app.scim.client import ScimClient
from app.scim.dialect import dialect_for
from app.scim.errors import ScimProblem
from app.setup.plan import SetupPlan
from app.setup.problem import Problem
from app.setup.profile import AppProfile
from app.setup.tenant_url import TenantUrl

_AT_ONCE: Final = 32  # look-ups that are under way together; the client's connections bound them further
_TEXTS: Final = {
    "Creating and updating people": "Comparing people",
    "Disabling people who left": "Comparing people who left",
    "Creating and updating groups": "Comparing groups",
    "Closing groups that left": "Comparing groups that left",
    "Setting group members": "Comparing members",
    "Setting managers": "Comparing managers",
}


@dataclass(slots=True)
class _Heard:
    """What the dry run came to, before those who left are asked for."""

    comparison: Comparison
    compared: set[tuple[Kind, str]] = field(default_factory=set)
    left: list[LogEntry] = field(default_factory=list)

    def take(self, entry: LogEntry) -> None:
        """Take a row of the dry run in."""
        if any(step.name in {"match", "export", "reference"} for step in entry.steps):
            self.compared.add((entry.kind, entry.source_id))
        if entry.status == "failure":
            self.comparison.failures += 1
        elif entry.action in {"disable", "delete"}:
            if entry.kind == "user":
                self.left.append(entry)
            else:
                self.comparison.add(_extra("group", entry.name, entry.source_id, entry.target_id))
        elif (row := found_in(entry)) is not None:
            self.comparison.add(row)


async def compare(
    plan: SetupPlan,
    profile: AppProfile,
    directory: Directory,
    client: ScimClient,
    store: Store,
    control: Control,
) -> AsyncGenerator[CycleProgress | Comparison, None]:
    """Compare everything; the last item is the :class:`Comparison`. Only GETs are sent.

    Args:
        store: the plan's state, locked, so that no cycle changes the app meanwhile; it is not changed.

    Raises:
        Problem: the app does not answer, the plan is faulty, or it was stopped.
    """
    began, sent = time.monotonic(), client.requests
    heard = _Heard(Comparison())
    everyone = plan.model_copy(deep=True)
    everyone.safety.deletion_threshold = 0  # nothing is sent, so there is nothing to hold back
    url = TenantUrl.parse(plan.app.tenant_url, profile.suffix)
    with store.rehearsal() as copy:
        _believe_nothing(copy)
        target = ComparingTarget(client, dialect_for(url.flag), copy, url.text)
        cycle = Cycle(everyone, profile, directory, client, copy, control, dry=True, target=target)
        async with aclosing(cycle.run()) as events:
            async for event in events:
                if isinstance(event, LogEntry):
                    heard.take(event)
                elif isinstance(event, CycleProgress):
                    yield CycleProgress(_TEXTS.get(event.text, event.text), event.done, event.total)
                else:
                    _require_whole(event)
                    heard.comparison.unread = event.unread
        matched = set(copy.db.execute("SELECT kind, target_id FROM links WHERE target_id IS NOT NULL"))
    comparison = heard.comparison
    yield CycleProgress("Comparing people who left")
    await _ask_for_those_who_left(heard, target, control)
    yield CycleProgress("Looking for what is left over")
    await _look_for_leftovers(heard, target, _made_and_forgotten(store, matched), control)
    # They came in the order of the answers.
    comparison.rows.sort(key=lambda row: (row.kind != "user", row.name.casefold(), row.source_id, row.what))
    comparison.compared = len(heard.compared)
    comparison.requests = client.requests - sent
    comparison.listed = target.listed is not None
    comparison.list_doubt = target.list_doubt
    comparison.seconds = round(time.monotonic() - began, 3)
    comparison.at = this_moment()
    yield comparison


def _believe_nothing(copy: Store) -> None:
    """Have everybody read from the app, those who left too, and nobody put off."""
    copy.begin()
    copy.db.execute("UPDATE links SET digest=NULL, epoch=-1")
    copy.db.execute("UPDATE links SET active=1 WHERE kind='user' AND target_id IS NOT NULL")
    copy.db.execute("UPDATE memberships SET denied=0")
    copy.db.execute("DELETE FROM escrows")
    copy.keep("watermark", "{}")  # everybody, from what is held on this computer
    copy.commit()


def _require_whole(end: CycleEnd) -> None:
    if end.problem is not None:
        raise end.problem
    if end.state == "stopped":
        raise Problem(
            "STOPPED",
            "The comparison was stopped before its end.",
            remedy="Compare again when there is time; nothing was changed.",
        )


async def _ask_for_those_who_left(heard: _Heard, target: ComparingTarget, control: Control) -> None:
    """Of those who should be disabled or deleted, keep those who are not."""
    for part in _parts(heard.left):
        if not await control.gate():
            _require_whole(CycleEnd(state="stopped"))
        asked = [_account(target, "user", entry.target_id) for entry in part]
        for entry, account in zip(part, await asyncio.gather(*asked), strict=True):
            if isinstance(account, ScimProblem):
                heard.comparison.failures += 1
            elif account is not None and entry.action == "delete":
                heard.comparison.add(_extra("user", entry.name, entry.source_id, entry.target_id))
            elif account:
                heard.comparison.add(_enabled(entry))


async def _look_for_leftovers(
    heard: _Heard, target: ComparingTarget, left: list[tuple[Kind, str, str]], control: Control
) -> None:
    """Find accounts that the log says Rollcall made, that no link is about, and that are still in use."""
    for part in _parts(left):
        if not await control.gate():
            _require_whole(CycleEnd(state="stopped"))
        asked = [_account(target, kind, account) for kind, account, _ in part]
        for (kind, account, name), answer in zip(part, await asyncio.gather(*asked), strict=True):
            if isinstance(answer, ScimProblem):
                heard.comparison.failures += 1
            elif answer or (kind == "group" and answer is not None):
                heard.compared.add((kind, ADOPTED + account))
                heard.comparison.add(_extra(kind, name, ADOPTED + account, account))


def _made_and_forgotten(store: Store, matched: set[tuple[Kind, str]]) -> list[tuple[Kind, str, str]]:
    """Accounts that Rollcall made and has no link for: those that it deleted, and what its state lost.

    Args:
        matched: accounts that were found to be somebody's just now, as after a restart that forgot all links.
    """
    rows = store.db.execute(
        "SELECT DISTINCT log.kind, log.target_id, log_names.text FROM log"
        " JOIN log_names ON log_names.id = log.name_id"
        " WHERE log.action='create' AND log.target_id <> '' AND log.status IN ('success', 'warning')"
        " AND NOT EXISTS (SELECT 1 FROM links WHERE links.kind = log.kind"
        "                 AND links.target_id = log.target_id)"
    ).fetchall()
    made: dict[tuple[Kind, str], tuple[Kind, str, str]] = {}
    for kind, account, name in rows:
        if (kind, account) not in matched:
            made[kind, account] = (kind, account, name)
    return list(made.values())


async def _account(target: ComparingTarget, kind: Kind, account: str) -> bool | None | ScimProblem:
    """Whether an account is in use; None where it is gone. A list is believed that it is off, not gone."""
    if kind == "user" and target.listed is not None and target.listed.get(account) is False:
        return False
    try:
        resource = await target.get(kind, account)
    except ScimProblem as problem:
        return problem
    return None if resource is None else target.in_use(resource)


def _extra(kind: Kind, name: str, source_id: str, account: str) -> Found:
    return Found(kind, "extra", name, source_id, account)


def _enabled(entry: LogEntry) -> Found:
    """The row of somebody who should be disabled; what was known of the account may be older."""
    others = [each for each in entry.changes if each.target.casefold() != "active"]
    changes = [Change("active", "True", "False"), *others]
    return Found("user", "enabled", entry.name, entry.source_id, entry.target_id, changes)


def _parts(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), _AT_ONCE):
        yield rows[start : start + _AT_ONCE]
