"""A tenant in memory for tests of the road: an httpx transport, quick enough to cut the road at every call.

It keeps to what ``graph_samples.json`` shows; the practice tenant is the one that is held to the description.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx

from app.entra.clouds import NON_GALLERY_TEMPLATE

INVISION = "11111111-aaaa-4bbb-8ccc-000000000001"
USER_ROLE = "33333333-aaaa-4bbb-8ccc-000000000001"
TENANT = "0123456789abcdef0123456789abcdef"
OPERATORS = (
    "EQUALS",
    "NOT_EQUALS",
    "IS_NULL",
    "IS_NOT_NULL",
    "IS_TRUE",
    "IS_FALSE",
    "REGEX_MATCH",
    "INCLUDES",
)
TOKEN = "tok/planted+8c1f52aa90=="
Answer = tuple[int, Any]


class Cut(BaseException):
    """The power went out."""


def switch_row() -> dict[str, Any]:
    expression = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'
    source = {"expression": expression, "name": "Switch", "type": "Function", "parameters": []}
    return row("active", source)


def row(target: str, source: Any, matching: int = 0) -> dict[str, Any]:
    if isinstance(source, str):
        source = {"expression": f"[{source}]", "name": source, "type": "Attribute", "parameters": []}
    return {
        "defaultValue": None,
        "exportMissingReferences": False,
        "flowBehavior": "FlowWhenChanged",
        "flowType": "Always",
        "matchingPriority": matching,
        "targetAttributeName": target,
        "source": source,
    }


def schema_of(job: str, *, odd: bool = True) -> dict[str, Any]:
    people: dict[str, Any] = {
        "enabled": True,
        "flowTypes": "Add, Update, Delete",
        "name": "Provision Azure Active Directory Users",
        "sourceObjectName": "User",
        "targetObjectName": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "metadata": [{"key": "Disposition", "value": '"Normal"'}],
        "scope": None,
        "attributeMappings": [
            row("userName", "userPrincipalName", 1),
            switch_row(),
            row("title", "jobTitle"),
        ],
    }
    if odd:
        people["unheardOf"] = {"kept": True}
    groups = people | {
        "name": "Provision Azure Active Directory Groups",
        "sourceObjectName": "Group",
        "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:Group",
        "attributeMappings": [row("displayName", "displayName", 1), row("members", "members")],
    }
    rule = {
        "id": "03f7d90d-bf71-41b1-bda6-aaf0ddbee5d8#V2",
        "editable": True,
        "name": "USERGROUP_OUTBOUND_USERGROUP",
        "priority": 1,
        "sourceDirectoryName": "Azure Active Directory",
        "targetDirectoryName": "InVision",
        "containerFilter": None,
        "groupFilter": None,
        "metadata": [{"key": "supportsProvisionOnDemand", "value": "true"}],
        "objectMappings": [deepcopy(people), deepcopy(groups)],
    }
    schema = {"id": job, "version": "v1.2", "synchronizationRules": [rule]}
    return schema | ({"somethingNew": [1, 2]} if odd else {})


class SmallTenant(httpx.AsyncBaseTransport):
    """The tenant.

    Attributes:
        odd: whether schemas have parts that nobody has heard of.
        lag: how many looks at a new object find nothing.
        before: sees each call before it is carried out; may raise, or give an answer in its place.
        after: sees each call after it was carried out.
        log: every call, as method and path.
        carried_out: those of them that went well.
    """

    def __init__(self, lag: int = 0, *, odd: bool = True) -> None:
        self.lag = lag
        self.odd = odd
        self.before: Callable[[str, str], Answer | None] = lambda method, path: None
        self.after: Callable[[str, str], None] = lambda method, path: None
        self.log: list[str] = []
        self.carried_out: list[str] = []
        self.bodies: list[tuple[str, Any]] = []
        self.apps: dict[str, dict[str, Any]] = {}
        self.principals: dict[str, dict[str, Any]] = {}
        self.jobs: dict[str, dict[str, Any]] = {}
        self.owners: dict[str, str] = {}
        self.schemas: dict[str, dict[str, Any]] = {}
        self.secrets: dict[str, dict[str, str]] = {}
        self.assignments: dict[str, dict[str, Any]] = {}
        self.unseen: dict[str, int] = {}
        self.bad_token = False
        self.templates = ["customappsso", "invision"]
        self.users = {
            _id(f"user {name}"): {
                "id": _id(f"user {name}"), "displayName": name, "userPrincipalName": f"{name}@contoso.com",
                "mail": f"{name}@contoso.com", "accountEnabled": True,
            }
            for name in ("ann", "bo", "cy")
        }  # fmt: skip
        self.groups = {
            _id("group Designers"): {
                "id": _id("group Designers"), "displayName": "Designers", "securityEnabled": True,
            },
            _id("group Mail"): {"id": _id("group Mail"), "displayName": "Mail", "securityEnabled": False},
        }  # fmt: skip

    def state(self) -> dict[str, Any]:
        """All that matters in the end, without ids that are made up anew each time."""
        names = {sp["id"]: sp["displayName"] for sp in self.principals.values()}
        return {
            "apps": sorted(app["displayName"] for app in self.apps.values()),
            "roles": sorted(role["displayName"] for app in self.apps.values() for role in app["appRoles"]),
            "principals": sorted(names.values()),
            "jobs": sorted((job["templateId"], job["schedule"]["state"]) for job in self.jobs.values()),
            "schemas": [_essence(each) for each in self.schemas.values()],
            "secrets": sorted((names[sp], sorted(each.items())) for sp, each in self.secrets.items()),
            "assignments": sorted(
                (each["principalId"], names[each["resourceId"]]) for each in self.assignments.values()
            ),
        }

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer graph-token"
        url = urlsplit(str(request.url))
        path = unquote(url.path).removeprefix("/v1.0")
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        body = json.loads(request.content) if request.content else None
        self.log.append(f"{request.method} {path}")
        self.bodies.append((f"{request.method} {path}", body))
        given = self.before(request.method, path)
        if given is None:
            given = self.answer(request.method, path, query, body)
            if given[0] < 300:
                self.carried_out.append(f"{request.method} {path}")
        status, answer = given
        self.after(request.method, path)
        if isinstance(answer, str):
            return httpx.Response(status, text=answer)
        return httpx.Response(status) if answer is None else httpx.Response(status, json=answer)

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> Answer:
        for verb, pattern, handler in _ROUTES:
            if verb == method and (found := re.fullmatch(pattern, path)):
                return handler(self, *found.groups(), query, body)
        return 501, error("NotImplemented", f"{method} {path}")

    # --- apps

    def _gallery(self, query: dict[str, str], body: Any) -> Answer:
        app = {
            "id": INVISION, "displayName": "InVision", "publisher": "InVision", "deprecationDate": None,
            "supportedProvisioningTypes": ["sync"], "supportedSingleSignOnModes": ["saml"],
        }  # fmt: skip
        return 200, {"value": [app] if "InVision" in query["$filter"] else []}

    def _instantiate(self, template: str, query: dict[str, str], body: Any) -> Answer:
        assert template in {INVISION, NON_GALLERY_TEMPLATE}
        app, principal, client = (str(uuid.uuid4()) for _ in range(3))
        roles = [
            {"allowedMemberTypes": ["User"], "displayName": name, "id": id_, "isEnabled": True,
             "description": name, "value": None, "origin": "Application"}
            for name, id_ in (("msiam_access", _id("msiam")), ("User", USER_ROLE))
        ]  # fmt: skip
        common = {"displayName": body["displayName"], "appId": client, "applicationTemplateId": template}
        self.apps[app] = common | {"id": app, "appRoles": deepcopy(roles)}
        self.principals[principal] = common | {
            "id": principal, "tags": ["WindowsAzureActiveDirectoryIntegratedApp"], "accountEnabled": True,
        }  # fmt: skip
        self.unseen |= {app: self.lag, principal: self.lag}
        return 201, {"application": self.apps[app], "servicePrincipal": self._shown(principal)}

    def _shown(self, principal: str) -> dict[str, Any]:
        found = self.principals[principal]
        app = next((app for app in self.apps.values() if app["appId"] == found["appId"]), {"appRoles": []})
        return found | {"appRoles": app["appRoles"]}

    def _seen(self, id_: str) -> bool:
        if self.unseen.get(id_, 0) > 0:
            self.unseen[id_] -= 1
            return False
        return True

    def _principals(self, query: dict[str, str], body: Any) -> Answer:
        wanted = query.get("$filter", "")
        rows = [self._shown(id_) for id_ in self.principals if self._seen(id_)]
        if " eq " in wanted:
            rows = [each for each in rows if f"'{each['displayName']}'" in wanted]
        return 200, {"value": rows}

    def _principal(self, id_: str, query: dict[str, str], body: Any) -> Answer:
        if id_ not in self.principals or not self._seen(id_):
            return not_found(id_)
        return 200, self._shown(id_)

    def _no_principal(self, id_: str, query: dict[str, str], body: Any) -> Answer:
        return (204, None) if self.principals.pop(id_, None) else not_found(id_)

    def _applications(self, query: dict[str, str], body: Any) -> Answer:
        return 200, {"value": [app for app in self.apps.values() if app["appId"] in query["$filter"]]}

    def _application(self, id_: str, query: dict[str, str], body: Any) -> Answer:
        return (200, self.apps[id_]) if id_ in self.apps and self._seen(id_) else not_found(id_)

    def _patch_application(self, id_: str, query: dict[str, str], body: Any) -> Answer:
        if id_ not in self.apps:
            return not_found(id_)
        kept = {role["id"] for role in body["appRoles"]}
        gone = [role for role in self.apps[id_]["appRoles"] if role["id"] not in kept]
        if any(role["isEnabled"] for role in gone) or any("origin" in role for role in body["appRoles"]):
            return 400, error("CannotDeleteEnabledRole", "a role that is enabled, or origin sent")
        self.apps[id_]["appRoles"] = body["appRoles"]
        return 204, None

    def _no_application(self, id_: str, query: dict[str, str], body: Any) -> Answer:
        app = self.apps.pop(id_, None)
        if app is None:
            return not_found(id_)
        for sp in [each["id"] for each in self.principals.values() if each["appId"] == app["appId"]]:
            del self.principals[sp]
            self.secrets.pop(sp, None)
            self.assignments = {k: v for k, v in self.assignments.items() if v["resourceId"] != sp}
            for job in [key for key in self.jobs if self.owners[key] == sp]:
                del self.jobs[job], self.schemas[job]
        return 204, None

    # --- synchronization

    def _templates(self, sp: str, query: dict[str, str], body: Any) -> Answer:
        if sp not in self.principals or not self._seen(sp):
            return not_found(sp)
        return 200, {"value": [{"id": each, "default": each == "invision"} for each in self.templates]}

    def _jobs(self, sp: str, query: dict[str, str], body: Any) -> Answer:
        return 200, {"value": [job for job in self.jobs.values() if self.owners[job["id"]] == sp]}

    def _make_job(self, sp: str, query: dict[str, str], body: Any) -> Answer:
        id_ = f"{body['templateId']}.{TENANT}.{uuid.uuid4()}"
        status = {"code": "Paused", "steadyStateFirstAchievedTime": "0001-01-01T00:00:00Z"}
        schedule = {"interval": "PT40M", "state": "Disabled", "expiration": None}
        self.jobs[id_] = {
            "id": id_, "templateId": body["templateId"], "schedule": schedule, "status": status,
        }  # fmt: skip
        self.owners[id_] = sp
        self.schemas[id_] = schema_of(id_, odd=self.odd)
        return 201, self.jobs[id_]

    def _job(self, sp: str, job: str, query: dict[str, str], body: Any) -> Answer:
        return (200, self.jobs[job]) if job in self.jobs else not_found(job)

    def _no_job(self, sp: str, job: str, query: dict[str, str], body: Any) -> Answer:
        self.schemas.pop(job, None)
        return (204, None) if self.jobs.pop(job, None) else not_found(job)

    def _start(self, sp: str, job: str, query: dict[str, str], body: Any) -> Answer:
        assert self.jobs[job]["schedule"]["state"] != "Active", "a running job was started again"
        self.jobs[job]["schedule"]["state"] = "Active"
        return 204, None

    def _pause(self, sp: str, job: str, query: dict[str, str], body: Any) -> Answer:
        self.jobs[job]["schedule"]["state"] = "Disabled"
        return 204, None

    def _validate(self, sp: str, query: dict[str, str], body: Any) -> Answer:
        assert not any(each["value"] == "*" for each in body["credentials"])
        if self.bad_token:
            return 400, error("CredentialValidationUnavailable", "upstream Unauthorized")
        return 204, None

    def _get_secrets(self, sp: str, query: dict[str, str], body: Any) -> Answer:
        if sp not in self.secrets:
            return not_found(sp)
        hidden = {"SecretToken", "Password"}
        return 200, {
            "value": [
                {"key": key, "value": "*" if key in hidden else value}
                for key, value in self.secrets[sp].items()
            ]
        }

    def _put_secrets(self, sp: str, query: dict[str, str], body: Any) -> Answer:
        assert not any(each["value"] == "*" for each in body["value"]), "a masked secret was sent back"
        self.secrets[sp] = {each["key"]: each["value"] for each in body["value"]}
        return 204, None

    def _get_schema(self, sp: str, job: str, query: dict[str, str], body: Any) -> Answer:
        return (200, {"@odata.context": "x"} | self.schemas[job]) if job in self.schemas else not_found(job)

    def _put_schema(self, sp: str, job: str, query: dict[str, str], body: Any) -> Answer:
        assert not any(key.startswith("@") for key in body)
        self.schemas[job] = body
        return 204, None

    def _operators(self, sp: str, job: str, query: dict[str, str], body: Any) -> Answer:
        return 200, {"value": [{"id": name, "name": name, "arity": "Binary"} for name in OPERATORS]}

    def _parse(self, sp: str, job: str, query: dict[str, str], body: Any) -> Answer:
        text = body["expression"]
        if "Nonsense" in text:
            failed = {"error": {"code": "InvalidFunction", "message": "Nonsense is not a function"}}
            return 200, failed | {"parsingSucceeded": False, "evaluationSucceeded": False}
        name = text.partition("(")[0]
        source = {"expression": text, "name": name, "type": "Function", "parameters": []}
        return 200, {
            "error": None, "parsingSucceeded": True, "evaluationSucceeded": True, "evaluationResult": ["ZOE"],
            "parsedExpression": source,
        }  # fmt: skip

    def _batch(self, query: dict[str, str], body: Any) -> Answer:
        responses = []
        for entry in body["requests"]:
            url = urlsplit(entry["url"])
            asked = {key: values[0] for key, values in parse_qs(url.query).items()}
            status, answer = self.answer(entry["method"], unquote(url.path), asked, entry.get("body"))
            responses.append({"id": entry["id"], "status": status, "headers": {}, "body": answer})
        return 200, {"responses": responses[::-1]}

    # --- people

    def _assigned(self, sp: str, query: dict[str, str], body: Any) -> Answer:
        return 200, {"value": [each for each in self.assignments.values() if each["resourceId"] == sp]}

    def _assign(self, sp: str, query: dict[str, str], body: Any) -> Answer:
        same = [each for each in self.assignments.values() if {**each, **body} == each]
        if same:
            return 400, error("Request_BadRequest", "Permission being assigned already exists on the object")
        id_ = "-W" + uuid.uuid4().hex
        known = self.users | self.groups
        kind = "User" if body["principalId"] in self.users else "Group"
        name = known[body["principalId"]]["displayName"]
        self.assignments[id_] = body | {"id": id_, "principalDisplayName": name, "principalType": kind}
        return 201, self.assignments[id_]

    def _unassign(self, sp: str, id_: str, query: dict[str, str], body: Any) -> Answer:
        return (204, None) if self.assignments.pop(id_, None) else not_found(id_)

    def _list_users(self, query: dict[str, str], body: Any) -> Answer:
        wanted = query.get("$filter", query.get("$search", ""))
        found = [each for each in self.users.values() if each["userPrincipalName"] in wanted]
        return 200, {"value": found, "@odata.count": len(found)}

    def _list_groups(self, query: dict[str, str], body: Any) -> Answer:
        wanted = query.get("$filter", query.get("$search", ""))
        return 200, {"value": [each for each in self.groups.values() if f"'{each['displayName']}'" in wanted]}


def _id(text: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, text))


def error(code: str, message: str) -> dict[str, Any]:
    inner = {"date": "2026-01-05T10:00:01", "request-id": _id("request"), "client-request-id": _id("request")}
    return {"error": {"code": code, "message": message, "innerError": inner}}


def not_found(id_: str) -> Answer:
    return 404, error("Request_ResourceNotFound", f"Resource '{id_}' does not exist.")


def _essence(schema: dict[str, Any]) -> str:
    return json.dumps({key: value for key, value in schema.items() if key != "id"}, sort_keys=True)


_SP = r"/servicePrincipals/([^/]+)"
_SYNC = _SP + "/synchronization"
_JOB = _SYNC + "/jobs/([^/]+)"
_ROUTES: list[tuple[str, str, Any]] = [
    ("GET", "/applicationTemplates", SmallTenant._gallery),
    ("POST", "/applicationTemplates/([^/]+)/instantiate", SmallTenant._instantiate),
    ("GET", "/servicePrincipals", SmallTenant._principals),
    ("GET", _SP, SmallTenant._principal),
    ("DELETE", _SP, SmallTenant._no_principal),
    ("GET", "/applications", SmallTenant._applications),
    ("GET", "/applications/([^/]+)", SmallTenant._application),
    ("PATCH", "/applications/([^/]+)", SmallTenant._patch_application),
    ("DELETE", "/applications/([^/]+)", SmallTenant._no_application),
    ("GET", _SYNC + "/templates", SmallTenant._templates),
    ("GET", _SYNC + "/jobs", SmallTenant._jobs),
    ("POST", _SYNC + "/jobs", SmallTenant._make_job),
    ("POST", _SYNC + "/jobs/validateCredentials", SmallTenant._validate),
    ("GET", _JOB, SmallTenant._job),
    ("DELETE", _JOB, SmallTenant._no_job),
    ("POST", _JOB + "/start", SmallTenant._start),
    ("POST", _JOB + "/pause", SmallTenant._pause),
    ("GET", _SYNC + "/secrets", SmallTenant._get_secrets),
    ("PUT", _SYNC + "/secrets", SmallTenant._put_secrets),
    ("GET", _JOB + "/schema", SmallTenant._get_schema),
    ("PUT", _JOB + "/schema", SmallTenant._put_schema),
    ("GET", _JOB + "/schema/filterOperators", SmallTenant._operators),
    ("POST", _JOB + "/schema/parseExpression", SmallTenant._parse),
    ("GET", _SP + "/appRoleAssignedTo", SmallTenant._assigned),
    ("POST", _SP + "/appRoleAssignedTo", SmallTenant._assign),
    ("DELETE", _SP + "/appRoleAssignedTo/([^/]+)", SmallTenant._unassign),
    ("POST", r"/\$batch", SmallTenant._batch),
    ("GET", "/users", SmallTenant._list_users),
    ("GET", "/groups", SmallTenant._list_groups),
]
