"""App profiles: all that is particular to one app, as a file that people can add to.

Shipped ones stand in ``resources/profiles``; a person's own in the data folder's ``profiles``. An own profile
with a shipped one's name takes its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.setup.folders import profiles_folder, resource
from app.setup.plan import AttributeMapping, SetupPlan
from app.setup.problem import Problem
from app.setup.toml_text import TomlKind, parse, read_text, validate

_Link = Annotated[str, Field(pattern=r"^(https://[^\s]+)?$")]


class ProfileProblem(Problem):
    """An app profile that cannot be used: which file, where in it, and what is allowed there."""


_KIND = TomlKind("app profile", "PROFILE", ProfileProblem)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Step(_Part):
    """One step of turning SCIM on in the app; ``picture`` is a file name, see `AppProfile.picture_path`."""

    title: str
    text: str
    picture: str = ""


class Prerequisite(_Part):
    """Something that has to be in place first; ``link`` tells more and may be empty."""

    text: str
    link: _Link = ""


class SamlValue(_Part):
    """A value for single sign-on with SAML; ``<SUBDOMAIN>`` stands for the tenant's name in the app."""

    name: str
    value: str


class TargetAttribute(_Part):
    """One attribute of the app's users.

    Attributes:
        name: SCIM path.
        type: as Microsoft's tables name it.
        filterable: whether the app can be asked for users by it, as a matching attribute must be.
        required: whether the app refuses users without it.
    """

    name: str
    type: Literal["String", "Boolean", "Reference", "Integer", "DateTime"] = "String"
    filterable: bool = False
    required: bool = False


class AppProfile(_Part):
    """All that is particular to one app.

    Attributes:
        name: short, in lower case; what a plan's ``app.profile`` holds.
        title: the app's name.
        description: one or two sentences.
        notice: what a person must know before choosing it; empty for nothing.
        suffix: what is appended to the copied SCIM API URL; may be empty.
        where_to_find: how to turn SCIM on in the app, and where address and token are found.
        prerequisites: what has to be in place first.
        capabilities: what provisioning does for this app.
        links: *Learn more* address by wizard page (``mappings``, ``scope``, ...).
        attributes: the app's user attributes.
        users: user mappings to begin with.
        groups: group mappings to begin with; empty where the app takes users only.
        rate: requests a second that the app is spoken to at most.
        member_portion: members that one PATCH of a group may carry.
        soft_delete: whether the app can switch accounts off; where it cannot, leaving means being deleted.
        listing: whether its list of people can be trusted; checked in each cycle where it is.
        bulk: whether writes may be sent together, where the app announces that and a probe shows it.
            Microsoft's service never does so: this is no rehearsal of it, only quicker.
        gallery_name: the app's name in the Microsoft Entra gallery; empty for none.
        template: id of the gallery's application template where it is known.
        saml: the values that single sign-on with SAML takes in Microsoft Entra; empty where none are known.
        path: the file it was read from.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    title: str
    description: str = ""
    notice: str = ""
    suffix: Annotated[str, Field(pattern=r"^(/[A-Za-z0-9._~-]+)*$")] = ""
    where_to_find: list[Step] = Field(default_factory=list)
    prerequisites: list[Prerequisite] = Field(default_factory=list)
    capabilities: list[str] = Field(default_factory=list)
    links: dict[str, _Link] = Field(default_factory=dict)
    attributes: list[TargetAttribute]
    users: list[AttributeMapping]
    groups: list[AttributeMapping] = Field(default_factory=list)
    soft_delete: bool = True
    listing: bool = True
    rate: float = Field(default=25.0, gt=0, le=1000)
    member_portion: int = Field(default=100, ge=1, le=10_000)
    bulk: bool = False
    gallery_name: str = ""
    template: str = ""
    saml: list[SamlValue] = Field(default_factory=list)
    path: Path | None = Field(default=None, exclude=True, repr=False)

    @model_validator(mode="after")
    def _mappings_fit_attributes(self) -> Self:
        known = [attribute.name for attribute in self.attributes]
        for row in self.users:
            if row.target not in known:
                raise ValueError(f"only targets listed under attributes; {row.target} is not")
        if not any(row.matching for row in self.users):
            raise ValueError(
                "at least one user mapping with matching = 1, or people could not be found again"
            )
        return self

    def attribute(self, name: str) -> TargetAttribute | None:
        """The attribute with this SCIM path; None when the profile does not list it."""
        return next((one for one in self.attributes if one.name.lower() == name.lower()), None)

    def picture_path(self, step: Step) -> Path | None:
        """Where a step's picture is: beside the profile file, or among the shipped pictures."""
        if not step.picture:
            return None
        name = Path(step.picture).name
        beside = self.path.parent / name if self.path else None
        if beside and beside.is_file():
            return beside
        shipped = resource("pictures", name)
        return shipped if shipped.is_file() else None


