"""What has to be in place: met, not met, or unknown with the reason; never a gate."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from app.entra.clouds import CLOUDS
from app.entra.prerequisites import look, set_saml
from app.entra.sign_in_problem import SignInProblem
from tests.entra.conftest import graph_answer, graph_error
from tests.entra.samples import reference, sample

ROLES = "/me/transitiveMemberOf/microsoft.graph.directoryRole"


def answers(**changed: Any) -> Any:
    told = {
        ROLES: sample("my_roles"),
        "/subscribedSkus": sample("subscribed_skus"),
        "/servicePrincipals/sp": {"id": "sp", "preferredSingleSignOnMode": "saml"},
        "/me": {"id": "me-1"},
        "/servicePrincipals/sp/owners": {"value": [{"id": "me-1"}]},
    } | {path.replace("ROLES", ROLES): body for path, body in changed.items()}

    def respond(request: Any, writer: object) -> bytes:
        body = told[urlsplit(request.target).path.removeprefix("/v1.0")]
        return body if isinstance(body, bytes) else graph_answer(200, body)

    return respond


async def states(graph: Any, principal: str = "sp", **changed: Any) -> dict[str, tuple[str, str]]:
    async with graph(answers(**changed)) as (client, server):
        found = await look(client, principal)
    assert all(row.reason and row.link.startswith("https://") for row in found.rows)
    assert any(request.headers.get("consistencylevel") == "eventual" for request in server.requests)
    return {row.id: (row.state, row.reason) for row in found.rows}


async def test_all_met(graph: Any) -> None:
    found = await states(graph)
    assert {state for state, _ in found.values()} == {"met"}
    assert "P1" in found["licence"][1]
    assert "SAML" in found["sso"][1]


async def test_not_met_and_unknown_say_why(graph: Any) -> None:
    reader = {
        "value": [{"roleTemplateId": "f2ef992c-3afb-46b9-b7cf-a126ee74c451", "displayName": "Global Reader"}]
    }
    sku = sample("subscribed_skus")
    sku["value"][0]["capabilityStatus"] = "Suspended"
    found = await states(
        graph, **{ROLES: reader, "/subscribedSkus": sku,
                  "/servicePrincipals/sp": {"preferredSingleSignOnMode": None},
                  "/servicePrincipals/sp/owners": {"value": []}},
    )  # fmt: skip
    assert {state for state, _ in found.values()} == {"not-met"}
    assert "Global Reader" in found["role"][1]
    found = await states(graph, **{ROLES: {"value": []}})
    assert found["role"][0] == "unknown"
    assert "not activated yet" in found["role"][1]


async def test_a_look_that_is_refused_leaves_the_others(graph: Any) -> None:
    found = await states(graph, **{"/subscribedSkus": graph_error(403, "Authorization_RequestDenied")})
    assert found["licence"][0] == "unknown"
    assert "Directory.Read.All" in found["licence"][1]
    assert found["role"][0] == "met"


async def test_without_an_app_its_rows_wait(graph: Any) -> None:
    found = await states(graph, principal="")
    assert set(found) == {"role", "licence", "sso"}
    assert found["sso"][0] == "unknown"


async def test_nobody_signed_in_is_told_at_once(graph: Any) -> None:
    class Nobody:
        async def __call__(self, scopes: frozenset[str], claims: str = "", /) -> str:
            raise SignInProblem("SIGN-IN-NEEDED", CLOUDS["global"])

    async with graph(answers(), tokens=Nobody()) as (client, _):
        with pytest.raises(SignInProblem):
            await look(client)


async def test_saml_is_set_and_read_back(graph: Any) -> None:
    both = [graph_answer(204), graph_answer(200, {"id": "sp", "preferredSingleSignOnMode": "saml"})]
    async with graph(both) as (client, server):
        assert await set_saml(client, "sp") == "saml"
    assert server.requests[0].json == {"preferredSingleSignOnMode": "saml"}


def test_ids_are_those_of_the_reference() -> None:
    from app.entra import prerequisites as its

    facts = reference("tenant_reference.json")
    roles = facts["directory_role_template_ids"]
    assert {name: roles[name] for name in its.CONFIGURES.values()} == {
        name: id_ for id_, name in its.CONFIGURES.items()
    }
    assert facts["service_plan_ids"]["AAD_PREMIUM (P1)"] == its.P1
    assert facts["service_plan_ids"]["AAD_PREMIUM_P2"] == its.P2
    assert roles["Global Reader"] == its.GLOBAL_READER
