"""Apps, assignments, credentials, schemas and jobs of the practice tenant, up to cycles that really run."""

from __future__ import annotations

import json
from typing import Any

import httpx

from app.practice.app import PracticeApp
from tests.practice.tenant.conftest import Admin, App

USUAL = "Watermark, Escrows, QuarantineState"
NOBODYS_ROLE = "00000000-0000-0000-0000-000000000000"


async def people_in(target: PracticeApp) -> dict[str, Any]:
    head = {"Authorization": f"Bearer {target.token}"}
    async with httpx.AsyncClient(headers=head) as client:
        rows = (await client.get(f"{target.tenant_url}/Users?count=500")).json().get("Resources", [])
    return {row["userName"]: row for row in rows}


async def some(admin: Admin, number: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await admin.get("/users?$top=20"))["value"]
    return rows[:number]


async def test_a_new_app_is_not_everywhere_at_once(admin: Admin) -> None:
    found = await admin.get("/applicationTemplates?$filter=displayName eq 'InVision'")
    made = await admin.do(
        "POST", f"/applicationTemplates/{found['value'][0]['id']}/instantiate", {"displayName": "Slow"}
    )
    path = f"/servicePrincipals/{made['servicePrincipal']['id']}"
    statuses = [(await admin.call("GET", path)).status_code for _ in range(4)]
    assert statuses == [404, 404, 200, 200]


async def test_an_own_app_offers_legacy_templates_too(admin: Admin) -> None:
    own = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"
    await admin.control("lag", times=0)
    made = await admin.do("POST", f"/applicationTemplates/{own}/instantiate", {"displayName": "Own"})
    at = f"/servicePrincipals/{made['servicePrincipal']['id']}/synchronization/templates"
    names = [each["id"] for each in (await admin.get(at))["value"]]
    assert names == ["customappsso", "customappssoOutDelta", "customappssoRoleIn", "scim"]


async def test_roles_are_replaced_whole(app: App, admin: Admin) -> None:
    path = f"/applications/{app.application}"
    roles = (await admin.get(path))["appRoles"]
    new = {"allowedMemberTypes": ["User"], "description": "Editor", "displayName": "Editor",
           "id": "11111111-2222-4333-8444-555555555555", "isEnabled": True, "value": "editor"}  # fmt: skip
    for role in roles:
        role.pop("origin")
    assert (await admin.call("PATCH", path, {"appRoles": [new]})).status_code == 400  # enabled ones left out
    await admin.do("PATCH", path, {"appRoles": [*roles, new]})
    principal = await admin.get(f"/servicePrincipals/{app.id}")
    assert [role["displayName"] for role in principal["appRoles"]] == ["User", "msiam_access", "Editor"]


async def test_assignments(app: App, admin: Admin) -> None:
    (user,) = await some(admin, 1)
    made = await app.assign(user["id"])
    at = f"/servicePrincipals/{app.id}/appRoleAssignedTo"
    again = {"principalId": user["id"], "resourceId": app.id, "appRoleId": app.role}
    assert "already exists" in (await admin.call("POST", at, again)).json()["error"]["message"]
    nobody = {**again, "appRoleId": NOBODYS_ROLE}
    assert (await admin.call("POST", at, nobody)).status_code == 400  # the app has roles
    (news,) = (await admin.get("/groups?$filter=displayName eq 'Newsletter'"))["value"]
    assert (await admin.call("POST", at, {**again, "principalId": news["id"]})).status_code == 400
    assert [each["id"] for each in (await admin.get(at))["value"]] == [made]
    await admin.do("DELETE", f"{at}/{made}")
    assert (await admin.get(at))["value"] == []


