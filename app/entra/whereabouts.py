"""Where a plan's provisioning is in the tenant: the app and the job, by Rollcall's notes or by looking."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.entra.graph import GraphClient
from app.entra.road_journal import Journal
from app.entra.synchronization_job import LEGACY, read_jobs
from app.entra.wish import Facts
from app.setup.plan import SetupPlan
from app.setup.problem import Problem


def noted(folder: Path, plan: SetupPlan) -> Facts:
    """What is known without asking: Rollcall's notes, and the app that the plan names.

    Raises:
        JournalProblem: the notes cannot be read.
    """
    chosen = plan.entra.application.strip()
    journal = Journal.read(folder)
    facts = journal.facts if journal is not None and journal.state != "undone" else Facts()
    if facts.service_principal and chosen in {"", facts.service_principal}:
        return replace(facts)
    return Facts(service_principal=chosen)


async def find_job(client: GraphClient, folder: Path, plan: SetupPlan) -> Facts:
    """The app and its job, asked for where the notes do not say.

    Raises:
        Problem: nothing is set up yet.
    """
    facts = noted(folder, plan)
    if not facts.service_principal:
        raise Problem(
            "NOT-SET-UP",
            "Nothing is set up in Microsoft Entra for this plan yet.",
            "It names no enterprise app, and Rollcall has not added one for it on this computer.",
            "Go through the wizard to the page Start, or use `rollcall entra apply PLAN`. If it was set up "
            "on another computer, name the enterprise app in the plan.",
        )
    if facts.job:
        return facts
    jobs = sorted(
        await read_jobs(client, facts.service_principal), key=lambda job: str(job["id"]).startswith(LEGACY)
    )
    if not jobs:
        raise Problem(
            "NO-JOB",
            "The enterprise app has no provisioning job yet.",
            "Provisioning was never set up for it, or the job was removed.",
            "Go through the wizard to the page Start, or use `rollcall entra apply PLAN`.",
        )
    return replace(facts, job=str(jobs[0]["id"]), template=str(jobs[0].get("templateId") or ""))
