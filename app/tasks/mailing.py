"""Mail as the tasks send it: what a cycle's end amounts to as news, and how it is told once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from app.engine.events import ROW_UNREAD, CycleEnd, Unread, Waiting
from app.engine.state.quarantine import quarantine_of
from app.engine.state.store import Store
from app.engine.state.waiting import waiting
from app.notify.letter import Kind, News, letter
from app.notify.password import MailPasswords
from app.notify.post import post
from app.notify.server import mail_server
from app.notify.told import Told
from app.setup.plan import Notifications, Place, SetupPlan
from app.setup.problem import Problem
from app.tasks.context import Context
from app.tasks.events import Notice

_COUNTS = ("create", "update", "disable", "delete", "failure", "skipped", "unchanged", "unread", "escrowed")
_NAMED = 20
"""Lines of one kind in a mail; the monitor and --json have the others."""
_QUIET = frozenset({"STATE-IN-USE", "PLAN-PAUSED", "STOPPED"})
"""Somebody else works on the plan, or wants it so: that is nothing to write about."""


def passwords_of(context: Context) -> MailPasswords:
    """The process's mail passwords."""
    if context.shared.passwords is None:
        context.shared.passwords = MailPasswords()
    return context.shared.passwords


async def send(context: Context, chosen: Notifications, news: News) -> list[str]:
    """Send one mail; gives what the server said of receivers it did not take, when it took others.

    Raises:
        MailProblem: it was not sent.
    """
    server = mail_server(chosen)
    password = None
    if server.user:
        # In a thread: a locked keyring asks the person and waits.
        password = await asyncio.to_thread(passwords_of(context).of, server.host, server.user)
    return await post(letter(news, server), server, password)


async def tell_of_end(context: Context, plan: SetupPlan, store: Store, end: CycleEnd) -> list[Notice]:
    """Send the mails that the end of a cycle asks for; gives what to say of those that could not be sent."""
    if not _wanted(plan):
        return []
    told = await asyncio.to_thread(Told, store.folder)
    chosen = plan.notifications
    news: dict[Kind, News | None] = {
        "failure": _failure(end) if chosen.on_failure else None,
        "people": _people(store, end) if chosen.on_failure and end.state != "failed" else None,
        "quarantine": _quarantine(store, end) if chosen.on_quarantine else None,
        "guard": _guard(end) if chosen.on_guard else None,
    }
    if end.state in {"succeeded", "failures", "guarded"}:
        # Only a cycle that came to its end says that something is in order again.
        for kind in (kind for kind, each in news.items() if each is None):
            told.in_order(kind)
    return await _tell(context, plan, told, [each for each in news.values() if each is not None])


async def tell_of_problem(context: Context, plan: SetupPlan, folder: Path, problem: Problem) -> list[Notice]:
    """The same for a cycle that could not even begin."""
    if not _wanted(plan) or not plan.notifications.on_failure or problem.code in _QUIET:
        return []
    told = await asyncio.to_thread(Told, folder)
    news = News(
        "failure",
        "Rollcall: provisioning could not begin",
        [problem.what, problem.why, f"What to do: {problem.remedy}" if problem.remedy else ""],
        {"Code": problem.code},
        frozenset({f"code {problem.code}"}),
    )
    return await _tell(context, plan, told, [news])


def _wanted(plan: SetupPlan) -> bool:
    """Practice has nobody to write to: what happens there happens to nobody."""
    return bool(plan.notifications.email.strip()) and plan.run.where is not Place.PRACTICE


async def _tell(context: Context, plan: SetupPlan, told: Told, news: list[News]) -> list[Notice]:
    notices: list[Notice] = []
    for each in news:
        if not told.is_new(each):
            told.settle(each)
            continue
        try:
            refused = await send(context, plan.notifications, _with_plan(context, plan, each))
        except Problem as problem:
            text = f"The mail about this could not be sent: {problem}"
            notices.append(Notice(level="warning", code=problem.code, text=text))
            continue
        told.tell(each)
        notices += [Notice(level="warning", code="MAIL-REFUSED", text=text) for text in refused]
    try:
        await asyncio.to_thread(told.write)
    except Problem as problem:
        notices.append(Notice(level="warning", code=problem.code, text=str(problem)))
    return notices


