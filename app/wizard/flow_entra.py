"""What is different about the flow where Microsoft Entra does the work. No Qt in here.

The steps stay those of the tutorial and keep their keys, so that a plan's place can be changed without losing
anything; some of them have a page of their own there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from app.setup.plan import SetupPlan


class Step(NamedTuple):
    """One page: its key, what the step list calls it, and where its class is (imported late)."""

    key: str
    title: str
    module: str
    kind: str


Cloud: TypeAlias = Literal["global", "us-l4", "us-l5", "china", "practice"]
"""The clouds of ``app.setup.plan.EntraChoice``."""

_FOLDER = "app.wizard.pages.entra"
ENTRA_STEPS: dict[str, Step] = {
    step.key: step
    for step in (
        Step("before", "Sign in and check", f"{_FOLDER}.before", "EntraBeforePage"),
        Step("people", "Enterprise app", f"{_FOLDER}.enterprise_app", "EnterpriseAppPage"),
        Step("mappings", "Attribute mappings", f"{_FOLDER}.mappings", "EntraMappingsPage"),
        Step("scope", "Scope", f"{_FOLDER}.scope", "EntraScopePage"),
        Step("safety", "Notifications and safety", f"{_FOLDER}.safety", "EntraSafetyPage"),
        Step("review", "Review", f"{_FOLDER}.review", "EntraReviewPage"),
        Step("start", "Start", f"{_FOLDER}.start", "EntraStartPage"),
        Step("done", "Done", f"{_FOLDER}.done", "EntraDonePage"),
    )
}
"""Steps that have another page where Microsoft Entra does the work."""


def sign_in_missing(plan: SetupPlan, facts: Mapping[str, Any]) -> list[str]:
    """Nothing, when somebody is signed in."""
    return [] if facts.get("signed_in") else ["a sign-in to Microsoft Entra"]


def _app(plan: SetupPlan, facts: Mapping[str, Any]) -> list[str]:
    chosen = plan.entra.application or plan.entra.application_name
    return [] if chosen else ["the enterprise app"]


def _safety(plan: SetupPlan, facts: Mapping[str, Any]) -> list[str]:
    if plan.notifications.on_failure and not plan.notifications.email:
        return ["the notification e-mail address"]
    return []


ENTRA_RULES: dict[str, Callable[[SetupPlan, Mapping[str, Any]], list[str]]] = {
    "before": sign_in_missing,
    "people": _app,
    "safety": _safety,
}
"""What a page still needs there, where that differs."""


def in_entra(plan: SetupPlan) -> bool:
    """Whether Microsoft Entra does the work of this plan."""
    return plan.run.where == "entra"


def in_practice_tenant(plan: SetupPlan) -> bool:
    """Whether that is Rollcall's own practice tenant."""
    return in_entra(plan) and plan.entra.cloud == "practice"


def signs_in_to_practice(plan: SetupPlan) -> bool:
    """Whether the tenant that the plan provisions in, or reads people from, is the practice tenant."""
    return (in_entra(plan) or plan.source.kind == "entra") and plan.entra.cloud == "practice"
