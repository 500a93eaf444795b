"""The quirk server, and a run of the catalogue against it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from app.connection.finding import Finding, Verdict
from app.connection.runner import Level, run_catalogue
from app.connection.usage import Usage
from app.scim.dialect import ENTERPRISE_SCHEMA
from app.setup.tenant_url import TenantUrl
from tests.servers.quirk_server import QuirkServer

EVERYTHING = Usage(
    title="Quirk",
    matching=("userName", "externalId", 'emails[type eq "work"].value'),
    targets=frozenset(
        {
            "userName",
            "externalId",
            "active",
            "displayName",
            "name.givenName",
            "name.familyName",
            'emails[type eq "work"].value',
            'phoneNumbers[type eq "mobile"].value',
            'roles[primary eq "True"].value',
            f"{ENTERPRISE_SCHEMA}:department",
            f"{ENTERPRISE_SCHEMA}:manager",
        }
    ),
    groups=True,
    rate=1000.0,
)
"""A plan that uses all there is, and no limit of our own: what is tested is not the patience of tests."""


@pytest.fixture(scope="session")
def quirk_session() -> Iterator[QuirkServer]:
    server = QuirkServer()
    yield server
    server.stop()


@pytest.fixture
def quirky(quirk_session: QuirkServer) -> QuirkServer:
    """A right server with all quirks off and four objects in it."""
    quirk_session.reset()
    return quirk_session


class Report:
    """What a run said, by id."""

    def __init__(self, said: list[Finding | Verdict]) -> None:
        self.findings = {each.id: each for each in said if isinstance(each, Finding)}
        (self.verdict,) = [each for each in said if isinstance(each, Verdict)]
        assert said[-1] is self.verdict

    @property
    def bad(self) -> dict[str, str]:
        """What did not pass, as id -> outcome."""
        return {each.id: each.code for each in self.findings.values() if each.verdict in {"fail", "warning"}}


async def report_on(url: TenantUrl, token: str, usage: Usage = EVERYTHING, level: Level = "write") -> Report:
    said: AsyncIterator[Finding | Verdict] = run_catalogue(url, token, usage, level)
    return Report([each async for each in said])
