"""What is said, and where, when an expression cannot be read."""

from __future__ import annotations

import pytest

from app.engine.expressions import FUNCTIONS, ExpressionError, compile_expression


def error_of(text: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "remedy"),
    [
        ("Joni([a])", 1, 1, "no function named Joni", "Did you mean Join?"),
        ("tolower([a])", 1, 1, "no function named tolower", "case-sensitive: write ToLower"),
        ("Qqqq([a])", 1, 1, "no function named Qqqq", "function list"),
        ('Join(" ", [a]', 1, 14, "expected a closing parenthesis or a comma", "line 1, column 5"),
        ('Append("x" "y")', 1, 12, "or a comma, found", ""),
        ('Append([a], "y', 1, 13, "no closing quotation mark", ""),
        ("Append([a], “y”)", 1, 13, "straight quotation marks", ""),
        ("Append([a], 'y')", 1, 13, "double quotation marks", ""),
        ('Append([a] + "y")', 1, 12, "Append or Join", ""),
        ('[a] & "y"', 1, 5, "Append or Join", ""),
        ("Append([a", 1, 8, "no closing bracket", ""),
        ("Append([], [a])", 1, 8, "no attribute name", ""),
        ("Append([a], mail)", 1, 13, '"mail" is neither', "Write [mail]"),
        ("Append([a], Now)", 1, 13, "Now is a function", ""),
        ('InStr([a], "b", 1, vbTextcompare)', 1, 20, "neither", "Did you mean vbTextCompare?"),
        ("", 1, 1, "The expression is empty", ""),
        (" \n ", 1, 1, "The expression is empty", ""),
        ("[a] [b]", 1, 5, "found [b]", ""),
        ("Left([a])", 1, 5, "Argument 2 of Left, NumChars, is missing", "Left(String, NumChars)"),
        ("Left(, 2)", 1, 5, "Argument 1 of Left, String, is missing", ""),
        ('Left([a], 2, "x")', 1, 14, "at most 2 arguments, but 3", "Left(String, NumChars)"),
        ('IIF([a] = "b" AND [c] = "d", "e", "f")', 1, 15, "found AND", "put one IIF into another"),
        ('IIF([a] = "b" or [c] = "d", "e", "f")', 1, 15, "found or", "There is no OR"),
        ("Guid(1)", 1, 6, "no argument", "Guid()"),
        ('Join(" ", , [a])', 1, 5, "Argument 2 of Join", "Join(separator, source1, ...)"),
        ('Switch([a], , "k", "v", "l")', 1, 25, "in pairs", "Switch(source, default, key"),
        ('[a] = "b"', 1, 5, "only in the condition of IIF", "CBool"),
        ('Not([a] = "b")', 1, 9, "only in the condition of IIF", "CBool"),
        ('IIF("x", [a] = "b", "c")', 1, 14, "only in the condition of IIF", "CBool"),
        ("BitAnd(99999999999999999999, 1)", 1, 8, "too large", ""),
        ("BitAnd(&HFFFFFFFFFFFFFFFFF, 1)", 1, 8, "too large", ""),
        ('Append(\n  [a],\n  Foo("x"))', 3, 3, "no function named Foo", ""),
        ('Replace([a], "b", "c", , "d", , )', 1, 19, "not both", ""),
        ("Replace([a], , , , , , )", 1, 9, "needs oldValue or regexPattern", ""),
        ('Replace([a], , "(b", , "d", , )', 1, 16, "A parenthesis is not closed", ""),
        ('Replace([a], , "(?<g>b)", "h", "d", , )', 1, 27, 'no group named "h"', "Its named groups: g."),
        ('Replace([a], , "b", , "$+", , )', 1, 23, "$+ is not supported", ""),
        ('FormatDateTime([a], , "q", "yyyy")', 1, 23, "not a standard date format", ""),
        ('ToLower([a], "en US")', 1, 14, "not the name of a culture", "en-US"),
    ],
)
def test_place_and_words(text: str, line: int, column: int, message: str, remedy: str) -> None:
    error = error_of(text)
    assert message in error.message
    assert remedy in error.remedy
    assert (error.line, error.column) == (line, column)


def test_caret_stands_under_the_fault() -> None:
    above, below = error_of('Append(\n\t[a], Foo("x"))').caret.split("\n")
    assert above[below.index("^") :].startswith("Foo(")


def test_caret_of_a_long_line_is_cut_around_the_fault() -> None:
    text = f'Join(" ", {"[attribute], " * 50}Foo([a]), {"[attribute], " * 50}[a])'
    above, below = error_of(text).caret.split("\n")
    assert above[below.index("^") :].startswith("Foo(")
    assert above.startswith("...")
    assert above.endswith("...")
    assert len(above) < 80


def test_longest_expression() -> None:
    filler = "x" * (10_000 - len('Append([a], "")'))
    assert compile_expression(f'Append([a], "{filler}")').evaluate({"a": "b"}) == f"b{filler}"
    assert "at most 10,000" in error_of(f'Append([a], "{filler}x")').message


def test_every_function_is_listed_with_its_signature() -> None:
    documented = (
        "Append AppRoleAssignmentsComplex AssertiveAppRoleAssignmentsComplex BitAnd CBool CDate Coalesce "
        "ConvertToBase64 ConvertToUTF8Hex Count CStr DateAdd DateDiff DateFromNum FormatDateTime Guid "
        "IgnoreFlowIfNullOrEmpty IIF InStr IsNull IsNullOrEmpty IsPresent IsString Item Join Left Mid "
        "NormalizeDiacritics Not Now NumFromDate PCase RandomString Redact RemoveDuplicates Replace "
        "SelectUniqueValue SingleAppRoleAssignment Split StripSpaces Switch ToLower ToUpper Word"
    )
    assert " ".join(info.name for info in FUNCTIONS) == documented
    for info in FUNCTIONS:
        assert info.signature.startswith(f"{info.name}(")
        assert info.summary.endswith(".")
        assert info.summary[0].isupper() or info.summary[0] == '"'


def test_blanks_that_come_with_a_paste_do_not_matter() -> None:
    assert compile_expression('\ufeffAppend(\u00a0[ a ],\r\n\u200b"x")').evaluate({"a": "b"}) == "bx"


def test_backslashes() -> None:
    assert compile_expression(r'Append("a\\b\"c", "\d")').evaluate({}) == r'a\b"c\d'


@pytest.mark.parametrize("text", ["A" * 10_000, "A" * 5_000 + "()", "[a] " + "A" * 5_000])
def test_what_was_found_is_shown_no_longer_than_a_line(text: str) -> None:
    error = error_of(text)
    assert all(len(part) < 160 for part in (error.what, error.why, error.remedy))
