"""A practice tenant for tests of the commands, and what a test looks at in it beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from app.setup.plan import Place, SetupPlan
from app.setup.plan_file import write_plan

NAME = "InVision pilot"


class Tenant:
    """What a test looks at in the tenant, beside the commands."""

    def __init__(self, url: str) -> None:
        self.url = url
        body = {"role": "Application Administrator", "write": True}
        given = httpx.post(f"{url}/practice/sign-in", json=body, trust_env=False).json()
        self.token = given["access_token"]

    def get(self, path: str) -> list[dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = httpx.get(f"{self.url}/v1.0{path}", headers=headers, trust_env=False)
        answer.raise_for_status()
        rows: list[dict[str, Any]] = answer.json()["value"]
        return rows

    def control(self, name: str, **body: Any) -> None:
        httpx.post(f"{self.url}/practice/{name}", json=body, trust_env=False).raise_for_status()

    def apps(self, name: str) -> list[dict[str, Any]]:
        return [each for each in self.get("/servicePrincipals") if each["displayName"] == name]

    def jobs(self, name: str) -> list[dict[str, Any]]:
        return [
            job
            for app in self.apps(name)
            for job in self.get(f"/servicePrincipals/{app['id']}/synchronization/jobs")
        ]

    def assigned(self, name: str) -> list[str]:
        rows = [
            row
            for app in self.apps(name)
            for row in self.get(f"/servicePrincipals/{app['id']}/appRoleAssignedTo")
        ]
        return sorted(row["principalDisplayName"] for row in rows)


def entra_plan(folder: Path, tenant_url: str, graph_url: str) -> Path:
    """A plan for the practice tenant: one person and one group."""
    made = SetupPlan()
    made.run.where = Place.ENTRA
    made.app.tenant_url = tenant_url
    made.entra.cloud = "practice"
    made.entra.graph = graph_url
    made.entra.application_name = NAME
    made.scope.assigned = ["user:ann.nilsson@contoso.example", "group:InVision pilot"]
    path = folder / "pilot.toml"
    write_plan(path, made)
    return path
