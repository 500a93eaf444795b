"""App profiles: the two that are shipped say what Microsoft's pages say; own ones join them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.setup.folders import profiles_folder, resource
from app.setup.plan import AttributeMapping, SetupPlan
from app.setup.profile import (
    AppProfile,
    ProfileProblem,
    find_profiles,
    group_mappings,
    list_profiles,
    load_profile,
    user_mappings,
)
from app.wizard.flow import PAGES

# Entra's default mapping of non-gallery apps (entra.md, section 6.4).
USERS = """\
[userPrincipalName] -> userName
Switch([IsSoftDeleted], , "False", "True", "True", "False") -> active
[displayName] -> displayName
[jobTitle] -> title
[mail] -> emails[type eq "work"].value
[preferredLanguage] -> preferredLanguage
[givenName] -> name.givenName
[surname] -> name.familyName
Join(" ", [givenName], [surname]) -> name.formatted
[physicalDeliveryOfficeName] -> addresses[type eq "work"].formatted
[streetAddress] -> addresses[type eq "work"].streetAddress
[city] -> addresses[type eq "work"].locality
[state] -> addresses[type eq "work"].region
[postalCode] -> addresses[type eq "work"].postalCode
[country] -> addresses[type eq "work"].country
[telephoneNumber] -> phoneNumbers[type eq "work"].value
[mobile] -> phoneNumbers[type eq "mobile"].value
[facsimileTelephoneNumber] -> phoneNumbers[type eq "fax"].value
[mailNickname] -> externalId
[employeeId] -> urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber
[department] -> urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department
[manager] -> urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager
"""
GROUPS = """\
[displayName] -> displayName
[objectId] -> externalId
[members] -> members
"""
# Targets are the tutorial's; it names no sources, so they are those of the default mapping.
INVISION = """\
[userPrincipalName] -> userName
Switch([IsSoftDeleted], , "False", "True", "True", "False") -> active
[mail] -> emails[type eq "work"].value
[givenName] -> name.givenName
[surname] -> name.familyName
"""

OWN = """\
name = "acme"
title = "Acme"
suffix = "/api/scim"

[[where_to_find]]
title = "Look"
text = "There."
picture = "acme.svg"

[[attributes]]
name = "userName"
filterable = true

