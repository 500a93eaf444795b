"""Provisions one person or group now, by the cycle's own code; the watermark does not count.

What is known of the chosen ones is put aside first, so that they are judged and read from the app anew. From
there on it is the cycle: requests are written down before they are sent, and a kill is settled by the next
run.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from app.engine.control import Control
from app.engine.cycle.cycle import Cycle
from app.engine.cycle.only import Only
from app.engine.events import CycleEnd, CycleProgress, Kind, LogEntry, Step
from app.engine.on_demand.choose import Chosen, check_members
from app.engine.on_demand.steps import Before, told_steps
from app.engine.rules.compiled import Rules, compile_rules
from app.engine.state.source_rows import matching_values
from app.engine.state.store import Store
from app.people.record import Directory
from app.scim.client import ScimClient
from app.setup.plan import SetupPlan
from app.setup.problem import Problem
from app.setup.profile import AppProfile


@dataclass(slots=True)
class Outcome:
    """What became of the chosen one.

    Attributes:
        entry: the log row, its steps as the log has them.
        steps: all five steps with their details.
        members: the log rows of a group's chosen members.
    """

    entry: LogEntry
    steps: list[Step]
    members: list[LogEntry]
    end: CycleEnd


async def provision(
    plan: SetupPlan,
    profile: AppProfile,
    directory: Directory,
    client: ScimClient,
    store: Store,
    control: Control,
    chosen: Chosen,
) -> AsyncGenerator[CycleProgress | LogEntry | Outcome, None]:
    """Provision the chosen one; the last item is the :class:`Outcome`.

    Args:
        store: the plan's state, open for writing: its lock keeps a cycle out meanwhile.

    Raises:
        Problem: nothing could be done at all: the app does not answer, the plan is faulty, or it was stopped.
    """
    subject = chosen.subject
    rules = compile_rules(plan, profile, directory)
    if subject.kind == "group" and rules.groups is None:
        raise Problem(
            "NO-GROUPS",
            f"{profile.title} takes no groups.",
            "Its profile has no mapping for groups, so only people are provisioned.",
            "Choose a person instead, or add a group mapping to the plan.",
        )
    check_members(chosen, store)
    before = _before(store, rules, chosen)
    users = frozenset(each.id for each in (*chosen.members, subject) if each.kind == "user")
    groups = frozenset({subject.id}) if subject.kind == "group" else frozenset()
    only = Only("on-demand", users, groups, frozenset(each.id for each in chosen.members))
    look_anew(store, users, groups)
    # A row that goes on with an earlier one is told again with all steps of both: the last one has it all.
    heard: dict[tuple[Kind, str], LogEntry] = {}
    end: CycleEnd | None = None
    cycle = Cycle(plan, profile, directory, client, store, control, only=only)
    async with aclosing(cycle.run()) as events:
        async for event in events:
            if isinstance(event, CycleEnd):
                end = event
            else:
                if isinstance(event, LogEntry):
                    heard[event.kind, event.source_id] = event
                yield event
    yield _outcome(chosen, heard, before, end)


def look_anew(store: Store, users: frozenset[str], groups: frozenset[str]) -> None:
    """Have these judged and read from the app by the next run that is about them, whatever is known."""
    rows: list[tuple[Kind, str]] = [("user", each) for each in users]
    rows += [("group", each) for each in groups]
    store.begin()
    store.db.executemany("UPDATE links SET digest=NULL, epoch=-1 WHERE kind=? AND source_id=?", rows)


def _before(store: Store, rules: Rules, chosen: Chosen) -> Before:
    """What holds before anything is done: the decision of the scope, and the link."""
    subject = chosen.subject
    if subject.kind == "user":
        assigned = rules.assignment.has_user(subject)
    else:
        assigned = rules.assignment.has_group(subject)
    link = store.links.get(subject.kind, subject.id)
    mappings = rules.users if subject.kind == "user" or rules.groups is None else rules.groups
    mapped = mappings.apply(subject, in_scope=True, creating=True)
    return Before(
        record=subject,
        decision=rules.scope.decide(subject, assigned),
        account=(link.target_id or "") if link is not None else "",
        matching=tuple(matching_values(mappings, mapped, {})),
        members=len(chosen.members),
    )


def _outcome(
    chosen: Chosen, heard: dict[tuple[Kind, str], LogEntry], before: Before, end: CycleEnd | None
) -> Outcome:
    subject = chosen.subject
    entry = heard.pop((subject.kind, subject.id), None)
    if end is None or end.problem is not None:
        raise (end.problem if end and end.problem else _stopped(subject.name))
    if entry is None:
        raise _stopped(subject.name)
    members = [row for key, row in heard.items() if key[1] in {each.id for each in chosen.members}]
    return Outcome(entry, told_steps(entry, before), members, end)


def _stopped(name: str) -> Problem:
    return Problem(
        "STOPPED",
        f"It was stopped before {name} was dealt with.",
        remedy="Try again; nothing was sent for this person or group.",
    )
