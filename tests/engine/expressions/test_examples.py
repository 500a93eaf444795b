"""Every example of Microsoft's page, as its kind says."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.engine.expressions import Expression, ExpressionError, compile_expression

REFERENCE = Path(__file__).parents[4] / "shared" / "reference"
EXAMPLES: list[dict[str, Any]] = json.loads((REFERENCE / "expression_examples.json").read_text("utf-8"))[
    "examples"
]


def of_kind(*kinds: str) -> list[Any]:
    return [pytest.param(example, id=example["id"]) for example in EXAMPLES if example["kind"] in kinds]


def prepared(example: dict[str, Any]) -> tuple[Expression, dict[str, Any]]:
    inputs = dict(example["inputs"])
    taken = inputs.pop("__existingInTarget", None)
    is_taken = None if taken is None else taken.__contains__
    return compile_expression(example["expression"], is_taken=is_taken), inputs


def test_all_kinds_are_covered() -> None:
    assert len(EXAMPLES) == 84
    assert sum(example["kind"] == "exact" for example in EXAMPLES) == 55


@pytest.mark.parametrize("example", of_kind("exact", "semantic", "drop"))
def test_value(example: dict[str, Any]) -> None:
    expression, inputs = prepared(example)
    value = expression.evaluate(inputs)
    assert value == example["expected"]
    assert type(value) is type(example["expected"])


@pytest.mark.parametrize("example", of_kind("pattern"))
def test_pattern(example: dict[str, Any]) -> None:
    expression, inputs = prepared(example)
    for _ in range(20):
        assert re.search(example["expected"], str(expression.evaluate(inputs)))


@pytest.mark.parametrize("example", of_kind("unsupported"))
def test_unsupported_form_warns_and_gives_nothing(example: dict[str, Any]) -> None:
    expression, inputs = prepared(example)
    assert any(
        "condition of IIF fails" in warning and "use Switch" in warning for warning in expression.warnings
    )
    assert expression.evaluate(inputs) is None
    assert expression.evaluate({"country": "Norway"}) == "Norway"


@pytest.mark.parametrize("example", of_kind("syntax-only", "no-output-given", "inconsistent"))
def test_is_read(example: dict[str, Any]) -> None:
    prepared(example)


@pytest.mark.parametrize(("days", "expected"), [(7, "False"), (3, "True"), (-3, "True")])
def test_clock(days: int, expected: str) -> None:
    (example,) = (example for example in EXAMPLES if example["kind"] == "clock")
    hired = (datetime.now(UTC) + timedelta(days=days)).date().isoformat()
    expression, inputs = prepared(example)
    assert expression.evaluate({**inputs, "StatusHireDate": hired}) == expected
    assert expression.evaluate({"Active": "0", "StatusHireDate": hired}) == "False"


def test_literal_regex_where_the_page_is_wrong() -> None:
    # entra.md 8.3, item 3: the printed output lacks the plus sign that the pattern does not remove.
    (example,) = (example for example in EXAMPLES if example["id"] == "replace-4")
    expression, inputs = prepared(example)
    assert expression.evaluate(inputs) == "+19998887777"


def test_hexadecimal_of_the_page_is_of_another_input() -> None:
    (example,) = (example for example in EXAMPLES if example["id"] == "join-2")
    expression, inputs = prepared(example)
    expected = "100030306161303061612626231312636332322646433332343465653434656534346565"
    assert expression.evaluate(inputs) == expected


def test_select_unique_value_is_refused_for_saas() -> None:
    (example,) = (example for example in EXAMPLES if example["id"] == "selectuniquevalue-1")
    with pytest.raises(ExpressionError) as caught:
        compile_expression(example["expression"])
    assert "not available for SaaS apps" in caught.value.message
    assert "HR systems" in caught.value.why
    with pytest.raises(ExpressionError, match="inside another function"):
        compile_expression('ToLower(SelectUniqueValue([a], "x"))', is_taken=lambda _value: False)


def test_diacritics_table() -> None:
    table = json.loads((REFERENCE / "diacritics.json").read_text("utf-8"))["map"]
    assert len(table) == 261
    expression = compile_expression("NormalizeDiacritics([name])")
    for letter, plain in table.items():
        for form in ("NFC", "NFD"):
            text = f"x{unicodedata.normalize(form, letter)}y"
            assert expression.evaluate({"name": text}) == f"x{plain}y"


def test_letters_outside_the_table() -> None:
    expression = compile_expression("NormalizeDiacritics([name])")
    for text, expected in {"Nguyễn": "Nguyen", "Сергей": "Сергей", "Œuvre": "Œuvre", "Ħ": "Ħ"}.items():
        assert expression.evaluate({"name": text}) == expected