[[users]]
target = "userName"
source = "[mail]"
matching = 1
"""


@pytest.fixture
def own(data_folder: Path) -> Path:
    profiles_folder().mkdir()
    path = profiles_folder() / "acme.toml"
    path.write_text(OWN, encoding="utf-8")
    return path


def test_invision_has_the_tutorials_five_attributes() -> None:
    profile = load_profile("invision")
    assert [(one.name, one.type, one.filterable) for one in profile.attributes] == [
        ("userName", "String", True),
        ("active", "Boolean", False),
        ('emails[type eq "work"].value', "String", False),
        ("name.givenName", "String", False),
        ("name.familyName", "String", False),
    ]
    assert [row.target for row in profile.users] == [one.name for one in profile.attributes]
    assert [row.target for row in profile.users if row.matching] == ["userName"]
    assert profile.groups == []


def test_invision_says_what_the_tutorial_says() -> None:
    profile = load_profile("invision")
    assert profile.suffix == "/scim/v2"
    assert "end of 2024" in profile.notice
    assert len(profile.where_to_find) == 4
    assert [step.picture for step in profile.where_to_find] == [
        "invision-1-settings.svg",
        "invision-2-change.svg",
        "invision-3-toggle.svg",
        "invision-4-copy.svg",
    ]
    assert "single sign-on" in profile.where_to_find[2].text
    assert "/scim/v2" in profile.where_to_find[3].text
    assert len(profile.prerequisites) == 4
    assert len(profile.capabilities) == 4


def test_scim_has_entras_default_mapping() -> None:
    profile = load_profile("scim")
    assert profile.suffix == ""
    assert len(profile.users) == 22
    assert [row.target for row in profile.groups] == ["displayName", "externalId", "members"]
    assert [row.target for row in [*profile.users, *profile.groups] if row.matching] == [
        "userName",
        "displayName",
    ]


@pytest.mark.parametrize(("name", "users", "groups"), [("scim", USERS, GROUPS), ("invision", INVISION, "")])
def test_mappings_are_row_for_row_those_of_entra(name: str, users: str, groups: str) -> None:
    profile = load_profile(name)
    for rows, wanted in ((profile.users, users), (profile.groups, groups)):
        assert "".join(f"{row.source} -> {row.target}\n" for row in rows) == wanted
        assert [row.matching for row in rows] == [1, *[0] * (len(rows) - 1)][: len(rows)]
        assert all(row.apply == "always" and row.default is None for row in rows)


@pytest.mark.parametrize("profile", list_profiles(), ids=lambda profile: profile.name)
def test_shipped_profiles_are_whole(profile: AppProfile) -> None:
    for step in profile.where_to_find:
        picture = profile.picture_path(step)
        assert picture is not None
        assert picture.parent == resource("pictures")
    assert set(profile.links) >= {page.key for page in PAGES}
    addresses = [*profile.links.values(), *(one.link for one in profile.prerequisites)]
    assert all(re.fullmatch(r"(https://learn\.microsoft\.com/\S+)?", address) for address in addresses)
    texts = [profile.description, profile.notice, *profile.capabilities]
    texts += [text for step in profile.where_to_find for text in (step.title, step.text)]
    for text in texts:
        assert not re.search(r"!|\b(please|successfully|invalid)\b", text, re.IGNORECASE)


def test_invision_is_first_in_the_list() -> None:
    assert [profile.name for profile in list_profiles()] == ["invision", "scim"]
    assert find_profiles().faults == []


def test_an_own_profile_joins_the_list(own: Path) -> None:
    assert [profile.name for profile in list_profiles()] == ["invision", "acme", "scim"]
    profile = load_profile("acme")
    assert profile.path == own
    assert profile.picture_path(profile.where_to_find[0]) is None
    (own.parent / "acme.svg").write_text("<svg/>", encoding="utf-8")
    assert profile.picture_path(profile.where_to_find[0]) == own.parent / "acme.svg"


def test_an_own_profile_takes_the_place_of_a_shipped_one(own: Path) -> None:
    own.rename(own.parent / "scim.toml").write_text(OWN.replace('"acme"', '"scim"'), encoding="utf-8")
    assert load_profile("scim").title == "Acme"
    assert [profile.title for profile in list_profiles()] == ["InVision", "Acme"]


def test_a_profile_is_found_beside_the_plan(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(OWN, encoding="utf-8")
    assert load_profile("mine.toml", tmp_path).title == "Acme"
    assert load_profile(str(tmp_path / "mine.toml")).title == "Acme"


@pytest.mark.parametrize(
    ("old", "new", "code", "told"),
    [
        ("title =", "titel =", "VALUE", "line 2: the key titel is not known. Probably title is meant."),
        ("/api/scim", "api scim", "VALUE", "line 3: the value of suffix is not allowed. Found: 'api scim'."),
        ("filterable = true", "filterable = 7", "VALUE", "line 12: the value of attributes[1].filterable"),
        ('target = "userName"', 'target = "userNam"', "VALUE", "userNam is not"),
        ("matching = 1", "matching = 0", "VALUE", "at least one user mapping with matching = 1"),
        ('name = "acme"', 'name = "other"', "NAME", "called acme.toml"),
        ("[[users]]", "[[users", "SYNTAX", "line 14"),
    ],
)
def test_a_broken_profile_is_told_and_hides_no_other(
    own: Path, old: str, new: str, code: str, told: str
) -> None:
    own.write_text(OWN.replace(old, new, 1), encoding="utf-8")
    shelf = find_profiles()
    assert [profile.name for profile in shelf.profiles] == ["invision", "scim"]
    (fault,) = shelf.faults
    assert fault.code == f"PROFILE-{code}"
    assert str(own) in fault.what
    assert told in str(fault)


@pytest.mark.parametrize("name", ["nothing", "../invision", "", "a/b.toml", "\0"])
def test_a_missing_profile_is_told(name: str, tmp_path: Path) -> None:
    with pytest.raises(ProfileProblem) as caught:
        load_profile(name, tmp_path)
    assert caught.value.code in {"PROFILE-MISSING", "PROFILE-UNREADABLE"}
    if name == "nothing":
        assert "invision, scim" in caught.value.why


def test_the_plans_mappings_come_before_the_profiles() -> None:
    profile, plan = load_profile("scim"), SetupPlan()
    assert user_mappings(plan, profile) == profile.users
    assert len(group_mappings(plan, profile)) == 3
    plan.mappings.users = [AttributeMapping(target="userName", source="[mail]", matching=1)]
    plan.mappings.groups = []
    assert user_mappings(plan, profile) == plan.mappings.users
    assert group_mappings(plan, profile) == []


def test_given_mappings_are_copies() -> None:
    profile = load_profile("scim")
    user_mappings(SetupPlan(), profile)[0].source = "changed"
    assert profile.users[0].source == "[userPrincipalName]"
