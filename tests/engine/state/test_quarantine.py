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


def trying(folder: Path, now: datetime, days: int) -> datetime:
    """The app refuses once a day; gives the time after the last try."""
    for _ in range(days):
        after(folder, now, problem=ScimProblem("CREDENTIALS"))
        now += DAY
    return now


def disabled(folder: Path, now: datetime) -> bool:
    with Store.look(folder) as store:
        found = quarantine_of(store)
    assert found is not None
    return found.disabled(now)


def test_four_weeks_of_tries_disable_the_plan(tmp_path: Path) -> None:
    now = trying(tmp_path, NOW, 28)
    assert not disabled(tmp_path, now - timedelta(seconds=1))
    assert disabled(tmp_path, now + timedelta(seconds=1))
    assert disabled(tmp_path, now + 1000 * DAY)


@pytest.mark.parametrize("jump", [20 * DAY, 400 * DAY, 4000 * DAY])
@pytest.mark.parametrize("tries", [1, 10])
def test_a_clock_that_jumps_forward_disables_nothing(tmp_path: Path, jump: timedelta, tries: int) -> None:
    """Neither before the next try, nor once the clock is right again."""
    now = trying(tmp_path, NOW, tries)
    assert not disabled(tmp_path, now + jump)
    trying(tmp_path, now + jump, 2)
    assert not disabled(tmp_path, now)
    now = trying(tmp_path, now, 15)
    assert not disabled(tmp_path, now)
    now = trying(tmp_path, now, 15)
    assert disabled(tmp_path, now)


@pytest.mark.parametrize("tries", [1, 3, 20])
def test_a_quarantine_that_began_by_a_clock_behind_begins_anew(tmp_path: Path, tries: int) -> None:
    """A computer without a battery begins at 2016, when no certificate holds yet."""
    trying(tmp_path, NOW - 3650 * DAY, tries)
    assert not disabled(tmp_path, NOW)
    now = trying(tmp_path, NOW, 1)
    assert not disabled(tmp_path, now)
    now = trying(tmp_path, now, 26)
    assert not disabled(tmp_path, now)
    assert disabled(tmp_path, trying(tmp_path, now, 3))


def test_a_computer_that_was_off_for_a_month_has_made_no_tries(tmp_path: Path) -> None:
    now = trying(tmp_path, NOW, 3) + 40 * DAY
    assert not disabled(tmp_path, now)
    now = trying(tmp_path, now, 20)
    assert not disabled(tmp_path, now)
