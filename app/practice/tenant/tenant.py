"""The whole state of the practice tenant. In memory only: a new start is a new tenant."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from app.practice.tenant import sample
from app.practice.tenant.clock import FastClock
from app.practice.tenant.directory import TenantDirectory
from app.practice.tenant.fault import GraphFault, not_found
from app.practice.tenant.job import Job
from app.practice.tenant.sign_in import Tokens

NOBODYS_ROLE: Final = "00000000-0000-0000-0000-000000000000"
"""*Default access*: of an app that declares no role."""


@dataclass
class Trouble:
    """What a control made go wrong: the next calls that match are answered so.

    Attributes:
        times: how many are left.
    """

    method: str
    path: str
    status: int
    times: int
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)


class Tenant:
    """Directory, apps and jobs of one practice tenant.

    Attributes:
        principals: service principals by id.
        assignments: app role assignments by their own id.
        secrets: the credentials and settings of each service principal's synchronization.
        jobs: by service principal id, then by job id.
        log: the provisioning log, newest last.
        fresh: how often each new object still answers 404, for it is not everywhere yet.
        expired: delta links of changes up to this number are too old.
        demand_shape: in which of its two shapes provision on demand answers, 1 or 2.
        demands: when the last requests on demand came, by the real time.
        readings: the rows of the delta readings that are under way, by a name in their links.
    """

    def __init__(self) -> None:
        self.clock = FastClock()
        self.tokens = Tokens()
        self.directory = TenantDirectory.sample()
        self.templates = sample.gallery()
        self.applications: dict[str, dict[str, Any]] = {}
        self.principals: dict[str, dict[str, Any]] = {}
        self.owners: dict[str, list[str]] = {}
        self.assignments: dict[str, dict[str, Any]] = {}
        self.secrets: dict[str, dict[str, str]] = {}
        self.jobs: dict[str, dict[str, Job]] = {}
        self.log: list[dict[str, Any]] = []
        self.licences = sample.licences()
        self.fresh: dict[str, int] = {}
        self.lag = 2
        self.expired = -1
        self.demand_shape = 1
        self.demands: list[float] = []
        self.readings: dict[str, list[dict[str, Any]]] = {}
        self.troubles: list[Trouble] = []

    def now(self) -> str:
        """The tenant's time as Graph writes it."""
        return self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    def principal(self, principal_id: str) -> dict[str, Any]:
        """A service principal by id.

        Raises:
            GraphFault: 404, also while it is new.
        """
        return self._settled(self.principals, principal_id)

    def application(self, application_id: str) -> dict[str, Any]:
        """An application by id.

        Raises:
            GraphFault: 404, also while it is new.
        """
        return self._settled(self.applications, application_id)

    def _settled(self, objects: dict[str, dict[str, Any]], object_id: str) -> dict[str, Any]:
        found = objects.get(object_id)
        if found is None:
            raise not_found(object_id)
        if self.fresh.get(object_id, 0) > 0:
            self.fresh[object_id] -= 1
            raise not_found(object_id)
        return found

    def job(self, principal_id: str, job_id: str) -> Job:
        """A job of a service principal.

        Raises:
            GraphFault: 404.
        """
        self.principal(principal_id)
        found = self.jobs.get(principal_id, {}).get(job_id)
        if found is None:
            raise GraphFault(404, "JobNotFound", f"The job '{job_id}' was not found.")
        return found

    def assigned_to(self, principal_id: str) -> list[dict[str, Any]]:
        """The app role assignments of an app."""
        return [each for each in self.assignments.values() if each["resourceId"] == principal_id]

    def assign(self, app: dict[str, Any], who: dict[str, Any], role: str) -> dict[str, Any]:
        """Assign a user or group to an app."""
        made = {
            "id": secrets.token_urlsafe(32),
            "deletedDateTime": None,
            "appRoleId": role,
            "createdDateTime": self.now(),
            "principalDisplayName": who["displayName"],
            "principalId": who["id"],
            "principalType": "User" if "userPrincipalName" in who else "Group",
            "resourceDisplayName": app["displayName"],
            "resourceId": app["id"],
        }
        self.assignments[made["id"]] = made
        return made

    def add_app(
        self, template: dict[str, Any], name: str, owner: str
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """A new application with its service principal, made from a gallery template."""
        application_id, principal_id, app_id = (str(uuid.uuid4()) for _ in range(3))
        roles = [_role("User"), _role("msiam_access")]
        application = {
            "id": application_id,
            "appId": app_id,
            "applicationTemplateId": template["id"],
            "createdDateTime": self.now(),
            "deletedDateTime": None,
            "displayName": name,
            "identifierUris": [],
            "signInAudience": "AzureADMyOrg",
            "tags": [],
            "appRoles": roles,
            "web": {"homePageUrl": template["homePageUrl"], "redirectUris": []},
        }
        principal = {
            "id": principal_id,
            "appId": app_id,
            "applicationTemplateId": template["id"],
            "accountEnabled": True,
            "appDisplayName": name,
            "appRoleAssignmentRequired": True,
            "appRoles": [dict(role) for role in roles],
            "deletedDateTime": None,
            "displayName": name,
            "homepage": template["homePageUrl"],
            "loginUrl": None,
            "logoutUrl": None,
            "notificationEmailAddresses": [],
            "preferredSingleSignOnMode": None,
            "replyUrls": [],
            "servicePrincipalNames": [app_id],
            "servicePrincipalType": "Application",
            "tags": ["WindowsAzureActiveDirectoryIntegratedApp"],
        }
        self.applications[application_id] = application
        self.principals[principal_id] = principal
        self.owners[principal_id] = [owner]
        self.fresh[application_id] = self.fresh[principal_id] = self.lag
        return application, principal

    def remove_principal(self, principal_id: str) -> None:
        """Delete a service principal with all that hangs on it."""
        for job in self.jobs.pop(principal_id, {}).values():
            job.end()
        self.secrets.pop(principal_id, None)
        self._forget_assignments(lambda each: each["resourceId"] == principal_id)
        self.principals.pop(principal_id, None)

    def _forget_assignments(self, gone: Callable[[dict[str, Any]], bool]) -> None:
        self.assignments = {name: each for name, each in self.assignments.items() if not gone(each)}

    def end(self) -> None:
        """End all that runs."""
        for jobs in self.jobs.values():
            for job in jobs.values():
                job.end()


def _role(name: str) -> dict[str, Any]:
    return {
        "allowedMemberTypes": ["User"],
        "displayName": name,
        "id": str(uuid.uuid4()),
        "isEnabled": True,
        "description": name,
        "value": None,
        "origin": "Application",
    }
