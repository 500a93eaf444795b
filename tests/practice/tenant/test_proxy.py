"""The proxy that stands before a practice tenant in the tests, and the description that must be there."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.servers import described
from tests.servers.described_proxy import DescribedTenant


def signed_in(tenant: DescribedTenant) -> dict[str, str]:
    given = httpx.post(f"{tenant.graph_url}/practice/sign-in", json={"write": True}).json()
    return {"Authorization": f"Bearer {given['access_token']}"}


def test_what_passes_is_noted_and_its_links_lead_back(described_tenant: DescribedTenant) -> None:
    at = f"{described_tenant.graph_url}/v1.0/users?$top=5"
    page = httpx.get(at, headers=signed_in(described_tenant)).json()
    assert page["@odata.nextLink"].startswith(f"{described_tenant.graph_url}/v1.0/users?")
    # A worker of an earlier test that is just ending may have asked for its job meanwhile.
    assert described_tenant.seen.count(("GET", "/users")) == 1
    described_tenant.judge()


def test_what_is_not_described_fails(described_tenant: DescribedTenant) -> None:
    head = signed_in(described_tenant)
    for path in ("/me/photo", "/users?$selct=id", "/users?$select=nickname"):
        httpx.get(f"{described_tenant.graph_url}/v1.0{path}", headers=head)
        with pytest.raises(described.NotDescribed):
            described_tenant.judge()
    order = {"path": "/me$", "status": 400, "body": '{"error": "no object"}'}
    httpx.post(f"{described_tenant.graph_url}/practice/trouble", json=order)
    httpx.get(f"{described_tenant.graph_url}/v1.0/me", headers=head)
    with pytest.raises(described.NotDescribed, match="error"):
        described_tenant.judge()


def test_a_missing_description_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(described, "SLICE", tmp_path / "graph-openapi-slice.json")
    described.description.cache_clear()
    try:
        with pytest.raises(FileNotFoundError, match=r"graph-openapi-slice\.json"):
            described.description()
    finally:
        described.description.cache_clear()
