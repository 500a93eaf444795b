"""A job's state as the portal shows it, with the traps that Graph's answers hold."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.entra import job_actions
from app.entra.error_advice import advice_for
from app.entra.job import read_job, sentence_of
from app.entra.quarantine import read_quarantine
from app.setup.problem import Problem
from tests.entra.conftest import graph_answer
from tests.entra.samples import reference, sample


def changed(name: str, **status: Any) -> dict[str, Any]:
    job = copy.deepcopy(sample(name))
    job["status"].update(status)
    return job


def test_a_job_that_never_ran_has_not_failed() -> None:
    job = read_job(sample("job_not_run"))
    assert (job.state, job.kind, job.last, job.percent) == ("never-run", "initial", None, None)
    assert job.initial_done is None
    assert "fail" not in sentence_of(job)


def test_a_new_job_is_off_and_its_interval_is_no_time() -> None:
    created = sample("job_created")
    created["schedule"]["interval"] = "P10675199DT2H48M5.4775807S"
    job = read_job(created)
    assert (job.state, job.interval, job.next_run) == ("paused", None, None)
    created["schedule"]["state"] = "Active"
    assert read_job(created).interval is None


def test_progress_is_by_pages_and_counts_are_by_type() -> None:
    job = read_job(sample("job_steady"))
    assert (job.percent, job.pages, job.counts) == (75.0, (3, 4), {"User": 11})
    assert job.kind == "incremental"
    assert job.last is not None
    assert job.last.state == "EntryLevelErrors"
    assert job.last.counts["countEscrowed"] == 1
    assert job.last.took == timedelta(seconds=41)
    assert "75 % (3 of 4 pages)" in sentence_of(job)
    done = read_job(changed("job_steady", progress=[{"completedUnits": 4, "totalUnits": 4}]))
    assert done.next_run == datetime(2026, 1, 5, 11, 40, 41, tzinfo=UTC)
    assert "1 could not be provisioned" in sentence_of(done)
    two = [{"completedUnits": 1, "totalUnits": 4}, {"completedUnits": 3, "totalUnits": 4}]
    assert read_job(changed("job_steady", progress=two)).percent == 50.0


def test_time_left_is_the_documented_estimate_less_what_is_done() -> None:
    early = changed("job_steady", steadyStateFirstAchievedTime="0001-01-01T00:00:00Z")
    assert read_job(early).time_left(1000) == (timedelta(minutes=2.5), timedelta(minutes=20))
    early["status"]["progress"] = []
    assert read_job(early).time_left(1000) == (timedelta(minutes=10), timedelta(minutes=80))
    assert read_job(sample("job_steady")).time_left(1000) is None


def test_quarantine_says_why_what_to_do_and_when_it_ends() -> None:
    job = read_job(sample("job_quarantined"))
    assert job.state == "quarantined"
    assert job.quarantine is not None
    assert job.quarantine.since == datetime(2026, 1, 5, 10, 5, 54, 498136, tzinfo=UTC)
    assert job.quarantine.disables_on == job.quarantine.since + timedelta(weeks=4)
    assert job.next_run == job.quarantine.next_try == job.quarantine.since + timedelta(minutes=5)
    assert "tenant URL or the token" in job.quarantine.meaning
    assert "restart provisioning" in job.quarantine.fix
    assert "2 February 2026" in sentence_of(job)
    late = sample("job_quarantined")
    late["schedule"]["state"] = "Disabled"
    assert read_job(late).state == "disabled"
    assert "turned off" in sentence_of(read_job(late))


@pytest.mark.parametrize("reason", reference("enums.json")["enums"]["quarantineReason"]["values"])
def test_every_reason_has_a_meaning_and_a_fix(reason: str) -> None:
    found = read_quarantine({"reason": reason, "currentBegan": "2026-01-05T10:05:54Z"})
    assert found is not None
    assert len(found.meaning) > 20
    assert len(found.fix) > 20
    assert "does not know" not in found.meaning


def test_new_words_are_shown_as_they_are() -> None:
    found = read_quarantine({"reason": "EncounteredSomethingNew"})
    assert found is not None
    assert "EncounteredSomethingNew" in found.meaning
    assert read_quarantine({"reason": "QuarantineOnDemand"}).reason == "QuarantinedOnDemand"  # type: ignore[union-attr]
    job = read_job(changed("job_steady", code="Hibernating"))
    assert (job.state, job.raw_code) == ("unknown", "Hibernating")
    assert "Hibernating" in sentence_of(job)


def test_every_known_code_has_advice_with_any_name_in_front() -> None:
    codes = reference("error_codes.json")
    for group in ("provisioning_log_codes", "on_demand", "connection_and_quarantine"):
        for row in codes[group]:
            for code in row["codes"]:
                advice = advice_for(code)
                assert advice is not None, code
                assert advice.cause
                assert advice.fix
                if row.get("retry") in {"yes", "no"}:
                    assert advice.again is (row["retry"] == "yes"), code
    assert advice_for("ContosoEntryConflict") == advice_for("EntryConflict")
    assert advice_for("SalesforceInvalidCredentials") == advice_for("InvalidCredentials")
    assert advice_for("SomethingElse") is None
    assert advice_for("") is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
@settings(max_examples=80)
def test_no_odd_answer_trips_it(data: st.DataObject) -> None:
    job = copy.deepcopy(sample(data.draw(st.sampled_from(["job_steady", "job_quarantined", "job_not_run"]))))
    for part in (job, job["status"], job["schedule"]):
        for key in list(part):
            if data.draw(st.integers(0, 3)) == 0:
                part[key] = data.draw(JSON)
    standing = read_job(job)
    assert sentence_of(standing)
    assert standing.time_left(10) is None or standing.kind == "initial"


JOB = "/servicePrincipals/sp/synchronization/jobs/invision.x"


async def test_a_running_job_is_not_started_again(graph: Any) -> None:
    async with graph([graph_answer(200, sample("job_steady"))]) as (client, server):
        await job_actions.start(client, "sp", "invision.x")
    assert [request.method for request in server.requests] == ["GET"]
    answers = [
        graph_answer(200, sample("job_quarantined")),
        graph_answer(204),
        graph_answer(200, sample("job_steady")),
    ]
    async with graph(answers) as (client, server):
        job = await job_actions.start(client, "sp", "invision.x")
    assert [(each.method, each.target) for each in server.requests[1:2]] == [("POST", f"/v1.0{JOB}/start")]
    assert job.state == "active"


async def test_restart_says_what_to_reset_as_a_comma_list(graph: Any) -> None:
    answers = [graph_answer(204), graph_answer(200, sample("job_steady"))]
    async with graph(answers) as (client, server):
        await job_actions.restart(client, "sp", "invision.x")
    assert server.requests[0].json == {"criteria": {"resetScope": "Watermark, Escrows, QuarantineState"}}
    async with graph(answers) as (client, server):
        await job_actions.restart(client, "sp", "invision.x", ("full",))
    assert server.requests[0].json == {"criteria": {"resetScope": "Full"}}
    async with graph(answers) as (client, server):
        with pytest.raises(Problem) as caught:
            await job_actions.restart(client, "sp", "invision.x", ("Everything",))
    assert caught.value.code == "RESET-UNKNOWN"
    assert not server.requests
    known = set(reference("enums.json")["enums"]["synchronizationJobRestartScope"]["values"])
    assert set(job_actions.RESETS) == known - {"None"}


async def test_deletes_are_allowed_only_where_some_are_held(graph: Any) -> None:
    async with graph([graph_answer(200, sample("job_quarantined"))]) as (client, server):
        with pytest.raises(Problem) as caught:
            await job_actions.allow_deletes(client, "sp", "invision.x")
    assert caught.value.code == "NO-STAGED-DELETES"
    held = sample("job_quarantined")
    held["status"]["quarantine"]["reason"] = "TooManyDeletes"
    answers = [graph_answer(200, held), graph_answer(204), graph_answer(200, sample("job_steady"))]
    async with graph(answers) as (client, server):
        await job_actions.allow_deletes(client, "sp", "invision.x")
    assert server.requests[1].json == {"criteria": {"resetScope": "ForceDeletes"}}
