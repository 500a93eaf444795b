"""A tenant URL as a task was given it, repaired as the page *Tenant URL and secret token* repairs it."""

from __future__ import annotations

from app.setup.tenant_url import TenantUrl
from app.tasks.context import Context

DEFAULT_SUFFIX = "/scim/v2"


def address(context: Context, pasted: str, suffix: str | None) -> TenantUrl:
    """The tenant URL, with the suffix asked for, or the plan's profile's, or the tutorial's.

    Raises:
        TenantUrlProblem: it is none.
    """
    if suffix is None:
        suffix = context.profile().suffix if context.plan is not None else DEFAULT_SUFFIX
    return TenantUrl.parse(pasted, suffix)
