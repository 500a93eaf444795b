"""Advice of *Test connection*, put into the plan on a click. No Qt in here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.setup.profile import group_mappings, user_mappings
from app.setup.tenant_url import TenantUrl

if TYPE_CHECKING:
    from app.wizard.session import Session
    from app.worker.messages import PlanChange

BY_ITSELF = frozenset({"rate", "member-portion"})
"""What was measured: the engine keeps to it by itself, so there is nothing to click."""


def can_be_applied(setup: Session, change: PlanChange) -> bool:
    """Whether the plan can take this advice, and has not taken it yet."""
    plan, profile, value = setup.plan, setup.profile, change.value.strip()
    if change.change == "flag":
        # The practice app's address is made anew each time; there is nothing to keep it in.
        return bool(plan.app.tenant_url) and not setup.practice_app and _flagged(setup) != (value == "on")
    if change.change == "matching":
        rows = user_mappings(plan, profile)
        return any(_same(row.target, value) and row.source.strip() for row in rows) and not any(
            _same(row.target, value) and row.matching == 1 for row in rows
        )
    if change.change == "drop-mapping":
        return any(_same(row.target, value) and not row.matching for row in user_mappings(plan, profile))
    if change.change == "groups":
        return value == "off" and bool(group_mappings(plan, profile))
    return False


def apply_change(setup: Session, change: PlanChange) -> str:
    """Put one piece of advice into the plan.

    Returns:
        What was done, as a sentence.
    """
    plan, profile, value = setup.plan, setup.profile, change.value.strip()
    if change.change == "flag":
        _set_flag(setup, value == "on")
        return f"The flag was {'set in' if value == 'on' else 'taken out of'} the tenant URL."
    if change.change == "matching":
        rows = user_mappings(plan, profile)
        for row in rows:
            row.matching = 1 if _same(row.target, value) else 0
        plan.mappings.users = rows
        return f"People are now matched by {value} alone."
    if change.change == "drop-mapping":
        plan.mappings.users = [row for row in user_mappings(plan, profile) if not _same(row.target, value)]
        return f"The mapping to {value} was removed."
    plan.mappings.groups = []
    return "Groups are not provisioned any more; people are."


def _flagged(setup: Session) -> bool:
    return TenantUrl.parse(setup.plan.app.tenant_url, setup.profile.suffix).flag


def _set_flag(setup: Session, on: bool) -> None:
    old = setup.plan.app.tenant_url
    new = TenantUrl.parse(old, setup.profile.suffix).with_flag(on).text
    setup.plan.app.tenant_url = new
    if setup.facts.get("token_for") == old:
        # Tokens are kept by the address without its flag (app.setup.token_store).
        setup.facts["token_for"] = new


def _same(target: str, other: str) -> bool:
    # Attribute names do not care for case (RFC 7643, 2.1).
    return target.strip().casefold() == other.strip().casefold()
