"""What the tasks that speak with the app need: put together from the plan, judged before anything is sent."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from app.people.record import Directory
from app.scim.client import ScimClient
from app.setup.app_figures import read_figures
from app.setup.plan import Place, SetupPlan
from app.setup.problem import Problem
from app.setup.profile import AppProfile
from app.setup.tenant_url import TenantUrl
from app.tasks import practising
from app.tasks.context import Context
from app.tasks.events import Notice
from app.tasks.tenant_people import people, take_assignments


@dataclass(slots=True)
class Target:
    """A plan that can be run.

    Attributes:
        plan: the plan, its tenant URL being that of the running practice app in practice.
        notices: what the person should know of how it was put together.
    """

    plan: SetupPlan
    profile: AppProfile
    directory: Directory
    url: TenantUrl
    token: str
    notices: list[Notice] = field(default_factory=list)

    def client(self) -> ScimClient:
        """A client for the app, as fast as its profile allows. A server on this computer is nobody else's."""
        return ScimClient(self.url, self.token, rate=None if self.url.is_loopback else self.profile.rate)


def refuse_entra(plan: SetupPlan) -> None:
    """Refuse a plan whose work is Microsoft's.

    Raises:
        Problem: the plan says so.
    """
    if plan.run.where is Place.ENTRA:
        raise Problem(
            "PLACE-ENTRA",
            "This plan runs in Microsoft Entra, so this computer runs no cycles of it.",
            "Microsoft's own service does the work, and two engines must not work on one app.",
            "Set it up with `rollcall entra apply PLAN` or in the wizard, and watch it with `rollcall entra "
            'status PLAN`. To run it here, choose "This computer" (in the plan: where = "this-computer").',
        )


async def aim(context: Context) -> Target:
    """Put together what a cycle of the plan needs; in practice, see that its app runs and its state is new.

    Raises:
        Problem: something is missing or wrong.
    """
    plan = context.need_plan()
    refuse_entra(plan)
    notices = await practise(context) if plan.run.where is Place.PRACTICE else []
    url = context.tenant_url()
    directory = await people(context)
    notices += await take_assignments(context)
    return Target(
        plan=context.need_plan(),
        profile=read_figures(url.base).bound(context.profile()),
        directory=directory,
        url=url,
        token=context.token(url),
        notices=notices,
    )


async def practise(context: Context) -> list[Notice]:
    """Give the context's plan the running practice app, started where there is none; what to know of it.

    The plan in the window is not touched: it gets the address from ``practice-start`` only.
    """
    plan = context.need_plan()
    notices: list[Notice] = []
    practice = await practising.current(context, context.tenant_url() if plan.app.tenant_url else None)
    if practice is None:
        return notices
    if practice.tenant_url != plan.app.tenant_url:
        notices.append(
            Notice(
                code="PRACTICE-APP",
                text=f"A practice app was started at {practice.tenant_url}. It is empty, and ends when "
                "Rollcall does.",
            )
        )
    plan = plan.model_copy(deep=True)
    plan.app.tenant_url = practice.tenant_url
    if not plan.source.users:
        files = await asyncio.to_thread(practising.sample_people)
        plan.source.users, plan.source.groups = str(files.users), str(files.groups)
    context.plan = plan
    if context.plan_path is not None:
        await asyncio.to_thread(practising.begin_anew, context.state(), practice)
    return notices
