"""Thresholds, entry and leaving of quarantine, and the end of it after four weeks."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.engine.clock import written
from app.engine.state.quarantine import BASE, EXCEPTION, PROPORTION, TOTAL, Tally, judge, quarantine_of
from app.engine.state.store import Store
from app.scim.errors import ScimProblem
from app.setup.problem import Problem

NOW = datetime.fromisoformat("2026-03-01T12:00:00Z")
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("failed", "fine", "references", "reason"),
    [
        # The five cases of Microsoft's page, "Application provisioning in quarantine status".
        (4_000, 0, 0, ""),
        (45_000, 100_000, 0, BASE),
        (30_000, 5_000, 0, PROPORTION),
        (20_000, 100_000, 0, ""),
        (40_000, 1_000_000, 21_000, TOTAL),
        # The edges of its words: evaluated from 5,000; more than 40 %; more than 40,000; more than 60,000.
        (4_999, 0, 0, ""),
        (5_000, 0, 0, PROPORTION),
        (6_000, 9_000, 0, ""),
        (6_001, 9_000, 0, PROPORTION),
        (40_000, 60_000, 0, ""),
        (40_001, 100_000, 0, BASE),
        (40_000, 60_000, 20_000, ""),
        (0, 0, 60_001, TOTAL),
        (4_999, 0, 50_000, ""),
    ],
)
def test_the_documented_thresholds(failed: int, fine: int, references: int, reason: str) -> None:
    tally = Tally(failed, fine, references)
    assert tally.verdict() == reason
    assert tally.hopeless() == (reason in {BASE, TOTAL})


def after(folder: Path, now: datetime, tally: Tally | None = None, problem: Problem | None = None) -> str:
    with Store.open(folder) as store:
        told = judge(store, tally or Tally(), problem, now)
        store.commit()
        return told


@pytest.mark.parametrize("code", ["CREDENTIALS", "ANSWER-HTML", "TLS-EXPIRED", "FORBIDDEN"])
def test_a_refusal_is_quarantine_at_once_and_success_ends_it(tmp_path: Path, code: str) -> None:
    problem = ScimProblem(code)
    assert after(tmp_path, NOW, problem=problem).startswith(problem.what)
    with Store.look(tmp_path) as store:
        found = quarantine_of(store)
    assert found is not None
    assert (found.reason, found.code, found.remedy) == (EXCEPTION, code, problem.remedy)
    assert (found.since, found.next_try) == (written(NOW), written(NOW + DAY))
    assert found.disables_on == written(NOW + 28 * DAY)
    assert found.waits(NOW + DAY - timedelta(seconds=1))
    assert not found.waits(NOW + DAY)
    assert after(tmp_path, NOW + DAY) == ""
    with Store.look(tmp_path) as store:
        assert quarantine_of(store) is None


@pytest.mark.parametrize(
    "problem",
    [ScimProblem("HOST-NOT-FOUND"), ScimProblem("SERVER-ERROR"), Problem("SOURCE-EMPTY", "No one.")],
)
def test_what_is_not_the_apps_refusal_is_none(tmp_path: Path, problem: Problem) -> None:
    assert after(tmp_path, NOW, problem=problem) == ""
    with Store.look(tmp_path) as store:
        assert quarantine_of(store) is None


def test_it_lasts_from_its_beginning_and_a_new_reason_is_told(tmp_path: Path) -> None:
    refused = ScimProblem("CREDENTIALS")
    assert after(tmp_path, NOW, problem=refused)
    assert after(tmp_path, NOW + DAY, problem=refused) == ""
    assert "failed in one cycle" in after(tmp_path, NOW + 2 * DAY, Tally(failed=6_000))
    # Not reached is no success: it goes on, and the next try is a day later.
    assert after(tmp_path, NOW + 3 * DAY, problem=ScimProblem("HOST-NOT-FOUND")) == ""
    with Store.look(tmp_path) as store:
        found = quarantine_of(store)
    assert found is not None
    assert (found.reason, found.since, found.next_try) == (PROPORTION, written(NOW), written(NOW + 4 * DAY))
    assert not found.disabled(NOW + 28 * DAY)
    assert found.disabled(NOW + 28 * DAY + timedelta(seconds=1))


def test_a_clock_that_is_set_back_keeps_nobody_waiting(tmp_path: Path) -> None:
    later = NOW + 500 * DAY
    after(tmp_path, later, problem=ScimProblem("CREDENTIALS"))
    with Store.look(tmp_path) as store:
        found = quarantine_of(store)
    assert found is not None
    assert not found.waits(NOW)
    assert not found.disabled(NOW)
    after(tmp_path, NOW, problem=ScimProblem("CREDENTIALS"))
    with Store.look(tmp_path) as store:
        found = quarantine_of(store)
    assert found is not None
    assert (found.since, found.waits(NOW + timedelta(hours=1))) == (written(NOW), True)
