"""The practice tenant and the practice app for other programs: both run until the caller is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from app.practice.app import Policy, PracticeApp
from app.practice.tenant.process import PracticeTenant


@dataclass(frozen=True, slots=True)
class Served:
    """Where both are. The token opens the practice app of this run and nothing else."""

    graph: str
    scim: str
    token: str


@contextmanager
def serving(port: int, policy: Policy) -> Iterator[Served]:
    """Run both; the tenant on a port of one's choice, or on a free one with 0.

    Raises:
        Problem: one of them did not start, such as on a port that is taken.
    """
    with PracticeTenant.start(port) as tenant, PracticeApp.start(policy) as app:
        yield Served(tenant.graph_url, app.tenant_url, app.token)