async def test_credentials_are_replaced_and_masked(job: App, admin: Admin, target: PracticeApp) -> None:
    at = f"{job.at}/secrets"
    kept = {each["key"]: each["value"] for each in (await admin.get(at))["value"]}
    assert kept == {"BaseAddress": target.tenant_url, "SecretToken": "*", "SyncAll": "false"}
    await admin.do("PUT", at, {"value": [{"key": "SyncAll", "value": "true"}]})
    assert [each["key"] for each in (await admin.get(at))["value"]] == ["SyncAll"]
    large = {"value": [{"key": "SecretToken", "value": "x" * 11_000}]}
    refused = await admin.call("PUT", at, large)
    assert "Size of input ExternalSecret" in refused.json()["error"]["message"]


async def test_credentials_are_tried_before_there_is_a_job(
    app: App, admin: Admin, target: PracticeApp
) -> None:
    at = f"{app.at}/jobs/validateCredentials"

    def body(token: str) -> dict[str, Any]:
        rows = [{"key": "BaseAddress", "value": target.tenant_url}, {"key": "SecretToken", "value": token}]
        return {"templateId": "invision", "credentials": rows}

    assert (await admin.call("POST", at, body(target.token))).status_code == 204
    refused = (await admin.call("POST", at, body("wrong"))).json()["error"]
    assert refused["code"] == "CredentialValidationUnavailable"
    assert refused["innerError"]["code"].endswith("CredentialValidationUnavailable")


async def test_a_job_runs_cycles_of_the_real_engine(job: App, admin: Admin, target: PracticeApp) -> None:
    first, second, third = await some(admin, 3)
    for user in (first, second):
        await job.assign(user["id"])
    never = await job.status()
    assert never["code"] == "Paused"
    status = await job.start()
    assert status["code"] == "Active"
    assert status["lastExecution"]["state"] == "Succeeded"
    assert status["steadyStateFirstAchievedTime"][:4] != "0001"
    assert set(await people_in(target)) == {first["userPrincipalName"], second["userPrincipalName"]}
    rows = (await admin.get(f"/auditLogs/provisioning?$filter=jobId eq '{job.job}'&$top=5"))["value"]
    assert {row["provisioningAction"] for row in rows} >= {"create"}
    await job.assign(third["id"])
    await admin.control("user", user=first["id"], values={"accountEnabled": False})
    await job.cycle()
    people = await people_in(target)
    assert people[first["userPrincipalName"]]["active"] is False
    assert third["userPrincipalName"] in people
    await admin.control("user", user=second["id"], delete="gone")
    await job.cycle()
    assert second["userPrincipalName"] not in await people_in(target)


async def test_a_revoked_token_brings_quarantine_and_a_new_one_lifts_it(
    job: App, admin: Admin, target: PracticeApp
) -> None:
    (user,) = await some(admin, 1)
    await job.assign(user["id"])
    await job.credentials(target.tenant_url, "revoked")
    status = await job.start()
    assert status["code"] == "Quarantine"
    assert status["quarantine"]["reason"] == "EncounteredQuarantineException"
    assert status["quarantine"]["error"]["code"].endswith("CredentialValidationFailure")
    await job.credentials(target.tenant_url, target.token)
    await admin.do("POST", f"{job.at}/jobs/{job.job}/restart", {"criteria": {"resetScope": USUAL}})
    status = await job.cycle()
    assert status["code"] == "Active"
    assert status["quarantine"] is None
    assert user["userPrincipalName"] in await people_in(target)


async def test_too_many_deletes_are_held_back_until_allowed(
    job: App, admin: Admin, target: PracticeApp
) -> None:
    people = await some(admin, 4)
    assigned = [await job.assign(user["id"]) for user in people]
    settings = json.dumps({"Enabled": True, "Recipients": "it@contoso.example",
                           "DeleteThresholdEnabled": True, "DeleteThresholdValue": 2})  # fmt: skip
    await job.credentials(target.tenant_url, target.token, SyncNotificationSettings=settings)
    await job.start()
    for each in assigned:
        await admin.do("DELETE", f"/servicePrincipals/{job.id}/appRoleAssignedTo/{each}")
    status = await job.cycle()
    assert status["quarantine"]["reason"] == "TooManyDeletes"
    assert sum(not person["active"] for person in (await people_in(target)).values()) < len(people)
    rows = (await admin.get("/auditLogs/provisioning?$filter=provisioningAction eq 'stagedDelete'"))["value"]
    assert rows
    await admin.do("POST", f"{job.at}/jobs/{job.job}/restart", {"criteria": {"resetScope": "ForceDeletes"}})
    await job.cycle()
    assert not any(person["active"] for person in (await people_in(target)).values())


