"""Advice that changes the plan: the decision table for the flag, and what each failure asks for."""

from __future__ import annotations

from app.connection.bench import Bench
from app.connection.finding import Advice, Finding
from app.connection.usage import Usage
from app.scim.dialect import ENTERPRISE_SCHEMA, FLAG

_CLASSIC = ("P-OP", "P-FALSE")
_FLAGGED = ("P-DOTTED", "P-BOOL")
_ON_DEMAND = "On-demand provisioning in Entra ignores the flag and goes on showing the old form."


def advise(findings: list[Finding], usage: Usage, bench: Bench) -> list[Advice]:
    """What to change in the plan, the most important first."""
    failed = {each.id for each in findings if each.verdict == "fail"}
    passed = {each.id for each in findings if each.verdict in {"pass", "warning"}}
    return [
        *_flag(failed, passed, usage),
        *_matching(failed, usage, bench),
        *_mappings(failed, usage),
        *_groups(failed, usage, bench),
        *_rate(findings, usage, bench),
    ]


def _flag(failed: set[str], passed: set[str], usage: Usage) -> list[Advice]:
    """Classic bad and flagged good: set it. Flagged bad: leave it out. Both bad: neither will do."""
    classic = {*_CLASSIC, "G-REMVAL"} if usage.groups else set(_CLASSIC)
    flagged = {*_FLAGGED, "G-REMPATH"} if usage.groups else set(_FLAGGED)
    classic_bad, flagged_bad = sorted(classic & failed), sorted(flagged & failed)
    if classic_bad and flagged_bad:
        text = (
            f"{usage.title} is not compatible with Entra in either form: without the flag {FLAG} "
            f"{', '.join(classic_bad)} failed, with it {', '.join(flagged_bad)}. Tell the vendor."
        )
        return [Advice("none", "", text)]
    if classic_bad and not usage.flag and passed & flagged:
        text = (
            f"Set the flag {FLAG} in the tenant URL: {', '.join(classic_bad)} failed without it. {_ON_DEMAND}"
        )
        return [Advice("flag", "on", text)]
    if flagged_bad and usage.flag:
        text = f"Take the flag {FLAG} out of the tenant URL: {', '.join(flagged_bad)} failed with it."
        return [Advice("flag", "off", text)]
    return []


def _matching(failed: set[str], usage: Usage, bench: Bench) -> list[Advice]:
    if "F-MATCH" not in failed:
        return []
    bad = bench.learnt.get("unsearchable", [])
    good = [each for each in usage.matching if each not in bad]
    other = good[0] if good else next((each for each in ("userName", "externalId") if each not in bad), "")
    if not other:
        return []
    text = f"Match people by {other} instead of {', '.join(bad)}, which {usage.title} cannot search."
    return [Advice("matching", other, text)]


def _mappings(failed: set[str], usage: Usage) -> list[Advice]:
    dropped: dict[str, str] = {}
    for target in sorted(usage.targets):
        manager = target.casefold().endswith(":manager")
        if manager and "P-MANAGER" in failed:
            dropped[target] = "P-MANAGER"
        elif target.startswith(ENTERPRISE_SCHEMA) and not manager and "P-URN" in failed:
            dropped[target] = "P-URN"
        elif target.startswith("roles") and "P-ROLE" in failed:
            dropped[target] = "P-ROLE"
        elif "[" in target and "P-VALUEPATH" in failed and target not in usage.matching:
            dropped[target] = "P-VALUEPATH"
    return [
        Advice("drop-mapping", target, f"Remove the mapping to {target}: changes of it fail ({check}).")
        for target, check in dropped.items()
    ]


def _groups(failed: set[str], usage: Usage, bench: Bench) -> list[Advice]:
    if not usage.groups:
        return []
    broken = sorted(failed & {"G-SCHEMA", "F-GROUP"})
    if broken:
        text = f"Switch the group mapping off: groups do not work ({', '.join(broken)})."
        return [Advice("groups", "off", text)]
    portion = bench.learnt.get("member-portion", usage.member_portion)
    if portion < usage.member_portion:
        return [Advice("member-portion", str(portion), f"Send at most {portion} members per request.")]
    return []


def _rate(findings: list[Finding], usage: Usage, bench: Bench) -> list[Advice]:
    rate = bench.learnt.get("rate", usage.rate)
    if not any(each.id == "O-RATE" and each.verdict in {"fail", "warning"} for each in findings):
        return []
    return [Advice("rate", f"{rate:.0f}", f"Set the rate of this plan to {rate:.0f} requests a second.")]
