"""Users from CSV files as people really have them; one bad row never hides another."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.people.csv_source import DOWNLOAD_COLUMNS, CsvDirectory, PeopleProblem
from app.people.record import Directory
from app.people.table_rows import MOST_FAULTS
from tests.people.tables import csv_text, read_users, row

ANN = "0f1d0001-0000-4000-8000-000000000001"
BOB = "0f1d0002-0000-4000-8000-000000000002"


ROWS = [
    list(DOWNLOAD_COLUMNS),
    row(
        userPrincipalName="ann@contoso.com",
        displayName="\u00c5nn O'Neill",
        surname="O'Neill",
        givenName="\u00c5nn",
        mail="ann@contoso.com",
        objectId=ANN,
        userType="Member",
        accountEnabled="True",
        department="Sales, north",
        streetAddress="First line\nsecond line",
    ),
    row(
        userPrincipalName="bob@contoso.com",
        displayName='Bob "Bobby" Li',
        objectId=BOB,
        accountEnabled="False",
    ),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "users.csv"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-16-le-bom", "utf-16-be-bom"]
)
def test_every_shape_gives_the_same_people(file: Path, delimiter: str, end: str, encoding: str) -> None:
    text = csv_text(ROWS, delimiter, end)
    if encoding.endswith("-bom"):
        text, encoding = "\ufeff" + text, encoding.removesuffix("-bom")
    people, directory = read_users(file, text, encoding)
    assert directory.faults == []
    assert [person.id for person in people] == [ANN, BOB]
    assert people[0].attributes == {
        "userPrincipalName": "ann@contoso.com",
        "displayName": "\u00c5nn O'Neill",
        "surname": "O'Neill",
        "givenName": "\u00c5nn",
        "mail": "ann@contoso.com",
        "objectId": ANN,
        "userType": "Member",
        "accountEnabled": True,
        "department": "Sales, north",
        "streetAddress": "First line\nsecond line",
    }
    assert people[1].attributes["displayName"] == 'Bob "Bobby" Li'
    assert people[1].attributes["accountEnabled"] is False
    assert people[0].kind == "user"
    assert people[0].name == "ann@contoso.com"


def test_it_is_a_directory_and_can_be_read_again(file: Path) -> None:
    _, directory = read_users(file, csv_text(ROWS))
    again: Directory = directory
    assert len(list(again.users())) == len(list(again.users())) == 2
    assert list(again.groups()) == []
    assert directory.attribute_names() == list(DOWNLOAD_COLUMNS)


@pytest.mark.parametrize(
    ("header", "cells", "name", "value"),
    [
        ("USERPRINCIPALNAME,objectid,JobTitle", "a@x.com,1,Chef", "jobTitle", "Chef"),
        (" userPrincipalName , objectId ,mail", "a@x.com,1,m", "mail", "m"),
        ("userPrincipalName,objectId,Cost Centre", "a@x.com,1,77", "Cost Centre", "77"),
        ("userPrincipalName,objectId,extensionAttribute1", "a@x.com,1,x", "extensionAttribute1", "x"),
        ("userPrincipalName,id,officeLocation", "a@x.com,1,B2", "physicalDeliveryOfficeName", "B2"),
        ("userPrincipalName,id,mobilePhone", "a@x.com,1,55", "mobile", "55"),
        ("User name [userPrincipalName] Required,Id [objectId],[city]", "a@x.com,1,Oslo", "city", "Oslo"),
        ("version:v1.0\nuserPrincipalName,objectId,city", "a@x.com,1,Oslo", "city", "Oslo"),
        ("sep=;\nuserPrincipalName;objectId;city", "a@x.com;1;Oslo", "city", "Oslo"),
        ("\n\nuserPrincipalName,objectId,city", "a@x.com,1,Oslo", "city", "Oslo"),
    ],
)
def test_columns_are_found_by_name(file: Path, header: str, cells: str, name: str, value: str) -> None:
    people, directory = read_users(file, f"{header}\n{cells}\n")
    assert directory.faults == []
    assert people[0].id == "1"
    assert people[0].attributes[name] == value


@pytest.mark.parametrize(
    ("written", "enabled"),
    [
        ("True", True),
        ("FALSE", False),
        (" true ", True),
        ("0", False),
        ("WAHR", True),
        ("FAUX", False),
        ("", 7),
    ],
)
def test_account_enabled(file: Path, written: str, enabled: bool | int) -> None:
    people, directory = read_users(file, f"userPrincipalName,accountEnabled,mail\na@x.com,{written},m\n")
    assert directory.faults == []
    assert people[0].attributes.get("accountEnabled", 7) is enabled


def test_without_an_object_id_the_user_principal_name_identifies(file: Path) -> None:
    people, directory = read_users(
        file, "userPrincipalName\nAnn@Contoso.com\nbob@contoso.com\nANN@contoso.com\n"
    )
    assert [person.id for person in people] == ["ann@contoso.com", "bob@contoso.com"]
    assert people[0].attributes["userPrincipalName"] == "Ann@Contoso.com"
    assert [fault.line for fault in directory.faults] == [4]


def test_an_object_id_is_the_same_in_any_case(file: Path) -> None:
    people, directory = read_users(
        file, f"userPrincipalName,objectId\na@x.com,{ANN.upper()}\nb@x.com,\nc@x.com,{ANN}\n"
    )
    assert [person.id for person in people] == [ANN, "b@x.com"]
    assert directory.faults[0].line == 4
    assert ANN in directory.faults[0].text


FAULTY = """\
userPrincipalName,displayName,objectId,accountEnabled
ann@contoso.com,Ann,1,True
"two
lines@contoso.com",x,2,True
,Nobody,3,True
bob@contoso.com,Bob,4,perhaps
cut@contoso.com,Cut
dan@contoso.com,Dan,5,True,extra,cells
eve@contoso.com,"Eve,6,True
fay@contoso.com,Fay,7,False
gus@contoso.com,Gus,1,True

