"""Groups from the groups file: rows in any order, members by id or by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.people.csv_source import CsvDirectory, PeopleProblem
from app.people.record import Record

USERS = "userPrincipalName,objectId\nann@x.com,a1\nbob@x.com,b2\ncat@x.com,c3\n"


def _read(folder: Path, groups: str, users: str = USERS) -> tuple[list[Record], CsvDirectory]:
    (folder / "users.csv").write_text(users, encoding="utf-8")
    (folder / "groups.csv").write_text(groups, encoding="utf-8")
    directory = CsvDirectory(folder / "users.csv", folder / "groups.csv")
    return list(directory.groups()), directory


def test_members_by_id(tmp_path: Path) -> None:
    groups, directory = _read(
        tmp_path, "groupId,groupDisplayName,memberId\ng1,Designers,a1\ng2,Sales,B2\nG1,Designers,b2\n"
    )
    assert directory.faults == []
    assert groups == [
        Record("group", "g1", {"objectId": "g1", "displayName": "Designers"}, ("a1", "b2")),
        Record("group", "g2", {"objectId": "g2", "displayName": "Sales"}, ("b2",)),
    ]
    assert groups[0].name == "Designers"


@pytest.mark.parametrize(
    "content",
    [
        "groupId,groupDisplayName,memberUserPrincipalName\ng1,Designers,Ann@X.com\ng1,Designers,bob@x.com\n",
        "groupId;groupDisplayName;memberId;memberUserPrincipalName\ng1;Designers;;ann@x.com\ng1;Designers;b2;\n",
        "GROUPID\tGroupDisplayName\tMemberId\ng1\tDesigners\tann@x.com\ng1\t\tb2\n",
    ],
)
def test_members_by_name_are_resolved_to_ids(tmp_path: Path, content: str) -> None:
    groups, directory = _read(tmp_path, content)
    assert directory.faults == []
    assert groups[0].members == ("a1", "b2")


def test_groups_without_members_are_kept(tmp_path: Path) -> None:
    groups, directory = _read(tmp_path, "groupId,groupDisplayName,memberId\ng1,Empty,\ng2,Other,a1\n")
    assert directory.faults == []
    assert [(group.name, group.members) for group in groups] == [("Empty", ()), ("Other", ("a1",))]


def test_a_member_twice_is_one_member(tmp_path: Path) -> None:
    groups, _ = _read(tmp_path, "groupId,groupDisplayName,memberId\ng1,A,a1\ng1,A,A1\ng1,A,ann@x.com\n")
    assert groups[0].members == ("a1",)


def test_groups_may_be_members_wherever_they_stand(tmp_path: Path) -> None:
    groups, directory = _read(tmp_path, "groupId,groupDisplayName,memberId\ng1,A,g2\ng2,B,g1\ng2,B,a1\n")
    assert directory.faults == []
    assert [group.members for group in groups] == [("g2",), ("g1", "a1")]


def test_faults_have_their_lines_and_stop_no_other(tmp_path: Path) -> None:
    groups, directory = _read(
        tmp_path,
        "groupId,groupDisplayName,memberId\n"
        "g1,A,gone-9\n"
        ",B,a1\n"
        'g1,"A",a1\n'
        "g1,Renamed,b2\n"
        "g3,,c3\n"
        "g4,D\n"
        "g5,E,nobody@x.com\n",
    )
    assert [(group.name, group.members) for group in groups] == [("A", ("a1", "b2")), ("E", ())]
    told = {fault.line: fault.text for fault in directory.faults}
    assert sorted(told) == [2, 3, 5, 6, 7, 8]
    assert "gone-9" in told[2]
    assert "no groupId" in told[3]
    assert "'Renamed'" in told[5]
    assert "no groupDisplayName" in told[6]
    assert "2 cells" in told[7]
    assert "nobody@x.com" in told[8]
    assert {fault.file for fault in directory.faults} == {"groups.csv"}


def test_an_unknown_member_hides_a_membership_only_where_users_could_not_be_read(tmp_path: Path) -> None:
    groups = "groupId,groupDisplayName,memberId\ng1,A,d4\ng1,Renamed,a1\n"
    for users, hides in ((USERS, False), (USERS + 'dan@x.com,"d4\n', True)):
        _, directory = _read(tmp_path, groups, users)
        assert [(fault.line, fault.hides) for fault in directory.faults] == [(2, hides), (3, False)]


def test_more_columns_are_the_groups_attributes(tmp_path: Path) -> None:
    groups, _ = _read(
        tmp_path, "groupId,groupDisplayName,memberId,mail\ng1,A,a1,a@x.com\ng1,A,b2,later@x.com\n"
    )
    assert groups[0].attributes["mail"] == "a@x.com"


def test_faults_of_users_and_groups_stand_side_by_side(tmp_path: Path) -> None:
    _, directory = _read(tmp_path, "groupId,groupDisplayName,memberId\ng1,A,x\n", USERS + ",d4\n")
    assert [fault.file for fault in directory.faults] == ["groups.csv"]
    list(directory.users())
    list(directory.users())
    assert [(fault.file, fault.line) for fault in directory.faults] == [("users.csv", 5), ("groups.csv", 2)]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("groupId,memberId\ng1,a1\n", "groupDisplayName"),
        ("groupId,groupDisplayName\ng1,A\n", "memberId or memberUserPrincipalName"),
        (USERS, "groups file"),
    ],
)
def test_what_is_no_groups_file_is_told(tmp_path: Path, content: str, told: str) -> None:
    with pytest.raises(PeopleProblem) as caught:
        _read(tmp_path, content)
    assert caught.value.code == "PEOPLE-COLUMNS"
    assert told in str(caught.value)
