"""Both dialects against the bodies that Microsoft documents (``scim_wire.json``)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scim.dialect import AADOPTSCIM, CLASSIC, ENTERPRISE_SCHEMA, Dialect, dialect_for, filter_eq
from app.scim.path import AttributePath

RENAMED = "5b50642d-79fc-4410-9e90-4c077cdd1a59@testuser.com"
WIRE = Path(__file__).parents[3] / "shared" / "reference" / "scim_wire.json"


@pytest.fixture(scope="module")
def wire() -> dict[str, dict[str, Any]]:
    return {case["name"]: case for case in json.loads(WIRE.read_text())["cases"]}


def test_create_user(wire: dict[str, Any]) -> None:
    documented = wire["create_user"]["body"]
    values = {
        "externalId": documented["externalId"],
        "userName": documented["userName"],
        "active": "True",
        'emails[type eq "work"].value': "t@testuser.com",
        "name.formatted": "givenName familyName",
        "name.familyName": "familyName",
        "name.givenName": "givenName",
        "title": "",
        "displayName": None,
        f"{ENTERPRISE_SCHEMA}:manager": "never at creation",
    }
    assert CLASSIC.new_user(values) == documented
    assert AADOPTSCIM.new_user(values) == documented


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("disable_default", CLASSIC.disable()),
        ("disable_flag", AADOPTSCIM.disable()),
        ("add_single_default", CLASSIC.patch_user({"nickName": "Babs"}, added={"nickName"})),
        ("add_single_flag", AADOPTSCIM.patch_user({"nickName": "Babs"}, added={"nickName"})),
        (
            "update_single",
            CLASSIC.patch_user({"userName": RENAMED}),
        ),
        ("update_group", CLASSIC.patch_group({"displayName": "new"})),
        ("add_members", CLASSIC.add_members(["f648f8d5ea4e4cd38e9c"])),
        ("remove_members_default", CLASSIC.remove_members(["f648f8d5ea4e4cd38e9c"])[0]),
        ("remove_member_flag", AADOPTSCIM.remove_members(["7f4bc1a3-285e-48ae-8202-5accb43efb0e"])[0]),
        (
            "set_manager",
            CLASSIC.manager_as_entra_sends_it("2819c223", "http://.../scim/Users/2819c223")[1],
        ),
        ("create_group", CLASSIC.new_group("displayName", "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159")),
    ],
)
def test_patches_are_what_microsoft_documents(wire: dict[str, Any], name: str, body: dict[str, Any]) -> None:
    assert body == wire[name]["body"]


def test_many_replaces_classic_and_bundled(wire: dict[str, Any]) -> None:
    classic = wire["replace_many_default"]["body"]["Operations"]
    assert CLASSIC.patch_user({each["path"]: each["value"] for each in classic})["Operations"] == classic
    flagged = wire["replace_many_flag"]["body"]["Operations"]
    changes = {flagged[0]["path"]: flagged[0]["value"], **flagged[1]["value"]}
    assert AADOPTSCIM.patch_user(changes)["Operations"] == flagged


def test_roles_are_posted_as_documented(wire: dict[str, Any]) -> None:
    body = CLASSIC.new_user({"userName": "x", 'roles[primary eq "True"].value': "Admin"})
    assert body["roles"] == wire["roles_post_single"]["body_fragment"]["roles"]


def test_the_reference_filter_and_the_test_filter(wire: dict[str, Any]) -> None:
    asked = wire["check_manager"]["request"]
    assert CLASSIC.reference_filter("2819c223", "manager", "26118915") in asked
    assert wire["match_user"]["request"].endswith(
        filter_eq("userName", "Test_User_00aa00aa-bb11-cc22-dd33-44ee44ee44ee")
    )


@given(st.text(max_size=20))
def test_no_value_breaks_out_of_a_filter_or_a_member_path(value: str) -> None:
    text = filter_eq("userName", value)
    assert json.loads(text.removeprefix("userName eq ").replace("\n", " "), strict=False) is not None
    path = AADOPTSCIM.remove_members([value])[0]["Operations"][0]["path"]
    assert AttributePath.parse(path).conditions == (("value", value),)


@pytest.mark.parametrize("dialect", [CLASSIC, AADOPTSCIM])
def test_booleans_are_text_or_boolean_but_never_mixed(dialect: Dialect) -> None:
    for value in (True, "True", "true"):
        spoken = dialect.patch_user({"active": value})["Operations"][0]["value"]
        assert spoken is True if dialect.flag else spoken == "True"
    assert dialect_for(dialect.flag) is dialect
    assert dialect.new_user({"userName": "x", "active": "False"})["active"] is False
