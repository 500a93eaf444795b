"""What a task may use: the plan, where it is saved, the tokens, and the means to be stopped."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from app.setup.problem import Problem

if TYPE_CHECKING:
    from app.engine.control import Control
    from app.entra.directory import EntraDirectory
    from app.entra.practice_sign_in import PracticeSignIn
    from app.entra.sign_in import SignIn
    from app.notify.password import MailPasswords
    from app.people.csv_source import CsvDirectory
    from app.people.record import Record
    from app.practice.app import PracticeApp
    from app.practice.tenant.process import PracticeTenant
    from app.setup.plan import SetupPlan
    from app.setup.profile import AppProfile
    from app.setup.secret_store import SecretStore
    from app.setup.secret_token import TokenStore
    from app.setup.tenant_url import TenantUrl
    from app.tasks.people_index import PeopleIndex

BREATH = 0.02
"""Seconds of unbroken computing after which a task lets others have a turn."""


@dataclass(slots=True)
class Shared:
    """What all requests of one process have in common.

    Attributes:
        practice: the practice app this process has started, which ends with it.
        tenant: the practice tenant likewise.
        sign_in_store: where sign-ins to Microsoft Entra are kept: one, for without a keyring it is memory.
        sign_ins: those of this process, by cloud, tenant and client.
        starting: keeps two requests from starting a practice app at the same time.
        people: the names of the directory that was asked about last.
        passwords: the mail server's, where there is no keyring; opened when first needed.
        tenant_people: copies of tenants' people, by the state folder they are in.
        persons: single people found lately, by the state of the files and the text they were asked for by.
    """

    practice: PracticeApp | None = None
    tenant: PracticeTenant | None = None
    people: PeopleIndex | None = None
    persons: dict[tuple[tuple[object, ...], str], Record | None] = field(default_factory=dict)
    starting: asyncio.Lock = field(default_factory=asyncio.Lock)
    sign_in_store: SecretStore | None = None
    sign_ins: dict[tuple[str, str, str], SignIn | PracticeSignIn] = field(default_factory=dict)
    passwords: MailPasswords | None = None
    tenant_people: dict[Path, EntraDirectory] = field(default_factory=dict)

    def close(self) -> None:
        """End what was started."""
        if self.practice is not None:
            self.practice.stop()
            self.practice = None
        if self.tenant is not None:
            self.tenant.stop()
            self.tenant = None
        while self.tenant_people:
            self.tenant_people.popitem()[1].close()


@dataclass(slots=True)
class Context:
    """What one request works with.

    Attributes:
        tokens: where secret tokens are kept.
        control: stops and pauses this request.
        shared: what all requests of this process have in common.
        plan: the plan as it stands in the window; None for tasks that need none.
        plan_path: where the plan is saved, absolute; relative paths in the plan start from its folder.
    """

    tokens: TokenStore
    control: Control
    shared: Shared
    plan: SetupPlan | None = None
    plan_path: Path | None = None
    _breathed: float = 0.0

    async def breathe(self) -> None:
        """Let other requests have a turn when this one has computed for long; a cancel arrives here.

        Cheap enough to be called for each record of a long list.
        """
        now = time.monotonic()
        if now - self._breathed > BREATH:
            await asyncio.sleep(0)
            self._breathed = time.monotonic()

    def need_plan(self) -> SetupPlan:
        """The plan.

        Raises:
            Problem: there is none.
        """
        if self.plan is None:
            raise Problem(
                "NO-PLAN",
                "This needs a plan, and none was given.",
                remedy="Choose a plan file, or go through the wizard to make one.",
            )
        return self.plan

    def state(self) -> Path:
        """The folder of this plan's state.

        Raises:
            Problem: the plan is not saved yet; state belongs to a plan file.
        """
        from app.setup.folders import state_folder

        if self.plan_path is None:
            raise Problem(
                "PLAN-NOT-SAVED",
                "The plan is not saved yet.",
                "What was provisioned is remembered beside the plan's file.",
                "Save the plan, then try again.",
            )
        return state_folder(self.plan_path)

    def here(self, path: str) -> Path:
        """A path as the plan has it: relative ones start from the plan's folder."""
        start = self.plan_path.parent if self.plan_path else Path.cwd()
        return start / Path(path).expanduser()

    def profile(self) -> AppProfile:
        """The plan's app profile."""
        from app.setup.profile import load_profile

        folder = self.plan_path.parent if self.plan_path else None
        return load_profile(self.need_plan().app.profile, relative_to=folder)

    def tenant_url(self) -> TenantUrl:
        """The plan's tenant URL, repaired as the wizard would."""
        from app.setup.tenant_url import TenantUrl

        return TenantUrl.parse(self.need_plan().app.tenant_url, self.profile().suffix)

    def token(self, url: TenantUrl) -> str:
        """The secret token for a tenant URL.

        Raises:
            Problem: none is kept for it.
        """
        token = self.tokens.get(url)
        if token is None:
            raise Problem(
                "TOKEN-MISSING",
                f"There is no secret token for {url.base}.",
                "It was never given, or it is kept by another account of this computer.",
                f"Paste it on the page Tenant URL and secret token, run `rollcall token set {url.text}`, "
                "or put it in the variable ROLLCALL_TOKEN.",
            )
        return token

    def directory(self) -> CsvDirectory | EntraDirectory:
        """The plan's people. Those of a tenant are as they were last heard of: see ``tenant_people.people``.

        Raises:
            Problem: the plan names no file of users, or is not saved, so that there is no place for a copy.
        """
        from app.people.csv_source import CsvDirectory

        source = self.need_plan().source
        if source.kind == "entra":
            from app.tasks.tenant_people import copy_of

            return copy_of(self)
        if not source.users:
            raise Problem(
                "NO-USERS-FILE",
                "The plan names no file of users.",
                remedy='Choose the file that the admin center\'s "Download users" gives, on the page People.',
            )
        return CsvDirectory(self.here(source.users), self.here(source.groups) if source.groups else None)
