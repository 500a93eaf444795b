"""A job's cycles, which really run: Rollcall's engine provisions to whatever the credentials say."""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from contextlib import aclosing, suppress
from datetime import datetime, timedelta
from typing import Any, Final

from app.engine.control import Control
from app.engine.cycle.cycle import Cycle
from app.engine.events import CycleEnd, CycleProgress, LogEntry
from app.engine.state.cycles import standing
from app.engine.state.quarantine import DISABLED_AFTER, RETRY_AFTER, quarantine_of
from app.engine.state.restart import expand, restart
from app.engine.state.staged import waiting
from app.engine.state.store import Store
from app.practice.tenant.cycle_log import summary
from app.practice.tenant.job import NEVER, Job, execution, written
from app.practice.tenant.log_codes import job_code
from app.practice.tenant.people import TenantPeople
from app.practice.tenant.schema import GROUP_OBJECT, USER_OBJECT, plan_actions, plan_filters, plan_mappings
from app.practice.tenant.tenant import NOBODYS_ROLE, Tenant
from app.scim.client import ScimClient
from app.setup.plan import Place, Safety, Scope, SetupPlan
from app.setup.problem import Problem
from app.setup.profile import AppProfile, load_profile
from app.setup.tenant_url import TenantUrl

log = logging.getLogger(__name__)
EVERY: Final = timedelta(minutes=40)
_PEOPLE_A_PAGE: Final = 50


def profile_of(template_id: str) -> AppProfile:
    """The app profile behind a synchronization template."""
    return load_profile("invision" if template_id == "invision" else "scim")


def plan_of(tenant: Tenant, job: Job) -> SetupPlan:
    """What credentials, settings, schema and assignments amount to.

    Raises:
        Problem: the credentials are not there or cannot be used.
    """
    secrets = tenant.secrets.get(job.principal_id, {})
    if not secrets.get("BaseAddress"):
        raise Problem(
            "InvalidCredentials",
            "No tenant URL is stored.",
            "The credentials were never saved, or without BaseAddress.",
            "Save the credentials.",
        )
    plan = SetupPlan()
    plan.run.where = Place.THIS_COMPUTER
    plan.app.tenant_url = secrets["BaseAddress"]
    everybody = secrets.get("SyncAll", "").lower() == "true"
    plan.scope = Scope(
        who="all" if everybody else "assigned",
        assigned=_assigned(tenant, job.principal_id),
        filters=plan_filters(job.schema),
    )
    plan.mappings = plan_mappings(job.schema)
    skip = secrets.get("SkipOutOfScopeDeletions", "").lower() == "true"
    plan.actions = plan_actions(job.schema, skip_out_of_scope=skip)
    plan.safety = Safety(deletion_threshold=_threshold(secrets))
    return plan


def _assigned(tenant: Tenant, principal_id: str) -> list[str]:
    """Who is effectively entitled: default access to an app that has roles does not count."""
    roles = {each["id"] for each in tenant.principals[principal_id]["appRoles"] if each["isEnabled"]}
    return [
        f"{each['principalType'].lower()}:{each['principalId']}"
        for each in tenant.assigned_to(principal_id)
        if each["appRoleId"] in roles or (each["appRoleId"] == NOBODYS_ROLE and not roles)
    ]


def _threshold(secrets: dict[str, str]) -> int:
    try:
        settings = json.loads(secrets.get("SyncNotificationSettings") or "{}")
        return int(settings["DeleteThresholdValue"]) if settings.get("DeleteThresholdEnabled") else 0
    except (ValueError, KeyError, TypeError, AttributeError):
        return 0


def client_of(tenant: Tenant, job: Job, plan: SetupPlan) -> ScimClient:
    """A client of the app, with the token that is stored."""
    return client_with(plan.app.tenant_url, tenant.secrets[job.principal_id].get("SecretToken", ""))


def client_with(tenant_url: str, token: str) -> ScimClient:
    """A client of an app. The practice tenant speaks with apps on this computer only.

    Raises:
        Problem: the address is none, or not on this computer.
    """
    url = TenantUrl.parse(tenant_url, "")
    if not url.is_loopback:
        raise Problem(
            "PRACTICE-ELSEWHERE",
            f"The practice tenant does not speak with {url.host}.",
            "It is for learning, and must not touch a real app.",
            "Use the practice app's tenant URL.",
        )
    return ScimClient(url, token, rate=None)


def begin_anew(job: Job) -> None:
    """A mapping or scope was changed: the next cycle is an initial one, and comes at once."""
    job.steady_first = NEVER
    job.wake.set()


def start(tenant: Tenant, job: Job) -> None:
    """Let the job's cycles come, beginning now. Starting lifts quarantine."""
    if job.quarantine is not None:
        reset(job, "QuarantineState")
    job.schedule = "Active"
    job.wake.set()
    if job.running is None or job.running.done():
        job.running = asyncio.create_task(_run(tenant, job))


def reset(job: Job, criteria: str) -> None:
    """Restart's criteria; an empty text is what the portal's button means.

    Raises:
        Problem: a name is none of Graph's, or a cycle holds the state.
    """
    names = [name.strip() for name in criteria.split(",") if name.strip() and name.strip() != "None"]
    resets = expand(names)
    with Store.open(job.folder) as store:
        restart(store, resets)
        store.commit()
    if "QuarantineState" in resets:
        job.quarantine = None
        job.failures = 0
    if {"Watermark", "ConnectorDataStore"} & set(resets):
        job.steady_first = NEVER


