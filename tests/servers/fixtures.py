"""Fixtures of the servers that tests talk to."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from app.practice.tenant.process import PracticeTenant
from tests.servers.described_proxy import DescribedTenant
from tests.servers.real_scim import TOLERANT, RealScim
from tests.servers.scim_process import ScimProcess


@pytest.fixture(scope="session")
def tolerant_scim_session() -> Iterator[RealScim]:
    server = RealScim(TOLERANT)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def strict_scim_session() -> Iterator[RealScim]:
    server = RealScim(None)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def scim_process() -> Iterator[ScimProcess]:
    """A real, tolerant scim2-server in a process of its own, with whoever was put in it last."""
    server = ScimProcess()
    yield server
    server.stop()


@pytest.fixture
def tolerant_scim(tolerant_scim_session: RealScim) -> RealScim:
    """A real scim2-server that takes what Entra sends, without anybody in it."""
    tolerant_scim_session.reset()
    return tolerant_scim_session


@pytest.fixture
def strict_scim(strict_scim_session: RealScim) -> RealScim:
    """A real scim2-server as it comes, which refuses some of what Entra sends, without anybody in it."""
    strict_scim_session.reset()
    return strict_scim_session


@pytest.fixture(scope="session")
def practice_tenant_session() -> Iterator[PracticeTenant]:
    with PracticeTenant.start() as running:
        yield running


@pytest.fixture
def practice_tenant(practice_tenant_session: PracticeTenant) -> PracticeTenant:
    """The practice tenant as at its start: a stand-in for Graph in a process of its own."""
    httpx.post(f"{practice_tenant_session.graph_url}/practice/reset").raise_for_status()
    return practice_tenant_session


@pytest.fixture(scope="session")
def described_tenant_session(practice_tenant_session: PracticeTenant) -> Iterator[DescribedTenant]:
    proxy = DescribedTenant(practice_tenant_session)
    yield proxy
    proxy.stop()


@pytest.fixture
def described_tenant(described_tenant_session: DescribedTenant) -> Iterator[DescribedTenant]:
    """The practice tenant as at its start, behind a proxy that holds all that any process asks of it, and all
    that it answers, to Microsoft's description."""
    httpx.post(f"{described_tenant_session.graph_url}/practice/reset").raise_for_status()
    yield described_tenant_session
    described_tenant_session.judge()
