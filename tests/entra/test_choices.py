"""What is chosen among what a tenant offers: apps, templates, roles; never a legacy one, never by luck."""

from __future__ import annotations

from typing import Any

import pytest

from app.entra import assignments
from app.entra.app_roles import DEFAULT_ACCESS, choose_role, new_role, remove_roles, with_added
from app.entra.clouds import NON_GALLERY_TEMPLATE
from app.entra.gallery import existing_apps, gallery_app, search_gallery
from app.entra.synchronization_job import Template, choose_template, counts_of, jobs_of
from app.setup.problem import Problem
from tests.entra.small_tenant import INVISION, USER_ROLE, SmallTenant
from tests.entra.walking import client_for


def templates(*ids: str, default: str = "") -> list[Template]:
    return [Template(id_, id_ == default) for id_ in ids]


@pytest.mark.parametrize(
    ("offered", "name", "chosen"),
    [
        (templates("invision"), "InVision", "invision"),
        (templates("customappsso", "customappssoOutDelta", "customappssoRoleIn", "scim"), "", "scim"),
        (templates("scim", "inVision"), "InVision", "inVision"),
        (templates("a", "b", default="b"), "InVision", "b"),
        (templates("something", "scim"), "InVision", "scim"),
    ],
)
def test_the_template_is_the_apps_own_or_scim(offered: list[Template], name: str, chosen: str) -> None:
    assert choose_template(offered, name).id == chosen


@pytest.mark.parametrize(
    ("offered", "code"),
    [
        ([], "NO-SYNC-TEMPLATE"),
        (templates("customappsso", "customappssoOutDelta", default="customappsso"), "NO-SYNC-TEMPLATE"),
        (templates("a", "b"), "SEVERAL-SYNC-TEMPLATES"),
    ],
)
def test_a_legacy_template_is_never_taken(offered: list[Template], code: str) -> None:
    with pytest.raises(Problem) as caught:
        choose_template(offered, "")
    assert caught.value.code == code


def test_jobs_are_told_by_their_template_and_counted_by_type() -> None:
    jobs = [
        {"id": "scim.t.1", "templateId": "scim"},
        {"id": "customappsso.t.2", "templateId": "customappsso"},
    ]
    assert [job["id"] for job in jobs_of(jobs, "scim")] == ["scim.t.1"]
    status = {"synchronizedEntryCountByType": [{"key": "User to urn:x", "value": 1200}]}
    assert counts_of({"status": status}) == "1,200 of type User"


def role(name: str, id_: str, *, enabled: bool = True, kinds: tuple[str, ...] = ("User",)) -> dict[str, Any]:
    return {
        "id": id_,
        "displayName": name,
        "value": None,
        "isEnabled": enabled,
        "allowedMemberTypes": list(kinds),
    }


def test_the_role_is_user_never_msiam_access_and_default_access_only_where_there_is_none() -> None:
    both = {"appRoles": [role("msiam_access", "m"), role("User", "u"), role("Admin", "a")]}
    assert choose_role(both) == "u"
    assert choose_role({"appRoles": [role("msiam_access", "m"), role("Admin", "a")]}) == "a"
    assert choose_role(
        {"appRoles": [role("User", "u", enabled=False), role("Api", "x", kinds=("Application",))]}
    ) == (DEFAULT_ACCESS)
    assert choose_role(both, "admin") == "a"
    with pytest.raises(Problem) as caught:
        choose_role(both, "Owner")
    assert caught.value.code == "ROLE-UNKNOWN"


def test_adding_a_role_twice_adds_it_once_and_origin_is_never_sent() -> None:
    there = [role("User", USER_ROLE) | {"origin": "Application"}]
    once = with_added(there, "app", ["Reviewer", "user"])
    assert [each["displayName"] for each in once] == ["User", "Reviewer"]
    assert all("origin" not in each for each in once)
    assert with_added(once, "app", ["Reviewer"]) == once
    assert new_role("app", "Lead reviewer")["value"] == "Lead.reviewer"
    with pytest.raises(Problem):
        new_role("app", "x" * 121)


async def test_a_role_is_disabled_before_it_is_removed() -> None:
    tenant = SmallTenant()
    _, made = tenant.answer("POST", f"/applicationTemplates/{INVISION}/instantiate", {}, {"displayName": "x"})
    app = made["application"]["id"]
    async with client_for(tenant) as client:
        await remove_roles(client, app, [USER_ROLE])
        await remove_roles(client, app, [USER_ROLE])
    assert [each["displayName"] for each in tenant.apps[app]["appRoles"]] == ["msiam_access"]
    assert [call for call in tenant.log if call.startswith("PATCH")] == [f"PATCH /applications/{app}"] * 2


async def test_the_gallery_and_what_is_not_in_it() -> None:
    tenant = SmallTenant()
    async with client_for(tenant) as client:
        assert (await gallery_app(client, "InVision")).id == INVISION
        assert (await gallery_app(client, "")).id == NON_GALLERY_TEMPLATE
        assert [app.publisher for app in await search_gallery(client, "InVision")] == ["InVision"]
        with pytest.raises(Problem) as caught:
            await gallery_app(client, "Nowhere")
        assert caught.value.code == "GALLERY-MISSING"
        assert await existing_apps(client, "") == []


async def test_searching_people_sends_the_header_and_quotes_what_is_typed() -> None:
    tenant = SmallTenant()
    async with client_for(tenant) as client:
        rows, total = await assignments.search(client, "user", 'ann@contoso.com" OR "x')
    assert total == 1
    assert [row.name for row in rows] == ["ann"]


async def test_many_are_looked_up_at_once_and_told_apart() -> None:
    tenant = SmallTenant()
    entries = ["user:ann@contoso.com", "group:Designers", "user:bo@contoso.com", "user:cy@contoso.com"]
    async with client_for(tenant) as client:
        found = await assignments.resolve_all(client, entries)
        with pytest.raises(Problem) as caught:
            await assignments.resolve_all(client, [*entries, "user:nobody@contoso.com"])
    assert [each.name for each in found] == ["ann", "Designers", "bo", "cy"]
    assert tenant.log == ["POST /$batch"] * 2
    assert caught.value.code == "ASSIGN-NOBODY"


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("user:nobody@contoso.com", "ASSIGN-NOBODY"),
        ("group:None", "ASSIGN-NOBODY"),
        ("group:Mail", "GROUP-NOT-SECURITY"),
    ],
)
async def test_who_cannot_be_assigned_is_told_by_name(entry: str, code: str) -> None:
    async with client_for(SmallTenant()) as client:
        with pytest.raises(Problem) as caught:
            await assignments.resolve(client, entry)
    assert caught.value.code == code
    assert entry.partition(":")[2] in caught.value.what