,,,
hal@contoso.com,Hal,8,True,,
"""


def test_faults_have_the_line_where_their_row_starts_and_stop_no_other(file: Path) -> None:
    people, directory = read_users(file, FAULTY)
    assert [person.id for person in people] == ["1", "2", "7", "8"]
    assert people[1].attributes["userPrincipalName"] == "two\nlines@contoso.com"
    told = {fault.line: fault.text for fault in directory.faults}
    assert list(told) == [5, 6, 7, 8, 9, 11]
    for line, text in {
        5: "no userPrincipalName",
        6: "'perhaps'",
        7: "2 cells where the header has 4",
        8: "6 cells",
        9: "quotation mark",
        11: "same objectId, 1",
    }.items():
        assert text in told[line]
    assert {fault.file for fault in directory.faults} == {"users.csv"}
    # The person of line 11 stands in line 2: nobody is missing for that row.
    assert [fault.line for fault in directory.faults if not fault.hides] == [11]


def test_faults_are_those_of_the_last_reading(file: Path) -> None:
    _, directory = read_users(file, FAULTY)
    assert len(directory.faults) == len((list(directory.users()), directory.faults)[1]) == 6


def test_excels_missing_cells_at_the_end_are_empty_ones_but_a_cut_file_is_a_fault(file: Path) -> None:
    header = "userPrincipalName,objectId,accountEnabled,city,ageGroup\n"
    people, directory = read_users(file, f"{header}a@x.com,1,True,Oslo\nb@x.com,2\nc@x.com,3,Tr")
    assert [person.id for person in people] == ["1"]
    assert [fault.line for fault in directory.faults] == [3, 4]
    people, directory = read_users(file, f"{header}a@x.com,1,True")
    assert (people, [fault.line for fault in directory.faults]) == ([], [2])


def test_the_last_row_may_lack_its_line_end(file: Path) -> None:
    people, directory = read_users(file, csv_text(ROWS).rstrip("\r\n"))
    assert (len(people), directory.faults) == (2, [])


def test_a_line_in_another_encoding_is_a_fault_of_its_own(file: Path) -> None:
    content = b"userPrincipalName,city\nann@x.com,T\xf8nsberg\nbob@x.com,Bod\xc3\xb8\n"
    people, directory = read_users(file, content)
    assert [person.attributes["city"] for person in people] == ["Bod\u00f8"]
    assert [(fault.line, "CSV UTF-8" in fault.text) for fault in directory.faults] == [(2, True)]


def test_a_quotation_mark_without_end_costs_its_row_only(file: Path) -> None:
    lines = [f"u{number}@x.com,Name {number}" for number in range(1000)]
    lines[10] = 'u10@x.com,"Name 10'
    lines[500] = 'u500@x.com,5" disk'
    people, directory = read_users(file, "userPrincipalName,displayName\n" + "\n".join(lines) + "\n")
    assert len(people) == 999
    assert [fault.line for fault in directory.faults] == [12]
    assert people[499].attributes["displayName"] == '5" disk'


def test_two_columns_of_one_name_are_told(file: Path) -> None:
    people, directory = read_users(file, "userPrincipalName,mail,Mail,\na@x.com,first,second,third\n")
    assert people[0].attributes["mail"] == "first"
    assert directory.faults[0].line == 1
    assert "Column 3" in directory.faults[0].text


def test_managers_are_object_ids_wherever_they_stand(file: Path) -> None:
    rows = ["userPrincipalName,objectId,manager", "a@x.com,1,C@x.com", "b@x.com,2,1", "c@x.com,3,"]
    people, directory = read_users(file, "\n".join([*rows, "d@x.com,4,gone@x.com", ""]))
    assert [person.attributes.get("manager") for person in people] == ["3", "1", None, None]
    assert [(fault.line, "gone@x.com" in fault.text) for fault in directory.faults] == [(5, True)]
    assert not directory.faults[0].hides


def test_very_many_faults_are_counted_not_listed(file: Path) -> None:
    people, directory = read_users(file, "userPrincipalName,mail\n" + ",m\n" * 5000)
    assert people == []
    assert len(directory.faults) == MOST_FAULTS + 1
    assert directory.faults[-1].text.startswith("4000 more rows")


@pytest.mark.parametrize(
    ("content", "code", "told"),
    [
        (b"", "PEOPLE-COLUMNS", "empty"),
        (b"\xef\xbb\xbf\n\n", "PEOPLE-COLUMNS", "empty"),
        (
            b"groupId,groupDisplayName,memberId\n1,A,2\n",
            "PEOPLE-COLUMNS",
            "groupId, groupDisplayName, memberId",
        ),
        (b"displayName,mail\nA,b\n", "PEOPLE-COLUMNS", "userPrincipalName"),
        (b"PK\x03\x04rest of a workbook", "PEOPLE-FORMAT", "CSV UTF-8"),
        (b"\xd0\xcf\x11\xe0rest", "PEOPLE-FORMAT", "spreadsheet"),
        (b"a" * 100_000, "PEOPLE-COLUMNS", "no end"),
        (("a" * 100_000).encode("utf-16"), "PEOPLE-COLUMNS", "no end"),
    ],
)
def test_what_is_no_users_file_is_told(file: Path, content: bytes, code: str, told: str) -> None:
    with pytest.raises(PeopleProblem) as caught:
        read_users(file, content)
    assert caught.value.code == code
    assert told in str(caught.value)


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "none.csv", "PEOPLE-MISSING"), (tmp_path, "PEOPLE-UNREADABLE")):
        with pytest.raises(PeopleProblem) as caught:
            next(CsvDirectory(path).users())
        assert caught.value.code == code


def test_app_roles_stand_in_one_cell_with_semicolons(file: Path) -> None:
    columns = ["userPrincipalName", "objectId", "appRoleAssignments"]
    rows = [columns, ["ann@contoso.com", ANN, "Admin; User;"], ["bob@contoso.com", BOB, ""]]
    (ann, bob), _ = read_users(file, csv_text(rows))
    assert ann.attributes["appRoleAssignments"] == ["Admin", "User"]
    assert "appRoleAssignments" not in bob.attributes
