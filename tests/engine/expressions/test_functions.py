"""The corners of each function: empty values, limits of places and counts, wrong kinds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.engine.expressions import EvaluationError, compile_expression

PERSON: dict[str, Any] = {
    "a": "Ann",
    "b": "Berg",
    "empty": "",
    "n": "12",
    "five": 5,
    "yes": True,
    "no": False,
    "many": ["x", "y", "x"],
    "roles": ["Admin"],
}


def role(value: str, **label: str) -> str:
    return json.dumps({"primary": False, "type": "WindowsAzureActiveDirectoryRole", "value": value, **label})


def value_of(text: str, **more: Any) -> Any:
    return compile_expression(text).evaluate({**PERSON, **more})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Text
        ('Append([none], "x")', "x"),
        ("Append([yes], [five])", "True5"),
        ('Join("-", [a], [none], [empty], [many], 7, [no])', "Ann-x-y-x-7-False"),
        ('Join(" ", [none])', ""),
        ("Left([a], 0)", ""),
        ("Left([a], -1)", "Ann"),
        ("Left([a], 99)", "Ann"),
        ("Left([none], 2)", ""),
        ("Left([a], [n])", "Ann"),
        ("Mid([a], 2, 5)", "nn"),
        ("Mid([a], 9, 5)", ""),
        ("Mid([none], 1, 1)", ""),
        ('InStr([a], "z")', 0),
        ('InStr("repEated", "E", 1, vbTextCompare)', 2),
        ('InStr("repEated", "E", , vbBinaryCompare)', 4),
        ('InStr("İx", "x", 1, vbTextCompare)', 2),
        ('InStr([none], "x")', 0),
        ('Word("a  b", 2, " ")', "b"),
        ('Word("a b", 0, " ")', ""),
        ('Word("a b", 3, " ")', ""),
        ('Word([none], 1, " ")', ""),
        ('Word("a.b-c", 3, ".-")', "c"),
        ('StripSpaces(" a b ")', "ab"),
        ('ToUpper("straße é ǆ")', "STRAßE É Ǆ"),
        ('ToLower("İI")', "İi"),
        ('ToLower("Iİ", "tr-TR")', "ıi"),
        ('ToUpper("iı", "tr-TR")', "İI"),
        ('ToUpper("i", "en-US")', "I"),
        ('ToUpper("i", "")', "I"),
        ("ToLower([none])", None),
        ('PCase("o\'brien-SMITH 3rd mcA4b")', "O'brien-Smith 3Rd Mca4b"),
        ('PCase("a.b_c/d", "_")', "A.b_C/d"),
        ('PCase("ab", "")', "Ab"),
        ("PCase([none])", None),
        ('ConvertToBase64("")', ""),
        ('ConvertToUTF8Hex("é")', "C3A9"),
        # Logic
        ("BitAnd(6, [n])", 4),
        ("BitAnd(-1, &Hff)", 255),
        ("CBool(0)", False),
        ('CBool("-3")', True),
        ('CBool("false")', False),
        ("CBool([none])", False),
        ("CBool([a] = [none])", False),
        ("CBool([five] = 5)", True),
        ('CBool([five] = "5")', True),
        ('CBool("05" = "5")', False),
        ("CBool([a] <> [b])", True),
        ('CBool("ann" = [a])', False),
        ("CBool([n] > 5)", True),
        ('CBool([n] < "5.5")', False),
        ("CBool(5 <= 5)", True),
        ("CBool(5 >= 5.0)", True),
        ('CBool("a" < "b")', True),
        ('CBool(CDate("2021-10-01") > CDate("2021-09-01"))', True),
        ('CBool([yes] = "True")', True),
        ('CBool(CDate("2021-10-01") >= CDate("2021-10-01"))', True),
        ('CBool(CDate("2021-10-01") > CDate("2021-10-01"))', False),
        ('CBool(CDate("2021-10-01") < "x")', True),
        ("CStr([yes])", "True"),
        ("CStr(5)", "5"),
        ("CStr([none])", None),
        ('Coalesce([none], [empty], "x")', ""),
        ("Coalesce([none], [none])", None),
        ("Coalesce([no], [a])", False),
        ("IsNull([empty])", False),
        ("IsNullOrEmpty([none])", True),
        ("IsPresent([no])", True),
        ("IsString([a])", True),
        ("IsString([five])", False),
        ("Not([yes])", "False"),
        ("Not([none])", "True"),
        ('Not("x")', "True"),
        ("IgnoreFlowIfNullOrEmpty([empty])", None),
        ("IgnoreFlowIfNullOrEmpty([no])", False),
        ('IIF([a] = "Ann", IIF([b] = "Berg", 1, 2), 3)', 1),
        ("IIF([no], 1, 2)", 2),
        ('IIF([none] = "x", 1, 2)', None),
        ('IIF("x" = [none], 1, 2)', None),
        ('IIF([a] = "", 1, 2)', 2),
        ('IIF(Coalesce([none], "x") = "x", 1, 2)', 1),
        ('Switch([yes], "d", "True", "t")', "t"),
        ('Switch([a], [none], "ann", "t")', None),
        ('Switch([a], "d", "Ann", "1", "Ann", "2")', "1"),
        ('Switch([a], "d", [a], "computed")', "computed"),
        ('Switch([a], "d", [b], "1", [a], "2", [n], "3")', "2"),
        ('Switch([a], "d", [b], "1", [n], "2")', "d"),
        ('Switch([none], "d", [empty], "e")', "e"),
        ('Switch([five], "d", 5, "e")', "e"),
        # Several values
        ("Count([many])", 3),
        ("Count([none])", 0),
        ("Count([a])", 1),
        ("Item([many], 2)", "y"),
        ("Item([many], 4)", None),
        ("Item([a], 1)", "Ann"),
        ("RemoveDuplicates([none])", None),
        ('Split("a;;b ;", ";")', ["a", "b"]),
        ('Item(Split("a, b", ","), 2)', "b"),
        ('Split([none], ",")', None),
        # Replace
        ('Replace([none], "a", , , "b", , )', None),
        ('Replace("aXa", "a", , , "b", , )', "bXb"),
        ('Replace([none], "<u>", , , , , "<u>@x")', None),
        (
            'Replace("2024-12", , "(?<y>\\\\d+)-(?<m>\\\\d+)", , "${m}/${y} $$ ${z} $1", , )',
            "12/2024 $ ${z} 2024",
        ),
        ('Replace("ab", , "(?<n>b)|(a)", , "[$1$2]", , )', "[a][b]"),
        ('Replace("ab", , "a", , "$0$&", , )', "aab"),
        ('Replace("ab", , "(?<g>z)?a", "g", "x", , )', "ab"),
        ('Replace([none], , "(?<g>z)", "g", , [a], )', None),
        ('Replace([a], , "(?<g>z)", "g", , [b], )', "Ann"),
        ('Replace([none], , "(?<g>z)", "g", , [none], )', None),
        ("Replace([a], , [b], , [many1], , )", "Ann"),
        # Roles
        ("SingleAppRoleAssignment([roles])", "Admin"),
        ("SingleAppRoleAssignment([none])", None),
        (
            "AssertiveAppRoleAssignmentsComplex([roles])",
            [
                role("Admin", display="Admin"),
            ],
        ),
        (
            "AppRoleAssignmentsComplex([roles])",
            [
                role("Admin", displayName="Admin"),
            ],
        ),
        ("AppRoleAssignmentsComplex([none])", []),
        # Plain
        ("[none]", None),
        ('"x"', "x"),
        ("7", 7),
        ("-7", -7),
        ("&Hff", 255),
        ('Redact("x")', "x"),
    ],
)
def test_value(text: str, expected: Any) -> None:
    value = value_of(text)
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('Left([a], "x")', 'needs a whole number as NumChars, but was given "x"'),
        ("Left([a], [none])", "was given nothing"),
        ("Mid([a], 0, 1)", "from place 0"),
        ('InStr([a], "n", 0)', "before place 1"),
        ("Item([many], 0)", "value 0"),
        ("ToLower([many])", "takes one text, but was given 3 values"),
        ("IIF([a], 1, 2)", 'cannot read "Ann" as true or false'),
        ("BitAnd([a], 1)", "whole number"),
        ('Split([a], "")', "no delimiter"),
        ('Replace([a], [empty], , , "x", , )', "empty oldValue"),
        ('Replace([a], , [empty1], "g", "x", , )', 'no group named "g"'),
        ("Replace([a], , Append([open], [none]), , [b], , )", "cannot use the regular expression"),
        ('Replace([a], , [a], , Append("$", "_"), , )', "$_ is not supported"),
        ("RandomString(3, 2, 2, 0, 0)", "at least 4"),
        ("RandomString(300, 0, 0, 0, 1)", "at most 256"),
        ('RandomString(3, 1, 0, 0, 0, "0123456789")', "avoid every character of a kind"),
        ("SingleAppRoleAssignment([many])", "this person has 3"),
        ("SingleAppRoleAssignment(5)", "takes [appRoleAssignments]"),
        ("Item([many], [a])", "whole number"),
    ],
)
def test_no_answer(text: str, said: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        value_of(text, open="(")
    assert said in f"{caught.value.what} {caught.value.remedy}"


def test_role_with_a_display_name() -> None:
    roles = ['{"value": "adm", "displayName": "Administrator"}', "{broken"]
    assert value_of("AssertiveAppRoleAssignmentsComplex([roles])", roles=roles) == [
        role("adm", display="Administrator"),
        role("{broken", display="{broken"),
    ]


def test_random_string_uses_only_the_kinds_asked_for() -> None:
    for _ in range(50):
        text = value_of("RandomString(20, 2, 0, 0, 2)")
        assert len(text) == 20
        assert set(text) <= set("0123456789abcdefghijklmnopqrstuvwxyz")


def test_plain_expressions_say_so() -> None:
    assert compile_expression(" [ mail ] ").attribute == "mail"
    assert compile_expression('"x"').constant == "x"
    assert compile_expression("ToLower([mail])").attribute is None
    assert compile_expression('IIF([a] = [b], Join(" ", [c]), "d")').attributes == {"a", "b", "c"}


def test_redact_hides_the_value_in_errors_too() -> None:
    with pytest.raises(EvaluationError) as caught:
        value_of("Redact(CDate([a]))")
    assert "Ann" not in f"{caught.value} {caught.value.details}"
    assert "Redact" in caught.value.why
