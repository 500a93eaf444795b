"""Who is enabled, in the spellings of the exports that people have; and never guessed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.account_status import Sense, enabled_columns, read_enabled, sense_of
from app.people.csv_source import CsvDirectory

CASES = Path(__file__).parents[3] / "shared" / "reference" / "cases"


def directory(tmp_path: Path, rows: list[list[str]]) -> CsvDirectory:
    path = tmp_path / "users.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return CsvDirectory(path)


def enabled(read: CsvDirectory) -> dict[str, object]:
    return {each.name: each.attributes.get("accountEnabled") for each in read.users()}


@pytest.mark.parametrize(
    ("heading", "written", "is_enabled"),
    [
        ("accountEnabled", "True", True),
        ("AccountEnabled", "FALSE", False),
        ("Account enabled", "Yes", True),
        ("Enabled", "False", False),  # Get-ADUser
        ("Block sign in (Yes/No) [accountEnabled] Required", "No", True),  # Entra's bulk template
        ("Block sign in (Yes/No) [accountEnabled] Required", "Yes", False),
        ("Block credential", "True", False),  # Microsoft 365 admin center
        ("BlockCredential", "False", True),  # Get-MsolUser
        ("Sign-in blocked", "yes", False),
        ("Blocked", "0", True),
        ("Is suspended", "TRUE", False),
        ("Disabled", "no", True),
        ("Status [READ ONLY]", "Suspended", False),  # Google Workspace
        ("Status [READ ONLY]", "Active", True),
        ("status", "STAGED", False),  # Okta
        ("status", "DEPROVISIONED", False),
        ("status", "PASSWORD_EXPIRED", True),
        ("userAccountControl", "512", True),
        ("userAccountControl", "514", False),
        ("userAccountControl", "66050", False),
        ("Account Enabled", "ＴＲＵＥ", True),  # full width, as East Asian keyboards write
        ("accountEnabled", "WAHR", True),
    ],
)
def test_each_spelling_is_read_as_it_is_meant(
    tmp_path: Path, heading: str, written: str, is_enabled: bool
) -> None:
    rows = [["userPrincipalName", heading], ["ann@contoso.com", written]]
    assert enabled(directory(tmp_path, rows)) == {"ann@contoso.com": is_enabled}


@pytest.mark.parametrize(
    "heading", ["displayName", "State or province [state]", "Department", "State", "mail"]
)
def test_other_headings_say_nothing_of_it(heading: str) -> None:
    assert sense_of(heading) is None


@pytest.mark.parametrize("written", ["maybe", "2", "x", "No idea"])
@pytest.mark.parametrize("sense", list(Sense))
def test_what_cannot_be_read_is_not_guessed(sense: Sense, written: str) -> None:
    if sense is not Sense.CONTROL or not written.isdigit():
        assert read_enabled(written, sense) is None


@given(st.text(max_size=20))
def test_the_opposite_is_the_opposite(written: str) -> None:
    same, opposite = read_enabled(written, Sense.SAME), read_enabled(written, Sense.OPPOSITE)
    assert (same is None) == (opposite is None)


def test_columns_that_contradict_each_other_are_a_fault_of_the_row(tmp_path: Path) -> None:
    rows = [
        ["userPrincipalName", "accountEnabled", "Block credential"],
        ["ann@contoso.com", "True", "False"],
        ["ben@contoso.com", "True", "True"],
    ]
    read = directory(tmp_path, rows)
    assert enabled(read) == {"ann@contoso.com": True}
    (fault,) = read.faults
    assert (fault.line, fault.name, fault.hides) == (3, "ben@contoso.com", True)
    assert "contradict" in fault.text


def test_a_status_counts_only_where_nothing_clearer_stands(tmp_path: Path) -> None:
    assert [sense for _, sense in enabled_columns(["Status", "accountEnabled"])] == [Sense.SAME]
    rows = [["userPrincipalName", "Status"], ["ann@contoso.com", "Employee"]]
    read = directory(tmp_path, rows)
    assert enabled(read) == {"ann@contoso.com": None}, "a status of something else"
    assert next(read.users()).attributes["Status"] == "Employee"


def test_an_empty_cell_beside_full_ones_is_a_fault_and_not_enabled(tmp_path: Path) -> None:
    rows = [["userPrincipalName", "accountEnabled"], ["ann@contoso.com", "True"], ["ben@contoso.com", ""]]
    read = directory(tmp_path, rows)
    assert enabled(read) == {"ann@contoso.com": True}
    assert [(fault.line, fault.name) for fault in read.faults] == [(3, "ben@contoso.com")]


def test_a_column_that_is_empty_in_every_row_says_nothing(tmp_path: Path) -> None:
    rows = [["userPrincipalName", "accountEnabled"], ["ann@contoso.com", ""], ["ben@contoso.com", " "]]
    read = directory(tmp_path, rows)
    assert enabled(read) == {"ann@contoso.com": None, "ben@contoso.com": None}
    assert read.faults == []


def test_the_admin_centers_bulk_template_is_read_the_right_way_round() -> None:
    read = CsvDirectory(CASES / "bulk_create_template.csv")
    assert enabled(read) == {"ann@contoso.com": True, "ben@contoso.com": False}
    block = read.columns_read()[3]
    assert (block.attribute, block.meaning, block.sample) == ("accountEnabled", "yes means blocked", "No")


def test_the_type_line_of_windows_powershell_is_passed_over() -> None:
    read = CsvDirectory(CASES / "getmguser_type_line.csv")
    assert enabled(read) == {"ann@contoso.com": True, "ben@contoso.com": False}


def test_faulty_rows_are_told_with_line_and_name() -> None:
    read = CsvDirectory(CASES / "faulty_rows.csv")
    assert [each.name for each in read.users()] == ["ann@contoso.com", "dan@contoso.com"]
    assert [(fault.line, fault.name) for fault in read.faults] == [
        (2, "ann@contoso.com"),
        (3, "ben@contoso.com"),
        (4, "Nameless"),
        (5, "cas@contoso.com"),
    ]
