"""What is remembered of an unfinished setup."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.wizard import draft


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "pilot.toml"
    path.write_text("version = 1\n", encoding="utf-8")
    return path


def test_what_was_remembered_is_recalled(plan: Path) -> None:
    draft.remember(plan, "scope", "InVision", {"ticked": {"b", "a"}, "check": "ready", "visited": ["place"]})
    left = draft.recall()
    assert left is not None
    assert (left.plan, left.step, left.app) == (plan.resolve(), "scope", "InVision")
    assert left.facts == {"ticked": ["a", "b"], "check": "ready", "visited": ["place"]}
    assert datetime.fromisoformat(left.saved).tzinfo is not None


def test_only_what_is_on_the_list_is_written(plan: Path) -> None:
    draft.remember(plan, "tenant", "InVision", {"token": "s3cret", "practice": object(), "people": object()})
    assert "s3cret" not in "".join(file.read_text() for file in draft.drafts_folder().iterdir())


def test_nothing_left_unfinished() -> None:
    assert draft.recall() is None
    draft.forget()


def test_a_finished_setup_is_offered_no_more(plan: Path) -> None:
    draft.remember(plan, "done", "InVision", {})
    draft.forget()
    assert draft.recall() is None
    assert plan.is_file()


def test_a_plan_that_was_deleted_is_not_offered(plan: Path) -> None:
    draft.remember(plan, "scope", "InVision", {})
    plan.unlink()
    assert draft.recall() is None


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"plan": 1}', '{"plan": "x", "step": "y"}', "\0"])
def test_a_broken_memory_is_no_memory(text: str) -> None:
    (draft.drafts_folder() / "last.json").write_text(text, encoding="utf-8")
    assert draft.recall() is None


def test_facts_of_another_version_are_left_out(plan: Path) -> None:
    draft.remember(plan, "scope", "InVision", {})
    path = draft.drafts_folder() / "last.json"
    body = json.loads(path.read_text())
    body["facts"] = {"visited": ["place"], "mood": "good"}
    path.write_text(json.dumps(body))
    left = draft.recall()
    assert left is not None
    assert left.facts == {"visited": ["place"]}


def test_new_plans_never_take_the_name_of_one_that_is_there() -> None:
    now = datetime(2026, 11, 25, tzinfo=UTC)
    names = []
    for _ in range(3):
        path = draft.new_plan_path(now)
        path.touch()
        names.append(path.name)
    assert names == ["setup-2026-11-25.toml", "setup-2026-11-25-2.toml", "setup-2026-11-25-3.toml"]
