"""*Test connection*: every check on the target app, each as it ends, then the verdict."""

from __future__ import annotations

from contextlib import aclosing
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.connection.finding import Verdict
from app.connection.runner import how_many, left_behind, run_checks
from app.setup.app_figures import keep_figures
from app.setup.plan import AppChoice, Place
from app.setup.profile import AppProfile, load_profile
from app.setup.tenant_url import TenantUrl
from app.tasks.context import Context
from app.tasks.events import Notice, Progress
from app.tasks.findings import as_check_verdict, as_outcome
from app.tasks.registry import Said
from app.tasks.target import practise


class Params(BaseModel):
    """What to test. With a plan, all of it may be left out.

    Attributes:
        tenant_url: as pasted; repaired as on the page Tenant URL.
        profile: name or path of the app profile.
        matching: SCIM paths of the matching attributes; empty means the plan's or the profile's.
        suffix: what is appended to the pasted address; None means the profile's.
        level: ``read`` only looks; ``write`` also makes test people and groups, and removes them.
        clean: remove what an earlier test left in the app first; level ``write`` always does.
    """

    model_config = ConfigDict(extra="forbid")

    tenant_url: str = ""
    profile: str = ""
    matching: list[str] = Field(default_factory=list)
    suffix: str | None = None
    level: Literal["read", "write"] = "read"
    clean: bool = False


async def run(context: Context, params: Params) -> Said:
    """Run the checks of a level. In practice, the practice app is tested, and started where it is not."""
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
    if params.level == "read" and not params.clean and (names := left_behind(url)):
        yield _leftovers(names)
    checks = run_checks(
        url,
        context.token(url),
        profile=profile,
        plan=context.plan,
        matching=params.matching,
        level=params.level,
        clean=params.clean,
    )
    done, total = 0, how_many(params.level)
    yield Progress(text="Asking the app", done=0, total=total)
    async with aclosing(checks):
        async for said in checks:
            if isinstance(said, Verdict):
                keep_figures(url.base, said.figures)
                yield as_check_verdict(said, params.level)
            else:
                done += 1
                yield as_outcome(said)
                yield Progress(text=f"{said.id}: {said.title}", done=done, total=total)


def _profile(context: Context, params: Params) -> AppProfile:
    folder: Path | None = context.plan_path.parent if context.plan_path is not None else None
    chosen = context.plan.app.profile if context.plan is not None else AppChoice().profile
    return load_profile(params.profile or chosen, relative_to=folder)


def _leftovers(names: list[str]) -> Notice:
    objects = "One test object" if len(names) == 1 else f"{len(names)} test objects"
    return Notice(
        level="warning",
        code="CHECK-LEFTOVERS",
        text=f"{objects} of an earlier test may still be in the app: {', '.join(names[:5])}"
        f"{' and others' if len(names) > 5 else ''}. A test that writes removes them first.",
    )
