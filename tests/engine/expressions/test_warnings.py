"""Warnings for traps; none of them keeps an expression from being used."""

from __future__ import annotations

import pytest

from app.engine.expressions import compile_expression, unknown_attributes


def warnings_of(text: str) -> str:
    return "\n".join(compile_expression(text).warnings)


def test_default_active_row_has_no_warning() -> None:
    assert warnings_of('Switch([IsSoftDeleted], , "False", "True", "True", "False")') == ""


def test_switch_that_can_blank_its_target() -> None:
    said = warnings_of('Switch([companyName], "External", "Company A", "A")')
    assert "can blank its target" in said
    assert "[companyName]" in said
    assert "no default" not in said


def test_switch_without_default() -> None:
    assert "has no default" in warnings_of('Switch([state], , "NSW", "Sydney")')


def test_switch_on_presence() -> None:
    assert "advises against IsPresent" in warnings_of(
        'Switch(IsPresent([jobTitle]), "x", "True", [jobTitle])'
    )


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        ('IIF([country] = "USA", "a", "b")', True),
        ('IIF(DateDiff("d", Now(), CDate([hired])) > 5, "a", "b")', True),
        ('IIF([accountEnabled] = "True", "a", "b")', False),
        ('IIF(Coalesce([country], "none") = "USA", "a", "b")', False),
        ('IIF(Switch([country], "x", "", "none") = "none", "a", "b")', False),
    ],
)
def test_condition_on_what_may_be_empty(text: str, warned: bool) -> None:
    assert ("condition of IIF fails" in warnings_of(text)) is warned


def test_values_that_change() -> None:
    expression = compile_expression("Redact(RandomString(6, 3, 0, 0, 3))")
    assert expression.changing
    assert expression.redacted
    assert "only during object creation" in expression.warnings[0]
    assert not compile_expression("ToLower([a])").changing


def test_attributes_that_the_source_does_not_have() -> None:
    expression = compile_expression("Join([mailnickname], [givenNam], [zzz], [mail], [IsSoftDeleted])")
    assert unknown_attributes(expression.attributes, ["mailNickname", "givenName", "mail"]) == (
        "The source has no attribute [givenNam], so it is empty for everyone. Did you mean [givenName]?",
        "The source has no attribute [mailnickname], so it is empty for everyone. "
        "Names are case-sensitive: write [mailNickname].",
        "The source has no attribute [zzz], so it is empty for everyone.",
    )
