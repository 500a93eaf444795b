"""Runs the catalogue: whatever is independent at the same time, each finding as it ends, then the verdict."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import AsyncExitStack, aclosing, nullcontext
from typing import TYPE_CHECKING, Any, Literal

import app.connection.checks  # noqa: F401 - importing the modules fills the catalogue
from app.connection.bench import STALLS, Bench
from app.connection.check import CATALOGUE, Check, Rule
from app.connection.finding import Finding, Severity, Verdict
from app.connection.journal import Journal
from app.connection.judging import judge
from app.connection.objects import NO_ANSWER, TestObjects, clean_left_behind
from app.connection.probe import Probe, Untried, words_of
from app.connection.usage import Usage
from app.scim.errors import ScimProblem
from app.scim.wire import Wire

if TYPE_CHECKING:
    from app.setup.plan import SetupPlan
    from app.setup.profile import AppProfile
    from app.setup.tenant_url import TenantUrl

Level = Literal["read", "write"]

WRONG_TOKEN = "rollcall-wrong-token-on-purpose"  # noqa: S105 - it is meant to be refused
_TIMEOUT = 15.0


async def run_checks(
    url: TenantUrl,
    token: str,
    *,
    profile: AppProfile,
    plan: SetupPlan | None = None,
    matching: Sequence[str] = (),
    level: Level = "read",
    clean: bool = False,
) -> AsyncGenerator[Finding | Verdict, None]:
    """Test the connection to an app.

    Args:
        url: the tenant URL.
        token: the secret token.
        profile: the app's profile: names, mappings, rate.
        plan: its mappings count instead of the profile's where it has some.
        matching: matching attributes that count instead of both.
        level: ``read`` sends only GETs; ``write`` also makes test objects and removes them.
        clean: remove what earlier tests left, at level ``read`` too.

    Yields:
        A finding for each check as it ends, and at the end one verdict.
    """
    usage = Usage.of(profile, plan, matching, url.flag)
    async for said in run_catalogue(url, token, usage, level, clean=clean):
        yield said


def how_many(level: Level) -> int:
    """How many checks a level has."""
    return len(_chosen(level))


def left_behind(url: TenantUrl) -> list[str]:
    """Names of test objects that earlier tests of this app may have left in it. Sends nothing."""
    return [name for journal in Journal.left_behind(url.base) for name in journal.objects]


def _chosen(level: Level) -> list[Check]:
    return [each for each in CATALOGUE.values() if level == "write" or not each.writes]


async def run_catalogue(
    url: TenantUrl, token: str, usage: Usage, level: Level = "read", *, clean: bool = False
) -> AsyncGenerator[Finding | Verdict, None]:
    """The same for a usage that is known already."""
    began = time.monotonic()
    findings: list[Finding] = []
    async with AsyncExitStack() as stack:
        wire, stranger, nobody = [
            await stack.enter_async_context(Wire(url, each, timeout=_TIMEOUT, rate=usage.rate))
            for each in (token, WRONG_TOKEN, "")
        ]
        bench = Bench(wire, stranger, nobody, url, writes=level == "write")
        stack.callback(bench.drop)
        left: list[str] = []
        if bench.writes or clean:
            left += await clean_left_behind(wire, url.base)
        if bench.writes:
            journal = stack.enter_context(Journal.fresh(url.base, bench.mark))
            bench.objects = TestObjects(wire, journal)
        try:
            async with aclosing(_run(_chosen(level), usage, bench)) as running:
                async for finding in running:
                    findings.append(finding)
                    yield finding
        finally:
            if bench.objects is not None:
                # Whatever happened, a cancel included: what was made is removed.
                left += await _to_its_end(bench.objects.clean())
        verdict = judge(findings, usage, bench, left)
    yield _timed(verdict, time.monotonic() - began)


async def _to_its_end(cleaning: Coroutine[Any, Any, list[str]]) -> list[str]:
    """Clean up even where the cancel comes meanwhile; a second one does end it, and the journal remembers."""
    task = asyncio.ensure_future(cleaning)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise


def _timed(verdict: Verdict, seconds: float) -> Verdict:
    return Verdict(
        verdict.verdict,
        verdict.sentence,
        verdict.advice,
        verdict.requests,
        seconds,
        verdict.changes,
        verdict.figures,
        verdict.leftovers,
    )


async def _run(chosen: list[Check], usage: Usage, bench: Bench) -> AsyncGenerator[Finding, None]:
    """Every check once those it waits for have ended."""
    ended: dict[str, asyncio.Event] = {each.id: asyncio.Event() for each in chosen}
    lanes: dict[str, asyncio.Lock] = {each.lane: asyncio.Lock() for each in chosen if each.lane}
    results: asyncio.Queue[Finding] = asyncio.Queue()
    marks: dict[str, str] = {}

    async def one(each: Check, first: tuple[str, ...]) -> None:
        for name in first:
            if name in ended:
                await ended[name].wait()
        broken = next((name for name in each.needs if marks.get(name) in {"fail", "skipped"}), None)
        if broken is not None:
            finding = _skipped(each, usage, f"Not tried, because {broken} did not pass.")
        else:
            async with lanes.get(each.lane) or nullcontext():
                finding = await _unless_stalled(each, usage, bench)
        marks[each.id] = finding.verdict
        if finding.verdict == "fail":
            bench.failed.add(each.id)
        bench.codes[each.id] = finding.code
        bench.weights[each.id] = finding.severity
        ended[each.id].set()
        results.put_nowait(finding)

    tasks: list[asyncio.Task[None]] = []
    try:
        for each in chosen:
            tasks.append(asyncio.create_task(one(each, waits_for(each, chosen))))
        for _ in chosen:
            yield await _next(results, tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _unless_stalled(each: Check, usage: Usage, bench: Bench) -> Finding:
    """An app that leaves requests unanswered must not keep the person waiting for each check."""
    if bench.stalls >= STALLS:
        return _skipped(each, usage, "Not tried, because the app had left several requests unanswered.")
    finding = await _probe(each, usage, bench)
    bench.stalls += finding.code in NO_ANSWER
    return finding


def waits_for(each: Check, chosen: list[Check]) -> tuple[str, ...]:
    """The checks that must have ended before this one; ``*`` stands for all that do not say so themselves."""
    if "*" not in each.after:
        return each.needs + each.after
    return each.needs + tuple(other.id for other in chosen if "*" not in other.after)


async def _next(results: asyncio.Queue[Finding], tasks: list[asyncio.Task[None]]) -> Finding:
    """The next finding; a check that breaks (a fault of ours) is raised rather than waited for."""
    waiting = asyncio.ensure_future(results.get())
    try:
        while not waiting.done():
            alive = [each for each in tasks if not each.done()]
            await asyncio.wait([waiting, *alive], return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                if task.done() and not task.cancelled() and task.exception() is not None:
                    await task
        return waiting.result()
    finally:
        waiting.cancel()


def _severity(each: Check, rule: Rule, usage: Usage) -> Severity:
    """How much it matters to this plan: what it does not use is information."""
    other_dialect = each.spoken != "both" and (each.spoken == "flag") != usage.flag
    if other_dialect or not each.matters(usage):
        return Severity.INFO
    return rule.severity or each.severity


async def _probe(each: Check, usage: Usage, bench: Bench) -> Finding:
    probe = Probe(usage, bench)
    began, asked = time.monotonic(), ""
    try:
        key = await each.probe(probe)
        rule = each.outcomes[key]
    except Untried as untried:
        key, rule = "untried", Rule("skipped", str(untried))
    except ScimProblem as problem:
        asked = problem.request
        key, rule = problem.code, Rule("fail", words_of(problem), problem.remedy)
        probe.detail = ""
    filled = {"title": usage.title, "detail": probe.detail}
    shown = probe.shown
    return Finding(
        each.id,
        each.title,
        each.group.value,
        rule.verdict,
        _severity(each, rule, usage),
        key,
        _fill(rule.sentence, filled),
        _fill(rule.remedy, filled),
        asked or (shown.request_text if shown is not None else ""),
        shown.answer_text if shown is not None and not asked else "",
        time.monotonic() - began,
        each.fact,
    )


def _fill(sentence: str, values: dict[str, str]) -> str:
    """Not ``str.format``: a sentence may quote the app, and braces in it mean nothing."""
    for name, value in values.items():
        sentence = sentence.replace(f"{{{name}}}", value)
    return " ".join(sentence.split())


def _skipped(each: Check, usage: Usage, why: str) -> Finding:
    rule = Rule("skipped", why)
    return Finding(
        each.id,
        each.title,
        each.group.value,
        "skipped",
        _severity(each, rule, usage),
        "skipped",
        why,
        fact=each.fact,
    )
