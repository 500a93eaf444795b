"""The service's log: filters, pages of any length, rows in any spelling, and why somebody was skipped."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.entra.on_demand import provision, read_answer, rule_for
from app.entra.provisioning_log import LogQuery, read_part, read_row
from app.entra.why_skipped import failed_clauses, scope_reasons
from app.setup.problem import Problem
from tests.entra.conftest import graph_answer
from tests.entra.samples import sample
from tests.entra.test_job import JSON

SCOPE = {
    "Active in the source system": "True", "Assigned to the application": "True",
    "User has the required role": "True", "Scoping filter evaluation passed": "True",
    "ScopeEvaluationResult": "{\"Sales only.department EQUALS 'sales'\":true}",
}  # fmt: skip


def row(**changes: Any) -> dict[str, Any]:
    made = copy.deepcopy(sample("provisioning_logs")["value"][0])
    made.update(changes)
    return made


def skipped(**details: Any) -> dict[str, Any]:
    step = {"name": "EntrySynchronizationScoping", "provisioningStepType": "Scoping", "status": "Skipped"}
    return row(
        provisioningStatusInfo={
            "status": "Skipped",
            "errorInformation": {"errorCode": "EntrySynchronizationSkipped"},
        },
        provisioningSteps=[{**step, "details": {**SCOPE, **details}}],
    )


def test_a_row_is_read_with_its_steps_changes_and_error() -> None:
    found = read_row(row())
    assert (found.person, found.action, found.status) == ("user1@contoso.example", "create", "failure")
    assert (found.code, found.category) == ("EntryConflict", "nonServiceFailure")
    assert [step.type for step in found.steps] == ["import", "scoping"]
    assert found.changes[0].new == "user1@contoso.example"
    assert found.time == datetime(2026, 1, 5, 11, 0, 37, tzinfo=UTC)
    assert not found.is_group
    assert found.skipped_because == []


def test_spellings_of_the_samples_and_of_the_beta_are_all_read() -> None:
    given = row(provisioningAction="stageddelete", initiatedBy={"initiatingType": "system"})
    given["provisioningSteps"][0]["provisioningStepType"] = "Import"
    found = read_row(given)
    assert (found.action, found.steps[0].type, found.initiator) == ("stagedDelete", "import", "system")
    beta = {"action": "Update", "statusInfo": {"status": "SUCCESS"}, "provisioningSteps": None}
    assert (read_row(beta).action, read_row(beta).status) == ("update", "success")
    assert read_row({"provisioningAction": "teleport"}).action == "teleport"


@pytest.mark.parametrize(
    ("details", "part"),
    [
        ({"Active in the source system": "False"}, "disabled, or deleted"),
        ({"Assigned to the application": "False"}, "Nobody assigned"),
        ({"User has the required role": False}, "Default Access"),
        ({"Scoping filter evaluation passed": "False"}, "does not let the person in."),
        ({"ScopeEvaluationResult": '{"S.a EQUALS \'x.y\'":false}'}, "a EQUALS 'x.y' (filter S)"),
        ({"SkipReason": "RedundantExport"}, "same values"),
    ],
)  # fmt: skip
def test_why_was_this_person_skipped(details: dict[str, Any], part: str) -> None:
    reasons = read_row(skipped(**details)).skipped_because
    assert len(reasons) == 1
    assert part in reasons[0]


def test_not_assigned_says_nothing_of_roles_too() -> None:
    told = scope_reasons([{"Assigned": "False", "IsEffectivelyEntitledForProvisioning": "False"}])
    assert len(told) == 1


def test_one_filter_that_holds_is_enough() -> None:
    assert failed_clauses(json.dumps({"A.x EQUALS '1'": False, "B.y EQUALS '2'": True})) == []
    both = failed_clauses(
        json.dumps({"A.x EQUALS '1'": False, "A.z IS TRUE": True, "B.y EQUALS '2'": "false"})
    )
    assert both == ["x EQUALS '1' (filter A)", "y EQUALS '2' (filter B)"]
    assert failed_clauses("{broken") == failed_clauses("[1]") == failed_clauses("") == []


@given(st.data())
@settings(max_examples=80)
def test_no_odd_row_trips_it(data: st.DataObject) -> None:
    given = row()
    for key in list(given):
        if data.draw(st.integers(0, 2)) == 0:
            given[key] = data.draw(JSON)
    assert isinstance(read_row(given).person, str)


def pages(count: int, size: int) -> Any:
    """A log of so many rows; every third is Ann's."""

    def respond(request: Any, writer: object) -> bytes:
        query = parse_qs(urlsplit(request.target).query)
        at = int(query.get("$skiptoken", ["0"])[0])
        rows = [row(id=str(n), sourceIdentity={"id": str(n), "displayName": "Ann" if n % 3 == 0 else "Bob"})
                for n in range(at, min(at + size, count))]  # fmt: skip
        following = {}
        if at + size < count:
            here = f"http://{request.headers['host']}/v1.0/auditLogs/provisioning?$skiptoken={at + size}"
            following = {"@odata.nextLink": here}
        return graph_answer(200, {"value": rows, **following})

    return respond