async def _run(tenant: Tenant, job: Job) -> None:
    while job.schedule == "Active":
        job.wake.clear()
        async with job.busy:
            await one_cycle(tenant, job)
        wait = RETRY_AFTER if job.quarantine is not None else EVERY
        with suppress(TimeoutError):
            await asyncio.wait_for(job.wake.wait(), tenant.clock.real_seconds(wait))


async def one_cycle(tenant: Tenant, job: Job) -> None:
    """Run one cycle, and keep what Graph tells of it."""
    began, control = tenant.clock.now(), Control(tenant.clock)
    job.control = control
    job.progress = [_pages(tenant, 0, _total(tenant))]
    counts = {"countEntitled": 0, "countExported": 0, "countEscrowed": 0}
    try:
        plan = plan_of(tenant, job)
        with Store.open(job.folder) as store:
            async with client_of(tenant, job, plan) as client:
                # As the service does: whether the credentials still hold is tried first, even where there
                # is nothing to send.
                await client.find("Users", "userName", str(uuid.uuid4()))
                end = await _cycle(tenant, job, plan, store, client, control, counts)
            _judge(tenant, job, store, end)
            stands = standing(store, 1)
            job.entries = {
                f"User to {USER_OBJECT}": stands.users,
                f"Group to {GROUP_OBJECT}": stands.groups,
            }
    except Problem as problem:
        end = CycleEnd(state="failed", problem=problem, sentence=str(problem))
        _quarantined(tenant, job, "EncounteredQuarantineException", problem)
    except Exception as error:  # a cycle that fails must not end the job that runs it
        log.exception("a cycle of %s failed", job.id)
        fault = Problem("InternalError", f"{type(error).__name__}: {error}")
        end = CycleEnd(state="failed", problem=fault, sentence=str(fault))
        job.failures += 1
    _keep_execution(tenant, job, end, written(began), counts)


async def _cycle(
    tenant: Tenant,
    job: Job,
    plan: SetupPlan,
    store: Store,
    client: ScimClient,
    control: Control,
    counts: dict[str, int],
) -> CycleEnd:
    people = TenantPeople(tenant, job.principal_id)
    await people.catch_up()
    cycle = Cycle(plan, profile_of(job.template_id), people, client, store, control)
    end = CycleEnd(state="failed")
    async with aclosing(cycle.run()) as events:
        async for event in events:
            if isinstance(event, LogEntry):
                counts["countEntitled"] += event.status != "skipped"
                counts["countExported"] += event.status == "success"
                counts["countEscrowed"] += event.status == "failure"
                tenant.log.append(summary(tenant, job, event))
            elif isinstance(event, CycleProgress):
                job.progress = [_pages(tenant, event.done, event.total or _total(tenant))]
            elif isinstance(event, CycleEnd):
                end = event
    return end


def _total(tenant: Tenant) -> int:
    return len(tenant.directory.users) + len(tenant.directory.groups)


def _pages(tenant: Tenant, done: int, total: int) -> dict[str, Any]:
    pages = max(1, -(-total // _PEOPLE_A_PAGE))
    return {
        "completedUnits": min(pages, done // _PEOPLE_A_PAGE),
        "totalUnits": pages,
        "units": "pages",
        "progressObservationDateTime": written(tenant.clock.now()),
    }


def _judge(tenant: Tenant, job: Job, store: Store, end: CycleEnd) -> None:
    """Into quarantine, or out of it."""
    if end.state == "stopped":
        return
    kept = quarantine_of(store)
    if kept is not None:
        problem = end.problem or Problem(kept.code or kept.reason, kept.meaning)
        _quarantined(tenant, job, kept.reason, problem)
    elif waiting(store):
        message = "The number of deletions is above the accidental deletion threshold."
        _quarantined(tenant, job, "TooManyDeletes", Problem("TooManyDeletes", message))
    elif end.problem is not None:
        job.failures += 1
    else:
        job.quarantine, job.failures = None, 0


def _quarantined(tenant: Tenant, job: Job, reason: str, problem: Problem) -> None:
    now = tenant.clock.now()
    job.failures += 1
    before = job.quarantine
    began = before["currentBegan"] if before else written(now)
    job.quarantine = {
        "currentBegan": began,
        "nextAttempt": written(now + RETRY_AFTER),
        "reason": reason,
        "seriesBegan": began,
        "seriesCount": (before["seriesCount"] + 1) if before else 1,
        "error": _error(problem),
    }
    if now - datetime.fromisoformat(began) > DISABLED_AFTER:
        job.schedule = "Disabled"


def _error(problem: Problem) -> dict[str, Any]:
    return {"code": job_code(problem.code), "message": problem.what, "tenantActionable": True}


def _keep_execution(tenant: Tenant, job: Job, end: CycleEnd, began: str, counts: dict[str, int]) -> None:
    now = written(tenant.clock.now())
    entitled = counts.pop("countEntitled")
    counts |= {"countEntitled": entitled, "countEntitledForProvisioning": entitled, "countImported": entitled}
    counts["countExports"], counts["countEscrowedRaw"] = counts["countExported"], counts["countEscrowed"]
    state = "EntryLevelErrors" if end.failures else "Succeeded"
    error = _error(end.problem) if end.problem is not None else None
    job.last = execution(began, now, "Failed" if error else state, error, **counts)
    if error is None and end.state != "stopped":
        job.last_good = job.last
        if counts["countExported"]:
            job.last_exports = job.last
        job.steady_first = now if job.steady_first == NEVER else job.steady_first
        job.steady_last = now
        total = job.progress[0]["totalUnits"] if job.progress else 1
        job.progress = [_pages(tenant, total * _PEOPLE_A_PAGE, total * _PEOPLE_A_PAGE)]
