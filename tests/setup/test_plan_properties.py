"""What holds for any plan and any text: what is written is read back, and nothing but problems is raised."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.setup import plan_text
from app.setup.plan import SetupPlan
from app.setup.plan_file import PlanProblem, parse_plan, read_plan, write_plan
from tests.setup.plans import BY_HAND, PLANS


@given(PLANS)
@settings(max_examples=150)
def test_what_is_written_is_read_back(tmp_path: Path, plan: SetupPlan) -> None:
    assert parse_plan(plan_text.new_text(plan), Path("new.toml")) == plan


@given(PLANS, PLANS)
@settings(max_examples=120)
def test_what_is_written_over_another_plan_is_read_back(
    tmp_path: Path, first: SetupPlan, second: SetupPlan
) -> None:
    path = tmp_path / "plan.toml"
    path.unlink(missing_ok=True)
    write_plan(path, first)
    write_plan(path, second)
    assert read_plan(path) == second


@given(PLANS)
@settings(max_examples=80)
def test_a_file_by_hand_takes_any_plan_and_keeps_its_first_comment(tmp_path: Path, plan: SetupPlan) -> None:
    path = tmp_path / "pilot.toml"
    path.write_text(BY_HAND, encoding="utf-8")
    write_plan(path, plan)
    assert read_plan(path) == plan
    assert "Ask Kari" in path.read_text(encoding="utf-8")


_PIECES = st.sampled_from(
    [
        "version = 1\n",
        "version",
        " = ",
        "[app]\n",
        "[[scope.filters]]\n",
        "profile",
        '"x"',
        "'",
        "[",
        "]",
        "{",
    ]
    + [
        "}",
        "1",
        "true",
        "\n",
        "=",
        "users",
        "#",
        "[mappings]\n",
        "clauses = [",
        "9" * 5000,
        "2020-01-01",
        "inf",
    ]
    + [".", ",", "version = 1.0\n"]
)


@given(st.one_of(st.text(), st.lists(_PIECES, max_size=12).map("".join)))
@settings(max_examples=400)
def test_any_text_is_a_plan_or_a_problem(text: str) -> None:
    try:
        assert isinstance(parse_plan(text, Path("any.toml")), SetupPlan)
    except PlanProblem:
        return


@given(st.binary(max_size=60))
@settings(max_examples=100)
def test_any_bytes_are_a_plan_or_a_problem(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bytes.toml"
    path.write_bytes(content)
    with pytest.raises(PlanProblem):
        read_plan(path)
