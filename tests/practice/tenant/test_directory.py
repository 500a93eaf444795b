"""People of the practice tenant: lists, search, filters, pages, delta, batch, permissions."""

from __future__ import annotations

from typing import Any

import pytest

from app.practice.tenant.odata import compile_filter, compile_search
from tests.practice.tenant.conftest import Admin
from tests.servers.described import NotDescribed

EVENTUAL = {"ConsistencyLevel": "eventual"}


async def every(admin: Admin, path: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    while path:
        page = await admin.get(path)
        rows += page["value"]
        path = page.get("@odata.nextLink", "").partition("/v1.0")[2]
    return rows


async def test_what_is_there_at_the_start(admin: Admin) -> None:
    users = await every(admin, "/users?$top=90&$select=id,accountEnabled,userType,department")
    groups = await every(admin, "/groups")
    assert len({user["id"] for user in users}) == 300
    assert len({group["id"] for group in groups}) == 20
    assert any(not user["accountEnabled"] for user in users)
    assert any(user["userType"] == "Guest" for user in users)
    nested = next(group for group in groups if group["displayName"] == "Designers and pilots")
    kinds = {row["@odata.type"] for row in await every(admin, f"/groups/{nested['id']}/members")}
    assert kinds == {"#microsoft.graph.user", "#microsoft.graph.group"}
    direct = await every(admin, f"/groups/{nested['id']}/members/microsoft.graph.user")
    assert len(await every(admin, f"/groups/{nested['id']}/transitiveMembers")) > len(direct) + 1


async def test_nothing_is_selected_but_the_usual(admin: Admin) -> None:
    (user,) = (await admin.get("/users?$top=1"))["value"]
    assert "department" not in user
    assert "accountEnabled" not in user
    (user,) = (await admin.get("/users?$top=1&$select=department"))["value"]
    assert set(user) == {"id", "department"}


async def test_search_needs_its_header(admin: Admin) -> None:
    refused = await admin.call("GET", '/users?$search="displayName:ann"')
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "Request_UnsupportedQuery"
    found = await admin.get('/users?$search="displayName:ann" OR "mail:ann"&$count=true', **EVENTUAL)
    assert all("ann" in user["displayName"].lower() for user in found["value"])
    assert found["@odata.count"] == len(found["value"]) > 0


@pytest.mark.parametrize(
    "query",
    [
        "$filter=accountEnabled ne true",
        "$filter=endsWith(mail,'x')",
        "$filter=displayName eq",
        "$filter=not(displayName eq 'x')",
        "$top=5000",
    ],
)
async def test_queries_that_are_refused(admin: Admin, query: str) -> None:
    assert (await admin.call("GET", f"/users?{query}")).status_code == 400


def test_filters_mean_what_they_say() -> None:
    row = {"a": "O'Neil", "n": 3, "sp": {"id": "X1"}, "t": "2026-01-05T10:00:00Z", "e": None}
    for text, holds in {
        "a eq 'o''neil'": True,
        "startswith(a,'O')": True,
        "a eq 'x' or n eq 3": True,
        "(a eq 'x' or n eq 3) and n eq 4": False,
        "contains(tolower(sp/id),'x1')": True,
        "t gt 2026-01-05T09:59:59Z": True,
        "t lt 2026-01-05T11:00:00+02:00": False,
        "e eq null": True,
        "a in ('x', 'O''Neil')": True,
        "not(n ge 3)": False,
    }.items():
        assert compile_filter(text).test(row) is holds, text
    assert compile_search('"a:neil"')(row) is False
    assert compile_search('"a:o\'n" AND "sp:nothing"')(row) is False


async def test_delta_tells_each_change_once(admin: Admin) -> None:
    path = "/users/delta?$select=displayName,manager"
    seen: dict[str, Any] = {}
    while path:
        page = await admin.get(path)
        seen |= {row["id"]: row for row in page["value"]}
        path = page.get("@odata.nextLink", "").partition("/v1.0")[2]
    mark = page["@odata.deltaLink"].partition("/v1.0")[2]
    assert len(seen) == 300
    assert sum("manager@delta" in row for row in seen.values()) > 200
    heads = {each["id"] for row in seen.values() for each in row.get("manager@delta", [])}
    third = next(iter(heads))
    led = {name for name, row in seen.items() if third in str(row.get("manager@delta"))}
    first, second = [name for name in seen if name not in heads | led][:2]
    await admin.control("user", user=first, values={"displayName": "Another Name"})
    await admin.control("user", user=second, delete="bin")
    await admin.control("user", user=third, delete="gone")
    page = await admin.get(mark)
    rows = {row["id"]: row for row in page["value"]}
    assert rows[first]["displayName"] == "Another Name"
    assert rows[second]["@removed"] == {"reason": "changed"}
    assert rows[third]["@removed"] == {"reason": "deleted"}
    assert set(rows) == {first, second, third} | led
    for each in led:
        assert rows[each]["manager@delta"][0] | {"@odata.type": ""} == {
            "@odata.type": "", "id": third, "@removed": {"reason": "deleted"},
        }  # fmt: skip
    assert (await admin.get(page["@odata.deltaLink"].partition("/v1.0")[2]))["value"] == []
    await admin.control("expire-delta")
    assert (await admin.call("GET", mark)).status_code == 410
    assert (await admin.call("GET", "/users/delta?$top=3")).status_code == 400


async def test_delta_of_a_large_tenant_has_short_links_and_dies_after_a_week(admin: Admin) -> None:
    await admin.control("fill", users=5_000)
    page = await admin.get("/users/delta?$select=displayName")
    number = len(page["value"])
    while "@odata.nextLink" in page:
        assert len(page["@odata.nextLink"]) < 500
        page = await admin.get(page["@odata.nextLink"].partition("/v1.0")[2])
        number += len(page["value"])
    assert number == 5_300
    mark = page["@odata.deltaLink"].partition("/v1.0")[2]
    await admin.control("clock", minutes=6 * 24 * 60)
    assert (await admin.get(mark))["value"] == []
    await admin.control("clock", minutes=2 * 24 * 60)
    gone = await admin.call("GET", mark)
    assert gone.status_code == 410
    assert gone.headers["Location"].endswith("/users/delta?$deltatoken=")


async def test_delta_of_groups_tells_who_joined_and_left(admin: Admin) -> None:
    page: dict[str, Any] = {"@odata.nextLink": "/v1.0/groups/delta?$select=displayName,members"}
    rows: list[dict[str, Any]] = []
    while "@odata.nextLink" in page:
        page = await admin.get(page["@odata.nextLink"].partition("/v1.0")[2])
        rows += page["value"]
    staff = [row for row in rows if row.get("displayName") == "All staff"]
    assert len(staff) == 2  # a large group comes in parts
    members = [each["id"] for part in staff for each in part["members@delta"]]
    await admin.control("group", group=staff[0]["id"], members=members[1:])
    (changed,) = (await admin.get(page["@odata.deltaLink"].partition("/v1.0")[2]))["value"]
    gone = [each for each in changed["members@delta"] if "@removed" in each]
    assert [each["id"] for each in gone] == [members[0]]


async def test_a_batch_answers_each_on_its_own(admin: Admin) -> None:
    requests = [
        {"id": "1", "method": "GET", "url": "/me"},
        {"id": "2", "method": "GET", "url": "/users/nobody"},
        {"id": "3", "method": "GET", "url": "/organization", "dependsOn": ["2"]},
    ]
    answered = (await admin.do("POST", "/$batch", {"requests": requests}))["responses"]
    assert {each["id"]: each["status"] for each in answered} == {"1": 200, "2": 404, "3": 424}
    many = [{"id": str(number), "method": "GET", "url": "/me"} for number in range(21)]
    with pytest.raises(NotDescribed):
        await admin.call("POST", "/$batch", {"requests": many})


async def test_who_may_do_what(admin: Admin) -> None:
    roles = "/me/transitiveMemberOf/microsoft.graph.directoryRole?$count=true"
    (role,) = (await admin.get(roles, **EVENTUAL))["value"]
    assert role["displayName"] == "Application Administrator"
    await admin.sign_in("Global Reader", write=False)
    assert (await admin.call("GET", "/servicePrincipals/x/synchronization/jobs")).status_code == 403
    assert (await admin.call("GET", "/auditLogs/provisioning")).status_code == 200
    await admin.control("claims", claims="eyJhIjoxfQ==")
    asked = await admin.call("GET", "/me")
    assert asked.status_code == 401
    assert 'claims="eyJhIjoxfQ=="' in asked.headers["WWW-Authenticate"]
    await admin.sign_in()
    assert (await admin.call("GET", "/me")).status_code == 200
    await admin.control("revoke")
    refused = await admin.call("GET", "/me")
    assert refused.json()["error"]["code"] == "InvalidAuthenticationToken"


async def test_throttling_and_other_trouble_is_ordered(admin: Admin) -> None:
    await admin.control("trouble", path="/me$", status=429, times=2, headers={"Retry-After": "0.128"})
    answers = [await admin.call("GET", "/me") for _ in range(3)]
    assert [each.status_code for each in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "0.128"
