"""Page 2 with Microsoft Entra: sign in, and see what is in place there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from app.wizard.flow_entra import in_practice_tenant
from app.wizard.page import LearnMore, Page
from app.wizard.pages.entra.prerequisites import PrerequisiteCard, SingleSignOnCard
from app.wizard.pages.entra.signing_in import SignInCard, may_write
from app.wizard.parts.latest import LatestAnswer

if TYPE_CHECKING:
    from app.setup.problem import Problem
    from app.worker.messages import Prerequisites


class EntraBeforePage(Page):
    """Signs in to read, and looks up what the tutorial asks one to make sure of."""

    key = "before"
    heading = "Sign in, and see what is in place"

    @property
    def learn_more(self) -> LearnMore:
        """What provisioning needs in a tenant."""
        return LearnMore(
            "Plan an automatic user provisioning deployment",
            self.setup.profile.links.get("before_you_start")
            or "https://learn.microsoft.com/entra/identity/app-provisioning/plan-auto-user-provisioning",
            (
                "Rollcall signs in with Microsoft's own library. Password and code are typed at Microsoft, "
                "never here.",
                "A Cloud Application Administrator or Application Administrator can set provisioning up.",
                "What is not met is advice: it may be right for your tenant, and nothing is locked by it.",
            ),
        )

    def build(self) -> None:
        """The sign-in, what should be in place, and single sign-on."""
        self.signing_in = SignInCard(self.setup, self)
        self.signing_in.changed.connect(self._judge)
        self.signing_in.failed.connect(self._fail)
        self.body.addWidget(self.signing_in)
        self.in_place = PrerequisiteCard(self)
        self.in_place.wanted.connect(self.look_up)
        self.body.addWidget(self.in_place)
        self.single_sign_on = SingleSignOnCard(self)
        self.single_sign_on.saml_wanted.connect(self._set_saml)
        self.body.addWidget(self.single_sign_on)
        self._setting = LatestAnswer(self.setup.worker, "entra-set-saml", self)
        self._setting.answered.connect(self.look_up)
        self._setting.failed.connect(self._fail)
        self._checking = LatestAnswer(self.setup.worker, "entra-check", self)
        self._checking.answered.connect(self._show)
        self._checking.failed.connect(self._miss)
        self._checked_for: object = None
        self.retry.connect(self._retry)

    def on_show(self) -> None:
        """Find out who is signed in."""
        practice = in_practice_tenant(self.setup.plan)
        self.set_heading(
            "Enter the practice tenant" if practice else "Sign in, and see what is in place",
            "It stands in for a tenant of Microsoft Entra, with people, groups, a gallery and a service."
            if practice
            else "",
        )
        self.signing_in.look()
        self._judge()

    def initial_focus(self) -> QWidget | None:
        """The button that lets one in, while nobody is."""
        if self.signing_in.signed_in is not None:
            return None
        practice = in_practice_tenant(self.setup.plan)
        return self.signing_in.practice if practice else self.signing_in.browser

    def describe(self) -> list[tuple[str, str]]:
        """Who is signed in, where."""
        who = self.signing_in.signed_in if self.built else self.setup.facts.get("signed_in")
        if who is None:
            return [("Signed in", "nobody")]
        return [("Signed in", who.user), ("Tenant", who.tenant_name or who.tenant)]

    @Slot()
    def _judge(self) -> None:
        self.busy = self.signing_in.busy
        if self.busy:
            self.problem = None
        self.refresh_missing()
        who = self.signing_in.signed_in
        if who is None:
            self._checked_for = None
            self.in_place.show_rows([])
            self.in_place.say("Looked up when you are signed in. It is advice; nothing is locked by it.")
            self.single_sign_on.setVisible(False)
        elif who is not self._checked_for:
            self._checked_for = who
            self.look_up()
        self.changed.emit()

    @Slot()
    def look_up(self) -> None:
        """Look up what is in place."""
        self.in_place.say("Looking at the tenant...")
        self._checking.ask_now({}, self.setup.plan, self.setup.plan_path)

    @Slot(object)
    def _show(self, found: Prerequisites) -> None:
        lacking = sum(row.state == "not-met" for row in found.rows)
        unknown = sum(row.state == "unknown" for row in found.rows)
        parts = []
        if lacking:
            parts.append(f"{lacking} not met")
        if unknown:
            parts.append(f"{unknown} not known")
        line = f"{' and '.join(parts)}. You can go on either way." if parts else "All is in place."
        self.in_place.say(line, again=True)
        self.in_place.show_rows(found.rows)
        app = self.setup.plan.entra.application or self.setup.facts.get("road")
        may_set = bool(app) and may_write(self.signing_in.signed_in)
        self.single_sign_on.show_values(found.sso, found.saml, may_set)

    @Slot()
    def _set_saml(self) -> None:
        self.problem = None
        self._setting.ask_now({}, self.setup.plan, self.setup.plan_path)

    @Slot(object)
    def _miss(self, problem: Problem) -> None:
        """It could not be looked up: said in the card, for one can go on without it."""
        self.in_place.say(f"{problem.what} {problem.remedy}".strip(), again=True)

    @Slot(object)
    def _fail(self, problem: Problem) -> None:
        self.problem = problem

    @Slot()
    def _retry(self) -> None:
        self.problem = None
        self.signing_in.look()
        self._judge()
