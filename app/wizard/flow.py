"""The order of the pages, what each still needs, and where a saved draft goes on. No Qt in here.

Pages are named by a key. The frame turns keys into widgets; the tests of the flow need no window at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.wizard.flow_entra import (
    ENTRA_RULES,
    ENTRA_STEPS,
    Step,
    in_entra,
    in_practice_tenant,
    sign_in_missing,
)

if TYPE_CHECKING:
    from app.setup.plan import SetupPlan

Facts = Mapping[str, Any]
"""What is known beside the plan, from tasks that ran and ticks that were set. Keys:

``prerequisites``: ids that must be ticked; ``ticked``: ids that are; ``token_for``: tenant URL that a token
is kept for; ``check_for``: tenant URL that the last test was made with; ``check``: its verdict (``ready``,
``ready-with-limits``, ``not-ready``); ``check_level``: how deep it looked; ``check_waived``: go on without a
passed test; ``people``: the ``PeopleSummary`` of the source; ``signed_in``: the ``SignedIn`` of Microsoft
Entra; ``mapping_problem``: why the mappings cannot be used; ``visited``: keys of pages that were left
forward; ``ran``: the plan was started.
"""


PAGES: tuple[Step, ...] = (
    Step("place", "App and place", "app.wizard.pages.app_and_place", "AppAndPlacePage"),
    Step("before", "Before you start", "app.wizard.pages.before_you_start", "BeforeYouStartPage"),
    Step("scim", "Turn SCIM on", "app.wizard.pages.turn_on_scim", "TurnOnScimPage"),
    Step("tenant", "Tenant URL and token", "app.wizard.pages.tenant", "TenantPage"),
    Step("connection", "Test connection", "app.wizard.pages.connection", "ConnectionPage"),
    Step("people", "People", "app.wizard.pages.people", "PeoplePage"),
    Step("mappings", "Attribute mappings", "app.wizard.pages.mappings", "MappingsPage"),
    Step("scope", "Scope", "app.wizard.pages.scope", "ScopePage"),
    Step("safety", "Notifications and safety", "app.wizard.pages.safety", "SafetyPage"),
    Step("review", "Review", "app.wizard.pages.review", "ReviewPage"),
    Step("start", "Start", "app.wizard.pages.start", "StartPage"),
    Step("done", "Done", "app.wizard.pages.done", "DonePage"),
)
COMMIT = "review"
"""The page whose button starts the work: what comes after it cannot be undone by going back."""

_SKIPPED_IN_PRACTICE = frozenset({"before", "scim"})


class Flow:
    """Which page follows which, for one plan and its facts."""

    def __init__(self, pages: tuple[Step, ...] = PAGES) -> None:
        self.pages = pages
        self.keys = [step.key for step in pages]

    def step(self, key: str, plan: SetupPlan | None = None) -> Step:
        """The step of a key, as it is where the plan runs."""
        if plan is not None and in_entra(plan) and key in ENTRA_STEPS:
            return ENTRA_STEPS[key]
        return self.pages[self.keys.index(key)]

    def number(self, key: str) -> int:
        """Its place in the order, from 1."""
        return self.keys.index(key) + 1

    def after(self, key: str) -> str | None:
        """The page that follows; None after the last."""
        place = self.keys.index(key) + 1
        return self.keys[place] if place < len(self.keys) else None

    def before(self, key: str) -> str | None:
        """The page that Back goes to; None on the first and on those after the commit page."""
        place = self.keys.index(key)
        return None if place == 0 or self.committed(key) else self.keys[place - 1]

    def committed(self, key: str) -> bool:
        """Whether the page stands behind the commit page."""
        return self.keys.index(key) > self.keys.index(COMMIT)

    def may_skip(self, key: str, plan: SetupPlan) -> bool:
        """Whether nothing has to be done on the page.

        Practice needs no account and no app of one's own. And nobody has to prove that SCIM is on in the
        app: the tenant URL and the token, which the next page asks for, prove it.
        """
        return key == "scim" or (_practice(plan) and key in _SKIPPED_IN_PRACTICE)

    def missing(self, key: str, plan: SetupPlan, facts: Facts) -> list[str]:
        """What the page still needs, each as the end of the sentence "Still missing: ..."; empty when
        done."""
        if self.may_skip(key, plan):
            return []
        rule = ENTRA_RULES.get(key) if in_entra(plan) else None
        rule = rule or _RULES.get(key)
        return rule(plan, facts) if rule is not None else []

    def done(self, plan: SetupPlan, facts: Facts) -> frozenset[str]:
        """The steps that were visited and miss nothing."""
        visited = set(facts.get("visited", ()))
        return frozenset(key for key in self.keys if key in visited and not self.missing(key, plan, facts))

    def reachable(self, target: str, current: str, plan: SetupPlan, facts: Facts) -> bool:
        """Whether the step list lets one go there: done steps, and the first one behind them.

        While the work runs or has run, nothing before it can be changed any more.
        """
        if target == current:
            return False
        if self.committed(current) or self.committed(target):
            return False
        if self.keys.index(target) < self.keys.index(current):
            return True
        between = self.keys[: self.keys.index(target)]
        return all(not self.missing(key, plan, facts) for key in between) and target in set(
            facts.get("visited", ())
        ) | {self.after(key) for key in facts.get("visited", ())}

    def resume(self, plan: SetupPlan, facts: Facts, last: str) -> str:
        """Where a saved draft goes on: the page one was at, or the first before it that misses something.

        Pages behind the commit page are never resumed at: the work is not running any more.
        """
        if last not in self.keys:
            return self.keys[0]
        wanted = COMMIT if self.committed(last) else last
        for key in self.keys[: self.keys.index(wanted)]:
            if self.missing(key, plan, facts):
                return key
        return wanted


def _practice(plan: SetupPlan) -> bool:
    return plan.run.where == "practice"


def uses_practice_app(plan: SetupPlan) -> bool:
    """Whether the app of the plan is the practice app: in practice, and with the practice tenant."""
    return _practice(plan) or in_practice_tenant(plan)


def _place(plan: SetupPlan, facts: Facts) -> list[str]:
    return [] if plan.app.profile else ["the app to provision"]


def _before(plan: SetupPlan, facts: Facts) -> list[str]:
    open_ = set(facts.get("prerequisites", ())) - set(facts.get("ticked", ()))
    if not open_:
        return []
    return ["one tick" if len(open_) == 1 else f"{len(open_)} ticks"]


def _tenant(plan: SetupPlan, facts: Facts) -> list[str]:
    needs = []
    if not plan.app.tenant_url:
        needs.append("the practice app" if uses_practice_app(plan) else "the tenant URL")
    if not plan.app.tenant_url or facts.get("token_for") != plan.app.tenant_url:
        if not uses_practice_app(plan):
            needs.append("the secret token")
        elif not needs:
            needs.append("the practice app")
    return needs


def _connection(plan: SetupPlan, facts: Facts) -> list[str]:
    if facts.get("check_waived"):
        return []
    if facts.get("check") is None or facts.get("check_for") != plan.app.tenant_url:
        return ["a connection test for this tenant URL"]
    return ["a connection test that passes"] if facts["check"] == "not-ready" else []


def _people(plan: SetupPlan, facts: Facts) -> list[str]:
    if plan.source.kind == "entra":
        return sign_in_missing(plan, facts)
    return [] if plan.source.users else ["the file of users"]


def _mappings(plan: SetupPlan, facts: Facts) -> list[str]:
    if facts.get("mapping_problem"):
        return [str(facts["mapping_problem"])]
    rows = plan.mappings.users
    if rows is not None and not any(row.matching for row in rows):
        return ["a matching attribute"]
    return []


def _scope(plan: SetupPlan, facts: Facts) -> list[str]:
    if plan.scope.who == "assigned" and not plan.scope.assigned:
        return ["at least one person or group"]
    return []


def _safety(plan: SetupPlan, facts: Facts) -> list[str]:
    if plan.notifications.on_failure and not plan.notifications.email:
        return ["the notification e-mail address"]
    return []


def _review(plan: SetupPlan, facts: Facts) -> list[str]:
    # A waived test is for looking around; the work itself needs an app that answers.
    return _connection(plan, {**facts, "check_waived": False})


_RULES = {
    "place": _place,
    "before": _before,
    "tenant": _tenant,
    "connection": _connection,
    "people": _people,
    "mappings": _mappings,
    "scope": _scope,
    "safety": _safety,
    "review": _review,
}
