"""One answer of the practice tenant for each of Microsoft's samples, by the sample's name."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import httpx

from app.practice.app import PracticeApp
from tests.practice.tenant.conftest import Admin, App

EVENTUAL = {"ConsistencyLevel": "eventual"}
EXPRESSION = {
    "expression": 'Replace([preferredLanguage], "-", , , "_", ,  )',
    "targetAttributeDefinition": None,
    "testInputObject": {
        "definition": None,
        "properties": [
            {"key": "preferredLanguage", "value": "EN-US"},
            {
                "key": "appRoleAssignments",
                "value@odata.type": "#Collection(String)",
                "value": ["Default Assignment"],
            },
        ],
    },
}


@contextmanager
def silent_app() -> Iterator[str]:
    """An app that takes connections and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/scim/v2"


class Answers:
    """What was answered, each by the name of a sample.

    Attributes:
        found: sample name to status, headers and body.
    """

    def __init__(self, admin: Admin) -> None:
        self.admin = admin
        self.found: dict[str, httpx.Response] = {}

    async def take(self, name: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = await self.admin.call(method, path, body, headers=headers)
        self.found[name] = answer
        return answer.json() if answer.content else None


async def gather(admin: Admin, target: PracticeApp) -> dict[str, httpx.Response]:
    """Go through the road once, and keep what is answered on the way."""
    answers = Answers(admin)
    app = await _new_app(answers)
    await _directory(answers, app)
    await _before_the_first_cycle(answers, app, target)
    await _cycles(answers, app, target)
    await _refusals(answers, app)
    return answers.found


async def _new_app(answers: Answers) -> App:
    admin = answers.admin
    await admin.control("lag", times=1)
    listed = await answers.take(
        "find_template", "GET", "/applicationTemplates?$filter=displayName eq 'InVision'"
    )
    template = listed["value"][0]["id"]
    at = f"/applicationTemplates/{template}/instantiate"
    app = App(admin, await answers.take("instantiate", "POST", at, {"displayName": "InVision SCIM"}))
    await answers.take("sp_not_replicated_yet", "GET", f"/servicePrincipals/{app.id}")
    await admin.get(f"/servicePrincipals/{app.id}")
    await answers.take("templates", "GET", f"{app.at}/templates")
    return app


async def _directory(answers: Answers, app: App) -> None:
    (user,) = (await answers.admin.get("/users?$top=1"))["value"]
    body = {"principalId": user["id"], "resourceId": app.id, "appRoleId": app.role}
    await answers.take("assign", "POST", f"/servicePrincipals/{app.id}/appRoleAssignedTo", body)
    select = "displayName,userPrincipalName,accountEnabled,manager"
    page = await answers.admin.get(f"/users/delta?$select={select}")
    while "@odata.nextLink" in page:
        page = await answers.take("users_delta_page", "GET", page["@odata.nextLink"].partition("/v1.0")[2])
    await answers.take("subscribed_skus", "GET", "/subscribedSkus")
    roles = "/me/transitiveMemberOf/microsoft.graph.directoryRole?$count=true"
    await answers.take("my_roles", "GET", roles, **EVENTUAL)


async def _before_the_first_cycle(answers: Answers, app: App, target: PracticeApp) -> None:
    made = await answers.take("job_created", "POST", f"{app.at}/jobs", {"templateId": "invision"})
    app.job = made["id"]
    job = f"{app.at}/jobs/{app.job}"
    good = [{"key": "BaseAddress", "value": target.tenant_url}, {"key": "SecretToken", "value": target.token}]
    bad = [good[0], {"key": "SecretToken", "value": "bad"}]
    before = {"useSavedCredentials": False, "templateId": "invision", "credentials": good}
    await answers.take("validate_before_job", "POST", f"{app.at}/jobs/validateCredentials", before)
    await answers.take("validate_failed", "POST", f"{job}/validateCredentials", {"credentials": bad})
    await answers.take("schema", "GET", f"{job}/schema")
    await answers.take("parse_expression", "POST", f"{job}/schema/parseExpression", EXPRESSION)
    await answers.take("filter_operators", "GET", f"{job}/schema/filterOperators")
    await answers.take("functions", "GET", f"{job}/schema/functions")
    with silent_app() as url:
        await app.credentials(url, "token")
        await answers.take("start", "POST", f"{job}/start")
        await answers.take("job_not_run", "GET", job)
        await answers.admin.do("DELETE", job)
    app.job = (await answers.admin.do("POST", f"{app.at}/jobs", {"templateId": "invision"}))["id"]


async def _cycles(answers: Answers, app: App, target: PracticeApp) -> None:
    job = f"{app.at}/jobs/{app.job}"
    rows = [{"key": "BaseAddress", "value": target.tenant_url}, {"key": "SecretToken", "value": "bad"},
            {"key": "SyncAll", "value": "false"}]  # fmt: skip
    await answers.take("put_secrets", "PUT", f"{app.at}/secrets", {"value": rows})
    await answers.take("get_secrets_masked", "GET", f"{app.at}/secrets")
    await app.start()
    await answers.take("job_quarantined", "GET", job)
    await app.credentials(target.tenant_url, target.token)
    scope = {"criteria": {"resetScope": "Watermark, Escrows, QuarantineState"}}
    await answers.take("restart", "POST", f"{job}/restart", scope)
    await app.until(lambda status: status["code"] == "Active")
    await answers.take("job_steady", "GET", job)
    query = f"$filter=jobId eq '{app.job}'&$top=500"
    await answers.take("provisioning_logs", "GET", f"/auditLogs/provisioning?{query}")
    (user,) = (await answers.admin.get("/users?$top=1"))["value"]
    rule = (await answers.admin.get(f"{job}/schema"))["synchronizationRules"][0]["id"]
    subject = {"objectId": user["id"], "objectTypeName": "User"}
    body = {"parameters": [{"ruleId": rule, "subjects": [subject]}]}
    await answers.take("provision_on_demand_user", "POST", f"{job}/provisionOnDemand", body)


async def _refusals(answers: Answers, app: App) -> None:
    large = {"value": [{"key": "SecretToken", "value": "x" * 11_000}]}
    await answers.take("secret_too_large", "PUT", f"{app.at}/secrets", large)
    await answers.take("search_needs_header", "GET", '/users?$search="displayName:bri"')
    await answers.admin.control("throttle", path="/users$")
    await answers.take("throttled", "GET", "/users")
    await answers.admin.sign_in("Global Reader")
    await answers.take("forbidden", "GET", f"{app.at}/jobs")
