"""What all pages share: the plan, what is known beside it, and the worker."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from app.setup.plan import Place, SetupPlan
from app.setup.plan_file import read_plan, write_plan
from app.setup.problem import Problem
from app.setup.profile import AppProfile, ProfileShelf, find_profiles, load_profile
from app.wizard import draft
from app.wizard.flow import Flow, uses_practice_app
from app.wizard.flow_entra import Cloud, signs_in_to_practice
from app.worker.client import WorkerClient

if TYPE_CHECKING:
    from app.worker.messages import PracticeReady, PracticeTenantReady

_log = logging.getLogger(__name__)


class Session(QObject):
    """One setup in work.

    Attributes:
        plan: every decision; pages write it in ``apply``.
        plan_path: where it is saved; a draft's place until the person chooses another.
        shelf: the profiles that can be chosen, and the faults of those that cannot.
        profile: the app's profile, in step with ``plan.app.profile``.
        worker: the one worker client of the window.
        facts: what is known beside the plan; keys are those of :data:`app.wizard.flow.Facts`, and any more
            that a
            page keeps for itself.
        flow: the order of the pages.
        where: key of the page that is shown.

    Signals:
        changed(): plan or facts changed outside the page that is shown.
        monitor_wanted(object): the person asked to watch this plan; its path.
    """

    changed = Signal()
    monitor_wanted = Signal(object)

    def __init__(
        self,
        worker: WorkerClient,
        plan_path: Path | None = None,
        parent: QObject | None = None,
        shelf: ProfileShelf | None = None,
    ) -> None:
        super().__init__(parent)
        self.worker = worker
        self.flow = Flow()
        self.plan = SetupPlan()
        self.plan_path = plan_path or draft.new_plan_path()
        self.shelf = shelf if shelf is not None else find_profiles()
        known = [profile for profile in self.shelf.profiles if profile.name == self.plan.app.profile]
        self.profile: AppProfile = known[0] if known else load_profile(self.plan.app.profile)
        self.facts: dict[str, Any] = {"visited": set(), "ticked": set()}
        self.where = self.flow.keys[0]
        self._as_opened = self.plan.model_copy(deep=True)
        worker.died.connect(self._on_worker_died)

    @property
    def practice(self) -> bool:
        """Whether the plan runs against the practice app."""
        return self.plan.run.where == Place.PRACTICE

    @property
    def practice_app(self) -> bool:
        """Whether the app is the practice app: in practice, and with the practice tenant."""
        return uses_practice_app(self.plan)

    @property
    def app_name(self) -> str:
        """What sentences call the app: its name, or "the app" where the profile stands for any app."""
        return self.profile.title if self.profile.gallery_name else "the app"

    def missing(self, key: str) -> str:
        """What a page still needs, as one piece of text; empty when nothing."""
        needs = self.flow.missing(key, self.plan, self.facts)
        if len(needs) < 2:
            return "".join(needs)
        return f"{', '.join(needs[:-1])} and {needs[-1]}"

    def open(self, path: Path) -> None:
        """Take a plan from its file; what was known about another is forgotten.

        Raises:
            Problem: the file or its profile cannot be read.
        """
        plan = read_plan(path)
        profile = load_profile(plan.app.profile, path.parent)
        self.plan, self.plan_path, self.profile = plan, path, profile
        self._as_opened = plan.model_copy(deep=True)
        self.facts = {"visited": set(), "ticked": set()}
        self.changed.emit()

    def go_on(self, left: draft.Draft) -> str:
        """Go on with an unfinished setup.

        Returns:
            The key of the page to show.

        Raises:
            Problem: its plan cannot be read.
        """
        self.open(left.plan)
        self.facts.update(
            {key: set(value) if isinstance(value, list) else value for key, value in left.facts.items()}
        )
        # The practice app of the last time is gone, and so is every token that was in memory only.
        if self.facts.get("token_where") != "keyring":
            self.facts.pop("token_for", None)
        if self.practice_app:
            self.forget_test()
        self.changed.emit()
        return self.flow.resume(self.plan, self.facts, left.step)

    def choose_app(self, name: str) -> None:
        """Take another app profile; mappings of the old one go back to *as the profile has them*.

        Raises:
            Problem: there is no such profile, or it cannot be read.
        """
        if name == self.plan.app.profile:
            return
        self.profile = load_profile(name, self.plan_path.parent)
        self.plan.app.profile = name
        self.plan.mappings.users = None
        self.plan.mappings.groups = None
        self.forget_test()
        self.facts["ticked"] = set()
        self.facts.pop("mapping_problem", None)

    def choose_place(self, place: Place) -> None:
        """Take another place; the practice app's address is no use anywhere else, nor the other way round."""
        before = self.practice_app
        self.plan.run.where = place
        if place == Place.PRACTICE:
            self.plan.source.kind = "csv"  # it brings files of its own
        self._leave_practice_app(before)

    def choose_cloud(self, cloud: Cloud) -> None:
        """Take another of Microsoft's clouds; who is signed in to one is nobody in the other."""
        if cloud == self.plan.entra.cloud:
            return
        before = self.practice_app
        self.plan.entra.cloud = cloud
        self.plan.entra.graph = ""
        self.plan.entra.application = ""
        self.facts.pop("signed_in", None)
        self._leave_practice_app(before)

    def _leave_practice_app(self, before: bool) -> None:
        if self.practice_app != before:
            self.plan.app.tenant_url = ""
            self.facts.pop("token_for", None)
            self.forget_test()

    def take_practice(self, ready: PracticeReady) -> None:
        """The practice app runs: use its address, and its sample people unless a file was chosen already."""
        old: PracticeReady | None = self.facts.get("practice_before")
        self.plan.app.tenant_url = ready.tenant_url
        source = self.plan.source
        # The practice tenant has people of its own.
        if self.practice and (source.users is None or (old is not None and source.users == old.users_file)):
            source.users, source.groups = ready.users_file, ready.groups_file
        self.facts.update(
            practice=ready, practice_before=ready, token_for=ready.tenant_url, token_where="memory"
        )
        self.forget_test()

    def take_practice_tenant(self, ready: PracticeTenantReady) -> None:
        """The practice tenant runs, and the practice app beside it."""
        self.plan.entra.graph = ready.graph
        self.facts["practice_tenant"] = ready
        if not self.practice_app:
            return  # only the people come from there: the plan has an app of its own
        self.plan.app.tenant_url = ready.tenant_url
        self.facts.update(practice=ready, token_for=ready.tenant_url)
        self.facts["token_where"] = "memory"
        self.forget_test()

    @Slot(str)
    def _on_worker_died(self, words: str) -> None:
        # The practice app was the worker's child, and a token in memory only was in its memory.
        for key in ("practice", "practice_tenant"):
            self.facts.pop(key, None)
        if signs_in_to_practice(self.plan):
            self.facts.pop("signed_in", None)  # in a tenant that is gone
        if self.facts.get("token_where") != "keyring":
            self.facts.pop("token_for", None)
        self.changed.emit()

    def forget_test(self) -> None:
        """What the test depends on has changed: its result counts no more."""
        for key in ("check", "check_for", "check_level", "check_waived"):
            self.facts.pop(key, None)

    def save(self) -> Problem | None:
        """Write the plan and where one is.

        Returns:
            What kept it from being written; None when all is well. A page goes on either way: losing a
            draft is bad, losing the page because of it is worse.
        """
        if not self.facts.get("visited") and self.plan == self._as_opened:
            # A window that was opened and closed again must not take the place of an unfinished setup.
            return None
        try:
            self.plan_path.parent.mkdir(parents=True, exist_ok=True)
            write_plan(self.plan_path, self.plan)
            if self.flow.after(self.where) is None:
                draft.forget()  # finished: the next start begins anew
            else:
                draft.remember(self.plan_path, self.where, self.profile.title, self.facts)
        except Problem as problem:
            return problem
        except OSError as error:
            _log.warning("the draft could not be saved: %s", error)
            return Problem(
                "DRAFT-NOT-SAVED",
                "Your choices could not be saved.",
                f"{self.plan_path.parent} cannot be written to, most likely for want of space or rights.",
                "Make room there, or start Rollcall with --data-dir and another folder.",
                str(error),
            )
        return None
