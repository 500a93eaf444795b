"""What is done to the practice tenant from outside, and what Graph shows of it."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.practice.app import PracticeApp
from app.practice.tenant.process import PracticeTenant
from tests.practice.tenant.conftest import Admin, App

ANN = "ann.nilsson@contoso.example"
DAY = 24 * 60


async def demand(job: App, user: str) -> httpx.Response:
    schema = await job.admin.get(f"{job.at}/jobs/{job.job}/schema")
    subject = {"objectId": user, "objectTypeName": "User"}
    body = {"parameters": [{"ruleId": schema["synchronizationRules"][0]["id"], "subjects": [subject]}]}
    return await job.admin.call("POST", f"{job.at}/jobs/{job.job}/provisionOnDemand", body)


async def test_throttling_says_when_to_come_again_each_entry_of_a_batch_for_itself(admin: Admin) -> None:
    await admin.control("throttle", path="/organization$", times=2)
    refused = await admin.call("GET", "/organization")
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "2.128"
    assert refused.json()["error"]["code"] == "TooManyRequests"
    requests = [{"id": name, "method": "GET", "url": f"/{name}"} for name in ("me", "organization")]
    answered = (await admin.do("POST", "/$batch", {"requests": requests}))["responses"]
    assert {each["id"]: each["status"] for each in answered} == {"me": 200, "organization": 429}
    (throttled,) = [each for each in answered if each["status"] == 429]
    assert throttled["headers"]["Retry-After"] == "2.128"
    await admin.control("throttle", path="/me$", seconds="")
    assert "Retry-After" not in (await admin.call("GET", "/me")).headers


async def test_a_revoked_app_token_heals_by_itself_once_there_is_a_new_one(
    job: App, admin: Admin, target: PracticeApp
) -> None:
    assert (await admin.control("assign", who=ANN))["id"]
    assert (await job.start())["code"] == "Active"
    await admin.control("revoke-app")
    ill = (await job.cycle())["quarantine"]
    assert ill["reason"] == "EncounteredQuarantineException"
    await admin.control("clock", minutes=2 * DAY)
    worse = (await job.until(lambda status: status["quarantine"]["seriesCount"] == 2))["quarantine"]
    assert worse["currentBegan"] == ill["currentBegan"]
    assert worse["nextAttempt"] > ill["nextAttempt"]
    await job.credentials(target.tenant_url, target.token)
    await admin.control("clock", minutes=2 * DAY)
    status = await job.until(lambda status: status["quarantine"] is None)
    assert status["code"] == "Active"
    assert status["countSuccessiveCompleteFailures"] == 0


async def test_four_weeks_of_quarantine_disable_a_job(job: App, admin: Admin) -> None:
    await admin.control("assign", who=ANN)
    await admin.control("revoke-app")
    assert (await job.start())["code"] == "Quarantine"
    await admin.control("clock", minutes=29 * DAY)
    await job.until(lambda status: status["quarantine"]["seriesCount"] == 2)
    shown = await admin.get(f"{job.at}/jobs/{job.job}")
    assert shown["schedule"]["state"] == "Disabled"


async def test_time_that_runs_faster_brings_cycles_by_itself(job: App, admin: Admin) -> None:
    first = await job.start()
    await admin.control("clock", speed=40 * 60 * 20)  # a cycle's 40 minutes in a twentieth of a second
    await job.until(lambda status: status["lastExecution"] != first["lastExecution"])
    second = await job.status()
    await job.until(lambda status: status["lastExecution"] != second["lastExecution"])


async def test_people_are_assigned_and_taken_off(app: App, admin: Admin) -> None:
    at = f"/servicePrincipals/{app.id}/appRoleAssignedTo"
    await admin.control("assign", who="InVision pilot", app="InVision SCIM")
    await admin.control("assign", who=ANN)
    rows = (await admin.get(at))["value"]
    assert [(row["principalType"], row["appRoleId"]) for row in rows] == [
        ("Group", app.role),
        ("User", app.role),
    ]
    assert await admin.control("assign", who=ANN, remove=True) == {"removed": 1}
    assert len((await admin.get(at))["value"]) == 1


async def test_provision_on_demand_answers_in_two_shapes_and_five_times_in_ten_seconds(
    job: App, admin: Admin
) -> None:
    user = (await admin.get(f"/users/{ANN}"))["id"]
    await admin.control("assign", who=ANN)
    first = (await demand(job, user)).json()
    assert json.loads(first["key"])["result"] == "Success"
    again = json.loads((await demand(job, user)).json()["key"])
    assert (again["result"], again["details"]["errorCode"]) == ("Skipped", "RedundantExport")
    await admin.control("assign", who=ANN, remove=True)
    await admin.control("demand", shape=2)
    answer = (await demand(job, user)).json()
    assert answer["key"].endswith("SyncFabric.StatusInfo")
    (told,) = json.loads(answer["value"])
    assert [step["provisioningStepType"] for step in told["provisioningSteps"]][0] == "Import"
    statuses = [(await demand(job, user)).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    refused = await demand(job, user)
    assert 0 < float(refused.headers["Retry-After"]) <= 10


async def test_the_log_has_graphs_codes_and_compares_exactly(
    job: App, admin: Admin, target: PracticeApp
) -> None:
    one, other = (await admin.get("/users?$top=2&$filter=startswith(displayName,'B')"))["value"]
    for user in (one, other):
        await admin.control("assign", who=user["id"])
        await admin.control("user", user=user["id"], values={"mail": "twins@contoso.example"})
    at = f"{job.at}/jobs/{job.job}/schema"
    schema = await admin.get(at)
    for row in schema["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"]:
        if row["targetAttributeName"] == "userName":
            row["source"] = {"type": "Attribute", "expression": "[mail]", "name": "mail", "parameters": []}
    await admin.do("PUT", at, schema)
    status = await job.start()
    assert status["lastExecution"]["state"] == "EntryLevelErrors"

    async def rows(test: str) -> list[dict[str, Any]]:
        found = await admin.get(f"/auditLogs/provisioning?$filter={test}")
        return list(found["value"])

    failed, twin = await rows("provisioningStatusInfo/status eq 'failure'")
    assert failed["provisioningStatusInfo"]["errorInformation"]["errorCode"] == "DuplicateSourceEntries"
    assert {each["sourceIdentity"]["id"] for each in (failed, twin)} == {one["id"], other["id"]}
    assert failed["targetIdentity"]["identityType"].endswith(":User")
    assert await rows("provisioningStatusInfo/status eq 'Failure'") == []
    portal = (
        f"((contains(tolower(servicePrincipal/id),'{job.id}')) and activityDateTime gt 2026-01-01T00:00:00Z)"
    )
    assert failed in await rows(portal)


async def test_the_state_of_jobs_goes_with_the_tenant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: PracticeApp
) -> None:
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(tmp_path))
    with PracticeTenant.start() as tenant:
        async with httpx.AsyncClient(base_url=tenant.graph_url) as client:
            admin = Admin(client)
            await admin.sign_in()
            await admin.control("lag", times=0)
            found = await admin.get("/applicationTemplates?$filter=displayName eq 'InVision'")
            at = f"/applicationTemplates/{found['value'][0]['id']}/instantiate"
            app = App(admin, await admin.do("POST", at, {"displayName": "InVision SCIM"}))
            app.job = (await admin.do("POST", f"{app.at}/jobs", {"templateId": "invision"}))["id"]
            await app.credentials(target.tenant_url, target.token, SyncAll="true")
            assert len(os.listdir(tmp_path)) == 1
            await admin.do("POST", f"{app.at}/jobs/{app.job}/start")  # and amid its cycle, the end
    assert os.listdir(tmp_path) == []


async def test_a_restart_gives_up_the_running_cycle(job: App, admin: Admin, target: PracticeApp) -> None:
    await admin.control("fill", users=3_000)
    await job.credentials(target.tenant_url, target.token, SyncAll="true")
    await admin.do("POST", f"{job.at}/jobs/{job.job}/start")
    began = time.monotonic()
    await admin.do("POST", f"{job.at}/jobs/{job.job}/restart", {"criteria": {"resetScope": "Watermark"}})
    assert time.monotonic() - began < 5
    await admin.do("POST", f"{job.at}/jobs/{job.job}/pause")


async def test_web_pages_are_not_answered(practice_tenant: PracticeTenant) -> None:
    async with httpx.AsyncClient(base_url=practice_tenant.graph_url) as client:
        page = {"Origin": "https://pages.example"}
        assert (await client.post("/practice/sign-in", headers=page, json={})).status_code == 403
        assert (await client.get("/v1.0/me", headers=page)).status_code == 403
        assert (
            await client.post("/practice/revoke", headers={"Host": "pages.example:80"})
        ).status_code == 421
