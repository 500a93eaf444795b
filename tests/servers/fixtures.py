"""Fixtures of the servers that tests talk to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.real_scim import TOLERANT, RealScim


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
