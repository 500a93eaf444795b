"""A tenant to speak with: each call and answer is held to Microsoft's description."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from app.practice.app import PracticeApp
from app.practice.tenant.process import PracticeTenant
from tests.servers.described import DescribedTransport


class Admin:
    """Somebody who is signed in to the practice tenant."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.http = client

    async def control(self, name: str, **body: Any) -> Any:
        answer = await self.http.post(f"/practice/{name}", json=body)
        assert answer.status_code in {200, 204}, answer.text
        return answer.json() if answer.status_code == 200 else None

    async def sign_in(self, role: str = "Application Administrator", *, write: bool = True) -> None:
        given = await self.control("sign-in", role=role, write=write)
        self.http.headers["Authorization"] = f"Bearer {given['access_token']}"

    async def call(self, method: str, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """One call; a body that is None is none."""
        if body is not None:
            options["json"] = body
        return await self.http.request(method, f"/v1.0{path}", **options)

    async def get(self, path: str, **headers: str) -> Any:
        answer = await self.call("GET", path, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def do(self, method: str, path: str, body: Any = None) -> Any:
        answer = await self.call(method, path, body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None


class App:
    """An app in the tenant, with a job for the practice app."""

    def __init__(self, admin: Admin, made: dict[str, Any]) -> None:
        self.admin = admin
        self.id: str = made["servicePrincipal"]["id"]
        self.application: str = made["application"]["id"]
        self.role: str = made["servicePrincipal"]["appRoles"][0]["id"]
        self.at = f"/servicePrincipals/{self.id}/synchronization"
        self.job = ""

    async def credentials(self, url: str, token: str, **more: str) -> None:
        keys = {"BaseAddress": url, "SecretToken": token, "SyncAll": "false", **more}
        rows = [{"key": key, "value": value} for key, value in keys.items()]
        await self.admin.do("PUT", f"{self.at}/secrets", {"value": rows})

    async def assign(self, principal: str) -> str:
        body = {"principalId": principal, "resourceId": self.id, "appRoleId": self.role}
        made = await self.admin.do("POST", f"/servicePrincipals/{self.id}/appRoleAssignedTo", body)
        return str(made["id"])

    async def status(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.admin.get(f"{self.at}/jobs/{self.job}"))["status"]
        return found

    async def cycle(self) -> dict[str, Any]:
        """Have a cycle run, and wait for its end."""
        before = (await self.status())["lastExecution"]
        await self.admin.control("cycle")
        return await self.until(lambda status: status["lastExecution"] != before)

    async def start(self) -> dict[str, Any]:
        """Start the job, and wait for the end of its first cycle."""
        await self.admin.do("POST", f"{self.at}/jobs/{self.job}/start")
        return await self.until(lambda status: status["lastExecution"]["activityIdentifier"] is not None)

    async def until(self, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The status once something holds of it."""
        for _ in range(1000):
            status = await self.status()
            if holds(status):
                return status
            await asyncio.sleep(0.02)
        raise TimeoutError(f"the job never got there: {status}")


@pytest.fixture
async def admin(practice_tenant: PracticeTenant) -> AsyncIterator[Admin]:
    """Signed in with write permissions."""
    transport = DescribedTransport(httpx.AsyncHTTPTransport())
    async with httpx.AsyncClient(base_url=practice_tenant.graph_url, transport=transport) as client:
        made = Admin(client)
        await made.sign_in()
        yield made


@pytest.fixture(scope="session")
def target_session() -> Any:
    with PracticeApp.start() as running:
        yield running


@pytest.fixture
async def target(target_session: PracticeApp) -> PracticeApp:
    """The practice app, without anybody in it."""
    head = {"Authorization": f"Bearer {target_session.token}"}
    async with httpx.AsyncClient(headers=head) as client:
        for kind in ("Users", "Groups"):
            while rows := (await client.get(f"{target_session.tenant_url}/{kind}")).json().get("Resources"):
                for row in rows:
                    await client.delete(f"{target_session.tenant_url}/{kind}/{row['id']}")
    return target_session


@pytest.fixture
async def app(admin: Admin) -> App:
    """InVision from the gallery, which is everywhere already."""
    await admin.control("lag", times=0)
    found = await admin.get("/applicationTemplates?$filter=displayName eq 'InVision'")
    name = {"displayName": "InVision SCIM"}
    made = await admin.do("POST", f"/applicationTemplates/{found['value'][0]['id']}/instantiate", name)
    return App(admin, made)


@pytest.fixture
async def job(app: App, target: PracticeApp) -> App:
    """The same with a job and the practice app's credentials."""
    app.job = (await app.admin.do("POST", f"{app.at}/jobs", {"templateId": "invision"}))["id"]
    await app.credentials(target.tenant_url, target.token)
    return app
