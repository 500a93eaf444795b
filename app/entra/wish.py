"""What is to be set up in a tenant, drawn from the plan, and what is known of it so far."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Final, TypeAlias

from app.setup.plan import AttributeMapping, SetupPlan
from app.setup.profile import AppProfile, group_mappings, user_mappings

Evaluate: TypeAlias = Callable[[str, Mapping[str, str]], str | None]
"""Rollcall's own evaluation of an expression over a sample person; None where it has no say."""

_GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def is_guid(text: str) -> bool:
    """Whether a text is an object id."""
    return _GUID.fullmatch(text.strip()) is not None


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be set up.

    Attributes:
        plan: the decisions.
        profile: the app's.
        base_address: the tenant URL as Entra is to have it, the flag included.
        token: the app's secret token.
        beside: the plan's file; what is saved on the way is put beside it.
        start: whether the job is started at the end.
        touch_running: whether a job that is running already may be changed.
        people_may_leave: whether a change of scope may take people out who are provisioned.
    """

    plan: SetupPlan
    profile: AppProfile
    base_address: str
    token: str = field(default="", repr=False)
    beside: Path | None = None
    start: bool = True
    touch_running: bool = False
    people_may_leave: bool = False

    @property
    def gallery_name(self) -> str:
        """The app's name in the gallery; empty where it is not there."""
        return self.profile.gallery_name

    @property
    def application_name(self) -> str:
        """What a new enterprise app is called."""
        return self.plan.entra.application_name.strip() or f"{self.gallery_name or self.profile.title} SCIM"

    @property
    def everybody(self) -> bool:
        """Whether all people of the tenant are provisioned, assigned or not."""
        return self.plan.scope.who == "all"

    @property
    def assigned(self) -> list[str]:
        """Whom to assign, each once."""
        return [] if self.everybody else list(dict.fromkeys(self.plan.scope.assigned))

    @property
    def new_roles(self) -> list[str]:
        """The app roles to add, each once."""
        return list(dict.fromkeys(name.strip() for name in self.plan.entra.add_roles if name.strip()))

    def users(self) -> list[AttributeMapping]:
        """The user mappings that hold."""
        return user_mappings(self.plan, self.profile)

    def groups(self) -> list[AttributeMapping]:
        """The group mappings that hold; empty where groups are not provisioned."""
        return group_mappings(self.plan, self.profile)


@dataclass(slots=True)
class Facts:
    """Ids found or made on the way; empty while unknown. They are no secrets.

    Attributes:
        gallery_template: id of the gallery's application template.
        application: object id of the application.
        app_id: its client id.
        service_principal: object id of the enterprise app.
        template: id of the synchronization template.
        job: id of the synchronization job.
        rule: id of the synchronization rule that provisions people.
        role: id of the app role that is assigned.
        schema_saved: where the schema was put as it was before this run.
    """

    gallery_template: str = ""
    application: str = ""
    app_id: str = ""
    service_principal: str = ""
    template: str = ""
    job: str = ""
    rule: str = ""
    role: str = ""
    schema_saved: str = ""

    def named(self, name: str) -> str:
        """An id, or a place-holder in braces where it is not known yet."""
        return getattr(self, name) or "{" + name.replace("_", "-") + "}"

    def as_dict(self) -> dict[str, str]:
        """For the journal."""
        return asdict(self)

    @classmethod
    def of(cls, data: Mapping[str, object]) -> Facts:
        """From the journal; what is not known here is left out."""
        names = {each.name for each in fields(cls)}
        return cls(**{name: str(value) for name, value in data.items() if name in names})