def _with_plan(context: Context, plan: SetupPlan, news: News) -> News:
    name = context.plan_path.name if context.plan_path else "not saved"
    facts = {"Plan": name, "App": plan.app.profile, "Tenant URL": plan.app.tenant_url, **news.facts}
    return replace(news, facts=facts)


def _failure(end: CycleEnd) -> News | None:
    """A cycle that failed as a whole."""
    if end.state != "failed" or end.problem is None:
        return None
    marks = frozenset({f"code {end.problem.code}"})
    text = [end.sentence, *_unread_text(end.unread)]
    return News("failure", "Rollcall: a provisioning cycle failed", text, _facts(end), marks)


def _people(store: Store, end: CycleEnd) -> News | None:
    """Those who failed, and rows that could not be read: told once as long as it lasts."""
    # Not the failures of this cycle alone: most of those who failed are left alone for hours, and that they
    # were not tried is no reason to tell of them anew when they are.
    held = waiting(store)
    count = max(end.failures, len(held))
    if not count and not end.unread:
        return None
    marks = {"\n".join((each.subject, each.source_id, each.code)) for each in held}
    # Not by line: a row above that comes or goes makes no other fault of it.
    marks |= {"\n".join(("row", each.file, each.name, each.text)) for each in end.unread}
    codes = sorted({each.code for each in held if each.code} | ({ROW_UNREAD} if end.unread else set()))
    facts = {**_facts(end), "Codes": ", ".join(codes[:10])}
    text = [*_failed_text(held, count), *_unread_text(end.unread)]
    return News("people", _subject(count, len(end.unread)), text, facts, frozenset(marks or {"failures"}))


def _subject(count: int, unread: int) -> str:
    parts = [f"{count:,} {'failure' if count == 1 else 'failures'} in provisioning" if count else ""]
    parts.append(f"{unread:,} {'row' if unread == 1 else 'rows'} that could not be read" if unread else "")
    return "Rollcall: " + ", ".join(part for part in parts if part)


def _failed_text(held: list[Waiting], count: int) -> list[str]:
    if not count:
        return []
    text = (
        f"{count:,} {'person or group' if count == 1 else 'people and groups'} could not be provisioned. "
        "Rollcall tries again by itself, less often as time passes."
    )
    leaving = [f"Still has an access that should be gone: {_line(each)}" for each in held if each.leaving]
    others = [_line(each) for each in held if not each.leaving]
    hint = "The monitor and rollcall log PLAN --status failure show each of them, with what to do."
    return [text, *_first(leaving), *_first(others), hint]


def _line(each: Waiting) -> str:
    answer = f" The app's own words: {each.answer}" if each.answer else ""
    return f"{each.name}: {each.reason or each.code}{answer}"


def _unread_text(unread: list[Unread]) -> list[str]:
    if not unread:
        return []
    lines = [f"{each.place}: {each.text}" for each in unread]
    hint = "Repair these rows in the source. Until then people may be left out, and leavers may keep access."
    return ["Rows of the source could not be read whole:", *_first(lines), hint]


def _first(lines: list[str]) -> list[str]:
    more = len(lines) - _NAMED
    return lines[:_NAMED] + ([f"and {more:,} more"] if more > 0 else [])


def _quarantine(store: Store, end: CycleEnd) -> News | None:
    held = quarantine_of(store)
    if held is None:
        return None
    text = "Rollcall put this plan into quarantine: it tries once a day only, until a cycle succeeds."
    subject = "Rollcall: provisioning is in quarantine"
    marks = frozenset({f"{held.reason} {held.code}"})
    facts = {**_facts(end), "Next try": held.next_try, "Disabled on": held.disables_on}
    return News("quarantine", subject, [text, held.meaning, held.remedy], facts, marks)


def _guard(end: CycleEnd) -> News | None:
    if not end.guarded:
        return None
    subject = "Rollcall: the deletion guard stopped a cycle"
    marks = frozenset(end.guarded)
    hint = "The monitor shows the list of them, where each can be allowed or rejected."
    return News("guard", subject, [end.sentence, hint], _facts(end), marks)


def _facts(end: CycleEnd) -> dict[str, str]:
    counts = {name.capitalize(): f"{end.counts[name]:,}" for name in _COUNTS if end.counts.get(name)}
    number = {"Cycle": str(end.cycle)} if end.cycle else {}
    return {**number, "Began": end.began, "Ended": end.ended, **counts}