@dataclass(frozen=True, slots=True)
class ProfileShelf:
    """All profiles that can be chosen, and what is wrong with the files that cannot."""

    profiles: list[AppProfile] = field(default_factory=list)
    faults: list[ProfileProblem] = field(default_factory=list)


def load_profile(name_or_path: str, relative_to: Path | None = None) -> AppProfile:
    """Read one profile.

    Args:
        name_or_path: a name such as ``invision``, or the path of a profile file.
        relative_to: the folder that a relative path starts from (a plan file's folder).

    Raises:
        ProfileProblem: there is none, or its file has a fault.
    """
    if re.fullmatch(r"[a-z0-9][a-z0-9-]*", name_or_path):
        for folder in (profiles_folder(), resource("profiles")):
            if (path := folder / f"{name_or_path}.toml").is_file():
                return _read(path)
        names = ", ".join(profile.name for profile in list_profiles())
        raise ProfileProblem(
            "PROFILE-MISSING",
            f"There is no app profile named {name_or_path}.",
            f"Known profiles: {names}.",
            f"Choose one of these, or put {name_or_path}.toml into {profiles_folder()}.",
        )
    return _read((relative_to or Path()) / name_or_path)


def _read(path: Path) -> AppProfile:
    text = read_text(path, _KIND)
    data = parse(text, path, _KIND)
    data.pop("path", None)
    profile = validate(AppProfile, data, text, path, _KIND)
    return profile.model_copy(update={"path": path})


def find_profiles() -> ProfileShelf:
    """Every shipped and own profile. A broken file is a fault of its own and does not hide the others."""
    shelf = ProfileShelf()
    found: dict[str, AppProfile] = {}
    own = sorted(profiles_folder().glob("*.toml")) if profiles_folder().is_dir() else []
    for path in [*sorted(resource("profiles").glob("*.toml")), *own]:
        try:
            profile = _read(path)
        except ProfileProblem as problem:
            shelf.faults.append(problem)
            continue
        if profile.name != path.stem:
            shelf.faults.append(_misnamed(path, profile.name))
            continue
        found[profile.name] = profile
    # InVision first: it is the one this program was written for. Then by title.
    order = sorted(found.values(), key=lambda one: (one.name != "invision", one.title.lower()))
    shelf.profiles.extend(order)
    return shelf


def _misnamed(path: Path, name: str) -> ProfileProblem:
    return ProfileProblem(
        "PROFILE-NAME",
        f"{path}: the key name is {name!r}, but the file is called {path.name}.",
        "A plan finds its profile by the name of the file.",
        f"Rename the file to {name}.toml, or change the key name to {path.stem!r}.",
    )


def list_profiles() -> list[AppProfile]:
    """The profiles that can be chosen; `find_profiles` also tells of broken files."""
    return find_profiles().profiles


def user_mappings(plan: SetupPlan, profile: AppProfile) -> list[AttributeMapping]:
    """The user mappings that hold: the plan's own, else the profile's. Copies, free to be edited."""
    return _copies(profile.users if plan.mappings.users is None else plan.mappings.users)


def group_mappings(plan: SetupPlan, profile: AppProfile) -> list[AttributeMapping]:
    """The group mappings that hold; empty where groups are not provisioned. Copies, free to be edited."""
    return _copies(profile.groups if plan.mappings.groups is None else plan.mappings.groups)


def _copies(rows: list[AttributeMapping]) -> list[AttributeMapping]:
    return [row.model_copy() for row in rows]
