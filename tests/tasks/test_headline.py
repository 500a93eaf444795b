"""The headline of one provisioning on demand follows both what was tried and how it went."""

from __future__ import annotations

from itertools import product
from typing import Any, get_args

import pytest

from app.tasks.headline import HEADLINES, Action, Status, headline, is_carried_out

DONE = ("was created", "was updated", "was disabled", "was deleted", "was provisioned")
PAIRS = list(product(get_args(Action), get_args(Status)))


def test_there_is_a_sentence_for_each_pair_and_no_other() -> None:
    assert set(HEADLINES) == set(PAIRS)


@pytest.mark.parametrize(("action", "status"), PAIRS)
def test_only_a_success_says_that_it_was_done(action: Any, status: Any) -> None:
    said = headline("Ann", action, status)
    assert said.startswith("Ann ")
    assert said.endswith(".")
    done = any(word in said for word in DONE)
    tried = action in {"create", "update", "disable", "delete", "other"}
    assert done == (tried and status in {"success", "warning"})
    assert ("could not be" in said or "failed" in said) == (status == "failure")
    assert ("warning" in said) == (status == "warning" and action != "staged-delete")


def test_a_person_who_was_created_and_whose_manager_failed() -> None:
    steps = [("match", "success"), ("export", "success"), ("reference", "failure")]
    assert is_carried_out(steps)
    said = headline("Ann", "create", "failure", carried_out=True)
    assert said == "Ann was created in the app, but its manager or its members could not be set."
    assert not is_carried_out([("export", "failure"), ("reference", "skipped")])
    assert not is_carried_out([("reference", "failure")])
    assert "could not be provisioned" in headline("Ann", "none", "failure", carried_out=True)