async def test_a_person_on_demand(job: App, admin: Admin, target: PracticeApp) -> None:
    first, second = await some(admin, 2)
    await job.assign(first["id"])
    schema = await admin.get(f"{job.at}/jobs/{job.job}/schema")
    rule = schema["synchronizationRules"][0]["id"]

    async def provision(user: str) -> tuple[Any, Any]:
        subject = {"objectId": user, "objectTypeName": "User"}
        body = {"parameters": [{"ruleId": rule, "subjects": [subject]}]}
        answer = await admin.do("POST", f"{job.at}/jobs/{job.job}/provisionOnDemand", body)
        return json.loads(answer["key"]), json.loads(answer["value"])

    key, value = await provision(first["id"])
    assert key["result"] == "Success"
    assert value["action"] == "Create"
    assert [step["provisioningStepType"] for step in value["provisioningSteps"]][:2] == ["import", "scoping"]
    key, value = await provision(second["id"])
    assert key["result"] == "Skipped"
    assert set(await people_in(target)) == {first["userPrincipalName"]}


async def test_the_schema_is_put_whole_and_decides(job: App, admin: Admin, target: PracticeApp) -> None:
    people = (await admin.get("/users?$top=60&$select=id,userPrincipalName,department,accountEnabled"))[
        "value"
    ]
    for user in people[:6]:
        await job.assign(user["id"])
    at = f"{job.at}/jobs/{job.job}/schema"
    schema = await admin.get(at)
    users = schema["synchronizationRules"][0]["objectMappings"][0]
    wanted = people[0]["department"]
    users["scope"] = {
        "groups": [{"name": "One", "clauses": [{"operatorName": "EQUALS", "sourceOperandName": "department",
                                                "targetOperand": {"values": [wanted]}}]}],
        "categoryFilterGroups": [], "inputFilterGroups": [],
    }  # fmt: skip
    await admin.do("PUT", at, schema)
    await job.start()
    in_scope = {user["userPrincipalName"] for user in people[:6]
                if user["department"] == wanted and user["accountEnabled"]}  # fmt: skip
    assert set(await people_in(target)) == in_scope
    for row in users["attributeMappings"]:
        row["matchingPriority"] = 0
    assert (await admin.call("PUT", at, schema)).status_code == 400


async def test_expressions_are_parsed_and_tried(job: App, admin: Admin) -> None:
    at = f"{job.at}/jobs/{job.job}/schema"
    body = {
        "expression": 'Replace([preferredLanguage], "-", , , "_", ,  )',
        "testInputObject": {"properties": [{"key": "preferredLanguage", "value": "EN-US"}]},
    }
    parsed = await admin.do("POST", f"{at}/parseExpression", body)
    assert parsed["evaluationResult"] == ["EN_US"]
    assert parsed["parsedExpression"]["name"] == "Replace"
    wrong = await admin.do("POST", f"{at}/parseExpression", {"expression": "Replace(["})
    assert wrong["parsingSucceeded"] is False
    assert wrong["error"]["message"]
    names = {each["name"] for each in (await admin.get(f"{at}/filterOperators"))["value"]}
    assert {"EQUALS", "REGEX MATCH"} <= names
    assert "Switch" in {each["name"] for each in (await admin.get(f"{at}/functions"))["value"]}
