"""What tests of tasks share: a context, a plan on the sample people, and a way to hear a task to its end."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import pytest

from app.engine.control import Control
from app.practice.app import PracticeApp
from app.practice.people import write_people
from app.setup.plan import Place, SetupPlan
from app.setup.problem import Problem
from app.setup.secret_token import TokenStore
from app.setup.tenant_url import TenantUrl
from app.tasks.context import Context, Shared
from app.tasks.events import Event
from app.tasks.registry import perform
from app.tasks.results import Result

Heard: TypeAlias = tuple[list[Event], Any]
Hear: TypeAlias = Callable[..., Coroutine[Any, Any, Heard]]


@pytest.fixture
def plan(tmp_path: Path) -> SetupPlan:
    """A plan for this computer on the sample people, everybody in scope."""
    write_people(tmp_path)
    made = SetupPlan()
    made.app.profile = "scim"
    made.run.where = Place.THIS_COMPUTER
    made.source.users, made.source.groups = "users.csv", "groups.csv"
    made.scope.who = "all"
    return made


@pytest.fixture
def context(plan: SetupPlan, tmp_path: Path) -> Iterator[Context]:
    """A context on that plan, saved beside its files."""
    made = Context(TokenStore(), Control(), Shared(), plan, tmp_path / "pilot.toml")
    yield made
    made.shared.close()


@pytest.fixture
def hear(context: Context) -> Hear:
    """Runs a task; gives its events and its result."""

    async def to_the_end(task: str, **params: Any) -> Heard:
        events: list[Event] = []
        results: list[Result] = []
        async for item in perform(task, context, params):
            if isinstance(item, Result):
                results.append(item)
            else:
                events.append(item)
        assert len(results) == 1
        return events, results[0]

    return to_the_end


def empty(app: PracticeApp) -> None:
    """Take out whoever earlier tests left in it, so that no test depends on which ones ran before."""
    headers = {"Authorization": f"Bearer {app.token}"}
    with httpx.Client(headers=headers, trust_env=False) as client:
        for kind in ("Groups", "Users"):
            while found := client.get(f"{app.tenant_url}/{kind}?count=500").json()["Resources"]:
                for each in found:
                    client.delete(f"{app.tenant_url}/{kind}/{each['id']}").raise_for_status()


@pytest.fixture(scope="session")
def practice_session() -> Iterator[PracticeApp]:
    with PracticeApp.start() as running:
        yield running


@pytest.fixture
def practice(practice_session: PracticeApp, context: Context, plan: SetupPlan) -> PracticeApp:
    """A running practice app with nobody in it that the plan points at; its token is known."""
    empty(practice_session)
    plan.app.tenant_url = practice_session.tenant_url
    context.tokens.remember(TenantUrl.parse(practice_session.tenant_url), practice_session.token)
    return practice_session


@pytest.fixture
def small(plan: SetupPlan) -> SetupPlan:
    """Eight people only, so that the shared practice app stays small."""
    plan.app.profile = "invision"
    plan.scope.who = "assigned"
    plan.scope.assigned = ["group:InVision pilot"]
    return plan


async def code_of(hear: Hear, task: str, **params: Any) -> str:
    """The code of the Problem that a task ends with."""
    with pytest.raises(Problem) as caught:
        await hear(task, **params)
    return caught.value.code
