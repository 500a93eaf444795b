"""What has to be in place before provisioning is set up, looked up instead of asked: advice, never a gate.

A look that is refused or fails makes its row *unknown*, with the reason; the others go on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from app.entra.graph import GraphClient
from app.entra.graph_problem import GraphProblem
from app.entra.service_principal import principal_path
from app.entra.sign_in_problem import SignInProblem

State: TypeAlias = Literal["met", "not-met", "unknown"]
P1: Final = "41781fb2-bc02-4b7c-bd55-b576c07bb09d"
P2: Final = "eec0eb4f-6444-4f95-aba0-50c24d67f998"
CONFIGURES: Final[dict[str, str]] = {
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3": "Application Administrator",
    "158c047a-c907-4556-b7ef-446551a6b5f7": "Cloud Application Administrator",
    "62e90394-69f5-4237-9190-012177145e10": "Global Administrator",
}
"""Template ids of the directory roles that may configure provisioning (Microsoft, built-in roles)."""

GLOBAL_READER: Final = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
_LEARN = "https://learn.microsoft.com/entra"
_LINKS: Final = {
    "role": f"{_LEARN}/identity/role-based-access-control/permissions-reference",
    "licence": f"{_LEARN}/identity/enterprise-apps/assign-user-or-group-access-portal",
    "sso": f"{_LEARN}/identity/enterprise-apps/what-is-single-sign-on",
    "owner": f"{_LEARN}/identity/enterprise-apps/overview-assign-app-owners",
}
_USABLE: Final = {"enabled", "warning"}


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that has to be in place. ``reason`` says what was seen, or why nothing could be."""

    id: str
    title: str
    state: State
    reason: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """All of them; ``sso`` is the app's mode of single sign-on, empty where none is set or none is known."""

    rows: list[Found] = field(default_factory=list)
    sso: str = ""


async def look(graph: GraphClient, principal: str = "") -> Standing:
    """Look all of it up.

    Args:
        principal: object id of the app's service principal; empty while there is none.

    Raises:
        SignInProblem: nobody is signed in.
    """
    rows = [
        await _row("role", "Your role", lambda: _role(graph)),
        await _row("licence", "The tenant's licence", lambda: _licence(graph)),
    ]
    if not principal:
        later = "There is no app yet; it is added later."
        rows.append(Found("sso", "Single sign-on", "unknown", later, _LINKS["sso"]))
        return Standing(rows)
    modes: list[str] = []
    rows.append(await _row("sso", "Single sign-on", lambda: _single_sign_on(graph, principal, modes)))
    rows.append(await _row("owner", "Ownership of the app", lambda: _owner(graph, principal)))
    return Standing(rows, modes[0] if modes else "")


async def set_saml(graph: GraphClient, principal: str) -> str:
    """Set the app's single sign-on to SAML; gives the mode as it is read back."""
    await graph.patch(principal_path(principal), {"preferredSingleSignOnMode": "saml"})
    found = await graph.get(principal_path(principal), {"$select": "id,preferredSingleSignOnMode"})
    return str(found.get("preferredSingleSignOnMode") or "")


async def _row(row: str, title: str, ask: Callable[[], Awaitable[tuple[State, str]]]) -> Found:
    try:
        state, reason = await ask()
    except SignInProblem as problem:
        if problem.code != "SIGN-IN-MORE":
            raise
        state, reason = "unknown", problem.why
    except GraphProblem as problem:
        state, reason = "unknown", f"It could not be looked up. {problem.why}"
    return Found(row, title, state, reason, _LINKS[row])


async def _role(graph: GraphClient) -> tuple[State, str]:
    path = "/me/transitiveMemberOf/microsoft.graph.directoryRole"
    params, headers = {"$count": "true"}, {"ConsistencyLevel": "eventual"}
    roles = {
        str(role.get("roleTemplateId") or ""): str(role.get("displayName") or "")
        async for role in graph.pages(path, params, headers)
    }
    held = [name for template, name in CONFIGURES.items() if template in roles]
    if held:
        return "met", f"You are {' and '.join(held)}."
    if GLOBAL_READER in roles:
        return "not-met", (
            "You are Global Reader: that role may read most things, but not how provisioning is configured."
        )
    seen = ", ".join(sorted(name for name in roles.values() if name)) or "no role"
    return "unknown", (
        f"Of your account {seen} was seen, and none that may configure provisioning. Roles that are not "
        "activated yet, custom roles and roles for one app only are not seen; owners of the app may too."
    )


async def _licence(graph: GraphClient) -> tuple[State, str]:
    plans = set[str]()
    async for sku in graph.pages("/subscribedSkus"):
        if str(sku.get("capabilityStatus") or "").casefold() not in _USABLE:
            continue
        # By plan, not by the product's name: bundles hold them too.
        plans |= {
            str(plan.get("servicePlanId") or "").casefold()
            for plan in sku.get("servicePlans") or []
            if isinstance(plan, dict) and str(plan.get("provisioningStatus") or "").casefold() != "disabled"
        }
    if P2 in plans:
        return "met", "The tenant has Microsoft Entra ID P2."
    if P1 in plans:
        return "met", "The tenant has Microsoft Entra ID P1."
    return "not-met", (
        "The tenant has neither P1 nor P2. People can be assigned one by one; groups cannot, and the "
        "provisioning log goes back 7 days instead of 30."
    )


async def _single_sign_on(graph: GraphClient, principal: str, modes: list[str]) -> tuple[State, str]:
    found = await graph.get(principal_path(principal), {"$select": "id,preferredSingleSignOnMode"})
    mode = str(found.get("preferredSingleSignOnMode") or "")
    modes.append(mode)
    if not mode or mode.casefold() == "notsupported":
        return "not-met", (
            "No way of single sign-on is chosen for the app. Some apps let SCIM be turned on only after it."
        )
    names = {"saml": "SAML", "oidc": "OpenID Connect", "password": "stored passwords"}
    text = names.get(mode.casefold(), mode)
    return "met", f"It is set to {text}. Whether the app's own side is set up cannot be seen from here."


async def _owner(graph: GraphClient, principal: str) -> tuple[State, str]:
    me = str((await graph.get("/me", {"$select": "id"})).get("id") or "")
    owners: list[dict[str, Any]] = [each async for each in graph.pages(principal_path(principal, "owners"))]
    if any(str(owner.get("id")) == me for owner in owners if me):
        return "met", "You are an owner of the app: that allows configuring it without a role."
    count = len(owners)
    others = "nobody is" if not count else "somebody else is" if count == 1 else f"{count} others are"
    return "not-met", f"You are no owner of the app; {others}. With one of the roles that is not needed."
