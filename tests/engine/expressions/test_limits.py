"""Limits of time, size and depth, and what is not imported."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from app.engine.expressions import EvaluationError, ExpressionError, compile_expression, values
from app.engine.expressions.values import MAX_SECONDS, MAX_TEXT

ENDLESS = 'Replace([a], , "(x+x+)+y", , "z", , )'


@pytest.mark.parametrize(
    "text",
    [
        ENDLESS,
        'Replace([a], , "(?<g>(x+x+)+y)", "g", "z", , )',
        'Replace([none], , "(?<g>(x+x+)+y)", "g", , [a], )',
    ],
)
def test_endless_regular_expression_is_stopped(text: str) -> None:
    began = time.thread_time()
    with pytest.raises(EvaluationError) as caught:
        compile_expression(text).evaluate({"a": "x" * 5_000})
    assert time.thread_time() - began < MAX_SECONDS + 2
    assert caught.value.code == "EXPRESSION-TIME"
    assert "was stopped after" in caught.value.what
    assert caught.value.remedy


def test_many_slow_steps_share_one_limit() -> None:
    text = "Join(" + ",".join(['""', *[ENDLESS] * 100]) + ")"
    began = time.thread_time()
    with pytest.raises(EvaluationError):
        compile_expression(text).evaluate({"a": "x" * 5_000})
    assert time.thread_time() - began < MAX_SECONDS + 2


def test_much_work_without_regular_expressions_is_stopped_too() -> None:
    text = "Append([a], [a])"
    for _ in range(45):
        text = f"NormalizeDiacritics(Left({text}, 30000))"
    wide = "Join(" + ",".join(['""', text, text, text, text]) + ")"
    began = time.thread_time()
    with pytest.raises(EvaluationError):
        compile_expression(wide).evaluate({"a": "é" * 15_000})
    assert time.thread_time() - began < MAX_SECONDS + 3


@pytest.mark.parametrize(
    "one", ['InStr([long], "z", 1, 1)', 'Count(Split([long], ","))', 'Word([long], 9, ",")', "Count([many])"]
)
def test_many_small_results_of_long_values_are_stopped_too(one: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing long is ever made, so that only the values that are read tell how much work it is."""
    text = "Join(" + ",".join(['""', *[one] * (9_900 // (len(one) + 1))]) + ")"
    compiled = compile_expression(text)
    looks = iter(range(1_000_000))
    monkeypatch.setattr(values, "monotonic", lambda: next(looks) * MAX_SECONDS / 100)
    with pytest.raises(EvaluationError) as caught:
        compiled.evaluate({"long": "é," * 16_000, "many": ["x"] * 30_000})
    assert caught.value.code == "EXPRESSION-TIME"


@pytest.mark.parametrize(
    "text",
    [
        'Append([a], "x")',
        'Join([a], "x", "y")',
        'Replace("xx", "x", , , [a], , )',
        'Replace("xx", "x", , , , , [a])',
        'Replace([x], , "x", , [a], , )',
        'Replace([x], , "(?<g>x)", "g", [a], , )',
        'Replace([a], , "q", , "", , )',
        "ToUpper([a])",
        "PCase([a])",
        "ConvertToBase64([a])",
        "ConvertToUTF8Hex([a])",
    ],
)
def test_size(text: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        compile_expression(text).evaluate({"a": "x" * (MAX_TEXT + 1), "x": "x" * 20_000})
    assert caught.value.code == "EXPRESSION-SIZE"


def test_bombs_do_not_take_memory() -> None:
    # Each step would multiply by 1,000; the fourth would be beyond any memory.
    text = "[a]"
    for _ in range(20):
        text = f'Replace({text}, , "x", , "{"x" * 400}", , )'
    with pytest.raises(EvaluationError):
        compile_expression(text).evaluate({"a": "x"})
    with pytest.raises(EvaluationError):
        compile_expression("Join([s], [list])").evaluate({"s": "x" * 10_000, "list": ["y"] * 100_000})


@pytest.mark.parametrize("opening", ["Not(", 'IIF([a] = "x", "y", ', 'Replace([a], "b", , , '])
def test_nesting(opening: str) -> None:
    def nested(levels: int) -> str:
        closing = ", )" if opening.startswith("Replace") else ")"
        return opening * levels + '"z"' + closing * levels

    assert compile_expression(nested(98)).evaluate({"a": "b"}) is not None
    with pytest.raises(ExpressionError, match="more than 100 levels deep"):
        compile_expression(nested(101))
    with pytest.raises(ExpressionError):
        compile_expression(nested(10_000 // len(opening) - 10)[:10_000])


def test_unclosed_parentheses_by_the_thousand() -> None:
    with pytest.raises(ExpressionError, match="ends too early"):
        compile_expression("Not(" * 2_500)


def test_lark_is_imported_only_for_real_expressions() -> None:
    code = """if True:
        import sys
        from app.engine.expressions import compile_expression
        compile_expression("[mail]"), compile_expression('"constant"')
        assert "lark" not in sys.modules
        compile_expression("ToLower([mail])")
        assert "lark" in sys.modules
        assert not {"pydantic", "PySide6", "httpx"} & sys.modules.keys(), "heavy"
    """
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_names_reach_nothing_but_attributes() -> None:
    for name in ("__class__", "get", "keys", "os.environ", "../../etc/passwd"):
        assert compile_expression(f"[{name}]").evaluate({}) is None
        assert compile_expression(f"ToLower([{name}])").evaluate({}) is None
    for name in ("__import__", "open", "eval", "exec"):
        with pytest.raises(ExpressionError):
            compile_expression(f'{name}("os")')