async def test_pages_go_on_where_the_last_part_ended(graph: Any) -> None:
    async with graph(pages(25, 10)) as (client, server):
        first = await read_part(client, LogQuery(job="a'b.c", status="failure", action="create"), most=10)
        seen, after = [each.id for each in first.rows], first.after
        while after:
            part = await read_part(client, LogQuery(), after=after, most=10)
            seen += [each.id for each in part.rows]
            after = part.after
    assert seen == [str(n) for n in range(25)]
    query = parse_qs(urlsplit(server.requests[0].target).query)
    assert query["$filter"] == [
        "jobId eq 'a''b.c' and provisioningStatusInfo/status eq 'failure' and provisioningAction eq 'create'"
    ]
    assert query["$orderby"] == ["activityDateTime desc"]
    assert query["$top"] == ["10"]


async def test_a_person_is_looked_for_through_the_pages(graph: Any) -> None:
    async with graph(pages(25, 10)) as (client, server):
        part = await read_part(client, LogQuery(person="ANN"), most=6)
    assert [each.id for each in part.rows] == ["0", "3", "6", "9", "12", "15", "18"]
    assert (part.looked_at, len(server.requests)) == (20, 2)


def test_times_of_a_filter_have_no_quotes() -> None:
    query = LogQuery(principal="sp", since=datetime(2026, 1, 5, tzinfo=UTC))
    assert query.filter == "servicePrincipal/id eq 'sp' and activityDateTime gt 2026-01-05T00:00:00Z"


def test_on_demand_both_shapes() -> None:
    first = read_answer(sample("provision_on_demand_user"))
    assert (first.result, first.code, first.action, first.message) == (
        "skipped",
        "RedundantExport",
        "other",
        "sample",
    )
    failed = {"name": "EntryExportAdd", "type": "Export", "status": "Failure", "details": {"a": 1}}
    steps = [{"name": "EntryImport", "type": "Import", "status": "Success"}, failed]
    key = "Microsoft.Identity.Health.CPP.Common.DataContracts.SyncFabric.StatusInfo"
    second = read_answer(
        {"key": key, "value": json.dumps([{"action": "Create", "provisioningSteps": steps}])}
    )
    assert (second.result, second.action) == ("failure", "create")
    assert second.steps[1].details == {"a": "1"}
    scoped = [{"name": "EntrySynchronizationScoping", "status": "skipped", "details": {"Assigned": "False"}}]
    third = read_answer({"key": '{"result":"Skipped"}', "value": json.dumps({"provisioningSteps": scoped})})
    assert "Nobody assigned" in third.because[0]


@given(st.dictionaries(st.sampled_from(["key", "value"]), JSON | JSON.map(json.dumps) | st.text(max_size=20)))
@settings(max_examples=100)
def test_no_odd_answer_trips_it(answer: dict[str, Any]) -> None:
    assert read_answer(answer).result


async def test_on_demand_reads_the_rule_and_names_members(graph: Any) -> None:
    schema = sample("schema")
    schema["synchronizationRules"][0]["objectMappings"].append({"sourceObjectName": "Group", "enabled": True})
    answers = [graph_answer(200, schema), graph_answer(200, sample("provision_on_demand_group"))]
    async with graph(answers) as (client, server):
        outcome = await provision(client, "sp", "j", "group-1", "group", ("u1",))
    assert outcome.result == "warning"
    assert server.requests[1].json["parameters"] == [
        {
            "ruleId": "03f7d90d-bf71-41b1-bda6-aaf0ddbee5d8",
            "subjects": [
                {
                    "objectId": "group-1",
                    "objectTypeName": "Group",
                    "links": {"members": [{"objectId": "u1", "objectTypeName": "User"}]},
                }
            ],
        }
    ]
    async with graph(answers) as (client, server):
        with pytest.raises(Problem) as caught:
            await provision(client, "sp", "j", "g", "group", tuple("abcdef"))
    assert caught.value.code == "ON-DEMAND-MEMBERS"
    with pytest.raises(Problem) as caught:
        rule_for(sample("schema"), "group")
    assert caught.value.code == "ON-DEMAND-NO-RULE"
