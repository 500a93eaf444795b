"""The client against a real SCIM server in both of its policies."""

from __future__ import annotations

import pytest

from app.scim.client import ScimClient, resource_path
from app.scim.dialect import AADOPTSCIM, CLASSIC, Dialect
from app.scim.errors import Outcome, ScimProblem
from tests.servers.real_scim import RealScim

DIALECTS = pytest.mark.parametrize("dialect", [CLASSIC, AADOPTSCIM], ids=lambda each: each.name)
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ANN = {
    "userName": 'ann.o\'neil+"x"@contoso.com',
    "active": "True",
    "externalId": "a-1",
    "name.givenName": "Ann",
    "name.familyName": "Ø'Neil",
    'emails[type eq "work"].value': "ann@contoso.com",
    f"{ENTERPRISE}:department": "Sales",
}


def client_of(server: RealScim) -> ScimClient:
    return ScimClient(server.tenant_url, server.token)


@DIALECTS
async def test_a_user_s_whole_life(tolerant_scim: RealScim, dialect: Dialect) -> None:
    async with client_of(tolerant_scim) as client:
        assert await client.find("Users", "userName", ANN["userName"]) == []
        made = await client.create("Users", dialect.new_user(ANN))
        path = resource_path("Users", made["id"])
        for attribute in ("userName", "externalId", 'emails[type eq "work"].value'):
            assert [each["id"] for each in await client.find("Users", attribute, ANN[attribute])] == [
                made["id"]
            ]
        changes = {
            "name.givenName": "Anna",
            f"{ENTERPRISE}:department": "Buying",
            'emails[type eq "work"].value': "anna@contoso.com",
        }
        await client.patch(path, dialect.patch_user(changes))
        await client.patch(path, dialect.disable())
        seen = await client.get(path)
        assert seen is not None
        assert seen["active"] is False
        assert seen["name"]["givenName"] == "Anna"
        assert seen["emails"][0]["value"] == "anna@contoso.com"
        assert seen[ENTERPRISE]["department"] == "Buying"
        await client.patch(path, dialect.enable())
        assert (await client.get(path) or {})["active"] is True
        assert await client.delete(path) is True
        assert await client.delete(path) is False
        assert await client.get(path) is None


@DIALECTS
async def test_groups_and_their_members(tolerant_scim: RealScim, dialect: Dialect) -> None:
    async with client_of(tolerant_scim) as client:
        ids = [
            (await client.create("Users", dialect.new_user({"userName": f"u{n}"})))["id"] for n in range(3)
        ]
        group = await client.create("Groups", dialect.new_group("Designers", "g-1"))
        path = resource_path("Groups", group["id"])
        await client.patch(path, dialect.add_members(ids))
        for body in dialect.remove_members(ids[:1]):
            await client.patch(path, body)
        seen = await client.get(path)
        assert seen is not None
        assert {each["value"] for each in seen["members"]} == set(ids[1:])
        found = await client.find("Groups", "displayName", "designers")
        assert [each["id"] for each in found] == [group["id"]]
        assert "members" not in found[0]


async def test_the_manager_is_set(tolerant_scim: RealScim) -> None:
    async with client_of(tolerant_scim) as client:
        boss = await client.create("Users", CLASSIC.new_user({"userName": "boss"}))
        ann = await client.create("Users", CLASSIC.new_user({"userName": "ann"}))
        path = resource_path("Users", ann["id"])
        await client.patch(path, CLASSIC.set_manager(boss["id"]))
        assert (await client.get(path) or {})[ENTERPRISE]["manager"]["value"] == boss["id"]


async def test_a_conflict_and_a_wrong_token_are_named(tolerant_scim: RealScim) -> None:
    async with client_of(tolerant_scim) as client:
        await client.create("Users", CLASSIC.new_user({"userName": "ann"}))
        with pytest.raises(ScimProblem) as caught:
            await client.create("Users", CLASSIC.new_user({"userName": "ANN"}))
        assert (caught.value.kind, caught.value.scim_type) == (Outcome.CONFLICT, "uniqueness")
    async with ScimClient(tolerant_scim.tenant_url, "another") as stranger:
        with pytest.raises(ScimProblem) as caught:
            await stranger.find("Users", "userName", "ann")
        assert caught.value.kind is Outcome.CREDENTIALS
        assert "Admin permissions" in caught.value.remedy


async def test_the_strict_server_refuses_entra_s_group(strict_scim: RealScim) -> None:
    async with client_of(strict_scim) as client:
        with pytest.raises(ScimProblem) as caught:
            await client.create("Groups", CLASSIC.new_group("Designers"))
        assert caught.value.kind is Outcome.REFUSED
        assert caught.value.details


async def test_listing_gives_everybody_once(tolerant_scim: RealScim) -> None:
    async with client_of(tolerant_scim) as client:
        for number in range(7):
            await client.create("Users", CLASSIC.new_user({"userName": f"u{number}"}))
        names = [each["userName"] async for each in client.list_all("Users", page=3)]
        assert sorted(names) == [f"u{number}" for number in range(7)]
        assert client.requests == 7 + 3 + 1, "the page after the last one shows that it is the last"
