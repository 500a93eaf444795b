"""From the findings to one verdict."""

from __future__ import annotations

import statistics

from app.connection.advising import advise
from app.connection.bench import STALLS, Bench
from app.connection.finding import Finding, Severity, Verdict
from app.connection.objects import NO_ANSWER
from app.connection.usage import Usage


def judge(findings: list[Finding], usage: Usage, bench: Bench, left: list[str]) -> Verdict:
    """The verdict on the whole: *ready*, *ready with limits*, or *not ready*, and what to change."""
    # Without an answer nothing can be said, whatever the check was about that waited for it.
    stalled = NO_ANSWER if bench.stalls >= STALLS else frozenset()
    blockers = [
        each
        for each in findings
        if each.verdict == "fail" and (each.severity is Severity.BLOCKER or each.code in stalled)
    ]
    limits = [
        each
        for each in findings
        if each not in blockers
        and each.verdict in {"fail", "warning"}
        and each.severity in {Severity.BLOCKER, Severity.MAJOR}
    ]
    changes = advise(findings, usage, bench)
    advice = [each.text for each in changes]
    advice += [each.remedy for each in [*blockers, *limits] if each.remedy and each.remedy not in advice]
    neither = next((each for each in changes if each.change == "none"), None)
    if neither is not None:
        # Failures of the form that the plan does not use are information, but here there is no other form.
        kind, sentence = "not-ready", neither.text
    elif blockers:
        kind, sentence = "not-ready", f"{usage.title} is not ready: {blockers[0].outcome}"
        if len(blockers) > 1:
            sentence += f" And {_count(len(blockers) - 1, 'more finding')} of the same weight."
    elif limits:
        kind = "ready-with-limits"
        names = ", ".join(each.id for each in limits)
        sentence = f"{usage.title} is ready with limits: see {names}."
    else:
        kind, sentence = "ready", f"{usage.title} is ready."
    return Verdict(
        kind,  # type: ignore[arg-type]
        sentence,
        advice,
        bench.requests,
        changes=changes,
        figures=figures(bench),
        leftovers=left,
    )


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def figures(bench: Bench) -> dict[str, float]:
    """What was measured on the way; the engine takes some of them as its starting values."""
    found: dict[str, float] = {}
    if bench.times:
        found["median-ms"] = round(statistics.median(bench.times) * 1000, 1)
        found["worst-ms"] = round(max(bench.times) * 1000, 1)
    for name in ("rate", "member-portion", "listing-reliable"):
        if name in bench.learnt:
            found[name] = float(bench.learnt[name])
    return found
