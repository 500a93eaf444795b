"""*Test connection*: every check on the target app, each as it ends, then the verdict."""

from __future__ import annotations

from contextlib import aclosing
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from app.connection.finding import Finding, Verdict
from app.connection.runner import run_checks
from app.setup.plan import AppChoice, Place
from app.setup.profile import AppProfile, load_profile
from app.setup.redaction import secrets_seen
from app.setup.tenant_url import TenantUrl
from app.tasks.context import Context
from app.tasks.events import CheckOutcome
from app.tasks.registry import Said
from app.tasks.results import CheckVerdict
from app.tasks.target import practise


class Params(BaseModel):
    """What to test. With a plan, all of it may be left out.

    Attributes:
        tenant_url: as pasted; repaired as on the page Tenant URL.
        profile: name or path of the app profile.
        matching: SCIM paths of the matching attributes; empty means the plan's or the profile's.
        suffix: what is appended to the pasted address; None means the profile's.
    """

    model_config = ConfigDict(extra="forbid")

    tenant_url: str = ""
    profile: str = ""
    matching: list[str] = Field(default_factory=list)
    suffix: str | None = None


async def run(context: Context, params: Params) -> Said:
    """Run the checks that only read. In practice, the practice app is tested, and started where it is not."""
    profile = _profile(context, params)
    suffix = profile.suffix if params.suffix is None else params.suffix
    plan = context.plan
    if plan is not None and params.tenant_url:
        plan = plan.model_copy(deep=True)
        plan.app.tenant_url = TenantUrl.parse(params.tenant_url, suffix).text
        context.plan = plan
    if plan is not None and plan.run.where is Place.PRACTICE:
        for notice in await practise(context):
            yield notice
        plan = context.plan
    pasted = plan.app.tenant_url if plan is not None else params.tenant_url
    url = TenantUrl.parse(pasted, suffix)
    checks = run_checks(url, context.token(url), profile=profile, plan=context.plan, matching=params.matching)
    async with aclosing(checks):
        async for said in checks:
            yield _verdict(said) if isinstance(said, Verdict) else _outcome(said)


def _profile(context: Context, params: Params) -> AppProfile:
    folder: Path | None = context.plan_path.parent if context.plan_path is not None else None
    chosen = context.plan.app.profile if context.plan is not None else AppChoice().profile
    return load_profile(params.profile or chosen, relative_to=folder)


def _outcome(said: Finding) -> CheckOutcome:
    # Blanked by the runner already; an app that repeats the token in a sentence of its own is caught here.
    clean = secrets_seen.clean
    return CheckOutcome(
        id=said.id,
        title=said.title,
        group=said.group,
        verdict=said.verdict,
        severity=said.severity.value,
        code=said.code,
        outcome=clean(said.outcome),
        remedy=clean(said.remedy),
        sent=clean(said.sent),
        answered=clean(said.answered),
        seconds=said.seconds,
    )


def _verdict(said: Verdict) -> CheckVerdict:
    return CheckVerdict(
        verdict=said.verdict,
        sentence=secrets_seen.clean(said.sentence),
        advice=[secrets_seen.clean(advice) for advice in said.advice],
        requests=said.requests,
        seconds=said.seconds,
        leftovers=said.leftovers,
    )
