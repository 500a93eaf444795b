"""What this plan will use of the app. Only that decides the verdict; the rest is information."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.setup.plan import SetupPlan
    from app.setup.profile import AppProfile


@dataclass(frozen=True, slots=True)
class Usage:
    """What a plan will ask of the app.

    Attributes:
        title: the app's name, for sentences.
        matching: SCIM paths of the matching attributes, in their order of precedence.
        targets: SCIM paths of all mapped user attributes.
        groups: whether groups are provisioned.
        flag: whether the tenant URL carries ``aadOptscim062020``.
        rate: requests a second that the app is spoken to at most.
        member_portion: members that one PATCH is to carry.
    """

    title: str = "the app"
    matching: tuple[str, ...] = ("userName",)
    targets: frozenset[str] = frozenset({"userName", "active"})
    groups: bool = False
    flag: bool = False
    rate: float = 25.0
    member_portion: int = 100

    @classmethod
    def of(
        cls,
        profile: AppProfile,
        plan: SetupPlan | None = None,
        matching: Sequence[str] = (),
        flag: bool = False,
    ) -> Usage:
        """Read it off a profile, and a plan where there is one; ``matching`` overrules both."""
        users = plan.mappings.users if plan is not None and plan.mappings.users is not None else profile.users
        groups = (
            plan.mappings.groups if plan is not None and plan.mappings.groups is not None else profile.groups
        )
        chosen = [row.target for row in sorted(users, key=lambda row: row.matching) if row.matching]
        return cls(
            title=profile.title,
            matching=tuple(matching) or tuple(chosen) or ("userName",),
            targets=frozenset(row.target for row in users),
            groups=bool(groups),
            flag=flag,
            rate=profile.rate,
            member_portion=profile.member_portion,
        )

    def maps(self, *parts: str) -> bool:
        """Whether a mapped target contains one of these texts."""
        return any(part.casefold() in target.casefold() for target in self.targets for part in parts)
