"""Each cloud's hosts; and that what is only for practice stays on this computer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.entra.clouds import CLOUDS, cloud_named, practice
from app.entra.scopes import READ, USES, WRITE, is_looking, missing, scopes_for
from app.setup.problem import Problem

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference"


def test_hosts_are_those_of_the_reference() -> None:
    facts = json.loads((REFERENCE / "tenant_reference.json").read_text())
    assert [(cloud.login, cloud.graph, cloud.portal) for cloud in CLOUDS.values()] == [
        (each["login"], each["graph"], each["portal"]) for each in facts["clouds"]
    ]
    asked = {each["scope"] for each in facts["delegated_scopes"]}
    assert (READ | WRITE) - {"Synchronization.Read.All"} <= asked
    assert set(USES) == READ | WRITE


def test_scopes_carry_the_clouds_own_host() -> None:
    assert CLOUDS["us-l5"].scope("User.Read") == "https://dod-graph.microsoft.us/User.Read"
    assert CLOUDS["global"].authority() == "https://login.microsoftonline.com/organizations"
    assert CLOUDS["us-l4"].authority(" contoso.us ") == "https://login.microsoftonline.us/contoso.us"
    assert "/contoso.com/adminconsent?client_id=x" in CLOUDS["global"].consent_link("x", "contoso.com")


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080/v1.0/", "http://localhost:1/v1.0", "http://[::1]:5"],
)
def test_a_practice_tenant_is_on_loopback(url: str) -> None:
    cloud = practice(url)
    assert cloud.is_practice
    assert cloud.base.endswith("/v1.0")
    assert cloud.base.count("v1.0") == 1
    assert cloud_named("practice", url) == cloud


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://graph.example",
        "https://127.0.0.1:1",
        "http://127.0.0.1.evil.example",
        "http://x@127.0.0.1",
        "http://[",
        "http://127.0.0.1:99999",
        "http://127.0.0.1/x",
        "http://2130706433/",
    ],
)
def test_nothing_else_is(url: str) -> None:
    with pytest.raises(Problem) as caught:
        practice(url)
    assert caught.value.code == "GRAPH-NOT-LOOPBACK"


def test_an_unknown_cloud_is_a_problem() -> None:
    with pytest.raises(Problem) as caught:
        cloud_named("germany")
    assert caught.value.code == "CLOUD-UNKNOWN"


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/users?$select=id", "Directory.Read.All"),
        ("GET", "https://graph.microsoft.com/v1.0/auditLogs/provisioning?$skiptoken=1", "AuditLog.Read.All"),
        ("GET", "/me/memberOf", "User.Read"),
        ("GET", "/servicePrincipals/1/synchronization/jobs", "Synchronization.Read.All"),
        ("PUT", "/servicePrincipals/1/synchronization/secrets", "Synchronization.ReadWrite.All"),
        ("POST", "/applicationTemplates/1/instantiate", "Application.ReadWrite.All"),
        ("PATCH", "/servicePrincipals/1", "Application.ReadWrite.All"),
    ],
)
def test_which_permission_a_call_needs(method: str, path: str, scope: str) -> None:
    assert scopes_for(method, path) == {scope}


def test_reading_is_part_of_writing() -> None:
    assert (
        missing(frozenset({"Synchronization.Read.All"}), frozenset({"Synchronization.ReadWrite.All"})) == ()
    )
    assert is_looking("POST", "/x/synchronization/jobs/1/schema/parseExpression")
    assert not is_looking("POST", "/x/synchronization/jobs/1/start")
