"""The sample people hold what trips provisioning up, and are the same at every call."""

from __future__ import annotations

import csv
from pathlib import Path

from app.practice.people import GROUP_COLUMNS, write_people

ENTRA_COLUMNS = (
    "userPrincipalName,displayName,surname,mail,givenName,objectId,userType,jobTitle,department,accountEnabled,"
    "usageLocation,streetAddress,state,country,physicalDeliveryOfficeName,city,postalCode,telephoneNumber,mobile,"
    "authenticationAlternativePhoneNumber,authenticationEmail,alternateEmailAddress,ageGroup,"
    "consentProvidedForMinor,legalAgeGroupClassification"
)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_users_as_the_admin_center_exports_them(tmp_path: Path) -> None:
    files = write_people(tmp_path)
    header = files.users.read_text(encoding="utf-8-sig").splitlines()[0]
    assert header == f"{ENTRA_COLUMNS},manager"
    users = rows(files.users)
    assert len(users) == 120
    for unique in ("userPrincipalName", "objectId", "displayName"):
        assert len({user[unique] for user in users}) == 120, unique


def test_users_hold_the_hard_cases(tmp_path: Path) -> None:
    users = rows(write_people(tmp_path).users)
    assert any(not user["displayName"].isascii() for user in users)
    assert any("'" in user["surname"] for user in users)
    assert any("'" in user["userPrincipalName"] for user in users)
    assert sum(not user["mail"] for user in users) == 2
    assert sum(user["accountEnabled"] == "False" for user in users) == 3
    guests = [user for user in users if user["userType"] == "Guest"]
    assert [("#EXT#" in guest["userPrincipalName"]) for guest in guests] == [True, True]
    assert all("@" in user["userPrincipalName"] and user["userPrincipalName"].isascii() for user in users)


def test_managers_make_one_tree_of_four_levels(tmp_path: Path) -> None:
    users = {user["objectId"]: user for user in rows(write_people(tmp_path).users)}

    def depth(user: dict[str, str]) -> int:
        return 1 + depth(users[user["manager"]]) if user["manager"] else 0

    depths = [depth(user) for user in users.values() if user["userType"] == "Member"]
    assert max(depths) == 3
    assert depths.count(0) == 1


def test_groups_name_their_members(tmp_path: Path) -> None:
    files = write_people(tmp_path)
    users = {user["objectId"]: user["userPrincipalName"] for user in rows(files.users)}
    members = rows(files.groups)
    assert tuple(members[0]) == GROUP_COLUMNS
    assert len({member["groupId"] for member in members}) == 8
    assert len({member["groupDisplayName"] for member in members}) == 8
    assert all(users[member["memberId"]] == member["memberUserPrincipalName"] for member in members)


def test_the_same_at_every_call(tmp_path: Path) -> None:
    first, second = write_people(tmp_path / "a"), write_people(tmp_path / "b")
    assert first.users.read_bytes() == second.users.read_bytes()
    assert first.groups.read_bytes() == second.groups.read_bytes()
