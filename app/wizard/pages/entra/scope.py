"""Page 8 with Microsoft Entra: who is provisioned, found in the tenant and assigned to the app."""

from __future__ import annotations

from app.wizard.pages.counting import listed
from app.wizard.pages.entra.app_roles import AppRolesPanel
from app.wizard.pages.entra.assigned_now import AssignedNow
from app.wizard.pages.entra.source_attributes import USER_ATTRIBUTES
from app.wizard.pages.who_page import WhoPage


class EntraScopePage(WhoPage):
    """Assigned ones or all, narrowed by scoping filters; Start assigns them in the tenant."""

    search_task = "entra-search"
    everyone = "everybody in the tenant"
    start_small = (
        "Start small: assign one or two people, look at them in the app, and widen the scope later. Groups "
        "need Microsoft Entra ID P1 or P2, and only their direct members count."
    )
    wide = (
        "Everybody in the tenant will be provisioned unless a scoping filter leaves them out. For a first "
        "run it is safer to assign one or two people."
    )
    explained = (
        "With assignment, only the people and groups that are assigned to the app are provisioned, groups "
        "with their direct members.",
        "Scoping filters narrow that further by attributes such as department; upper and lower case are "
        "told apart.",
    )

    def build(self) -> None:
        """Add the roles, and who is assigned now."""
        super().build()
        self.roles = AppRolesPanel(self)
        self.roles.changed.connect(self._change)
        self.now = AssignedNow(self.setup, self)
        self.now.failed.connect(self._fail)
        self.tabs.addTab(self.roles, "App &roles")
        self.tabs.addTab(self.now, "In the tenant n&ow")
        self.tabs_of_assigned.append(self.roles)

    def on_show(self) -> None:
        """Show the plan's scope, and search the tenant."""
        self.roles.fill(self.setup.plan.entra)
        report = self.setup.facts.get("road")
        there = bool(self.setup.plan.entra.application) or (report is not None and report.state == "done")
        self.tabs.setTabVisible(self.tabs.indexOf(self.now), there)
        if there:
            self.now.look()
        super().on_show()

    def attributes(self) -> list[str]:
        """Those of users in Microsoft Entra."""
        return list(USER_ATTRIBUTES)

    def apply(self) -> None:
        """Write the scope and the roles to the plan."""
        super().apply()
        self.roles.write(self.setup.plan.entra)

    def describe(self) -> list[tuple[str, str]]:
        """Who is in scope, by which filters, with which role."""
        told = super().describe()
        chosen = self.setup.plan.entra
        if self.setup.plan.scope.who == "assigned" and (chosen.role or chosen.add_roles):
            told.append(("App role", chosen.role or "the app's own for users"))
        if chosen.add_roles:
            told.append(("Roles to add", listed(chosen.add_roles)))
        return told
