"""The plan: every decision of one setup, as plain data. ``plan_file`` reads and writes it as TOML.

No secret is ever part of a plan.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, Strict, field_validator

from app.setup.deletion_threshold import FITTING, DeletionThreshold

PLAN_VERSION = 1


class Place(StrEnum):
    """Where the provisioning work is done."""

    THIS_COMPUTER = "this-computer"
    ENTRA = "entra"
    PRACTICE = "practice"


class Operator(StrEnum):
    """Scoping-filter operators, spelled as the admin center shows them.

    Source: Microsoft, "Define conditional rules for provisioning user accounts".
    """

    EQUALS = "EQUALS"
    NOT_EQUALS = "NOT EQUALS"
    IS_NULL = "IS NULL"
    IS_NOT_NULL = "IS NOT NULL"
    IS_TRUE = "IS TRUE"
    IS_FALSE = "IS FALSE"
    REGEX_MATCH = "REGEX MATCH"
    NOT_REGEX_MATCH = "NOT REGEX MATCH"
    INCLUDES = "INCLUDES"
    ENDS_WITH = "ENDS_WITH"
    GREATER_THAN = "GREATER_THAN"
    GREATER_THAN_OR_EQUALS = "GREATER_THAN_OR_EQUALS"
    BIT_AND = "&"
    NOT_BIT_AND = "!&"

    @property
    def takes_value(self) -> bool:
        """Whether a clause with this operator needs a value beside the attribute."""
        return self not in {self.IS_NULL, self.IS_NOT_NULL, self.IS_TRUE, self.IS_FALSE}


Whole = Annotated[int, Strict()]
"""A whole number. ``true`` is none, nor is a number in quotation marks."""
YesNo = Annotated[bool, Strict()]
"""``true`` or ``false``, without quotation marks."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_assignment=True, defer_build=True)


class AppChoice(_Part):
    """Which app is provisioned: its profile (a name, or a path to a profile file) and its tenant URL."""

    profile: str = "invision"
    tenant_url: str = ""


class Run(_Part):
    """Where the plan runs."""

    where: Place = Place.PRACTICE


class Source(_Part):
    """Where people come from. Paths are relative to the plan file's folder.

    ``without_account_enabled``: what a file means that does not say who is enabled. Empty: Rollcall stops and
    asks. ``enabled``: everybody in it is.
    """

    kind: Literal["csv", "entra"] = "csv"
    users: str | None = None
    groups: str | None = None
    without_account_enabled: Literal["", "enabled"] = ""

    @property
    def chosen(self) -> bool:
        """Whether there is something to read people from: the tenant, or a file of users."""
        return self.kind == "entra" or bool(self.users)


def _plain(operator: str) -> str:
    return " ".join(operator.replace("_", " ").split()).casefold()


_OPERATORS: Final = {_plain(each): each for each in Operator}


class Clause(_Part):
    """One condition of a scoping filter; all clauses of a filter must hold."""

    attribute: str
    operator: Operator
    value: str | None = None

    @field_validator("operator", mode="before")
    @classmethod
    def _in_any_letter_case(cls, written: object) -> object:
        """Microsoft's pages spell them in several ways: ``Includes``, ``Greater_Than``, ``IS NULL``."""
        if not isinstance(written, str):
            return written
        return _OPERATORS.get(_plain(written), written)


class ScopingFilter(_Part):
    """A named set of clauses; any one filter lets a person in."""

    name: str
    clauses: list[Clause] = Field(default_factory=list)


class Scope(_Part):
    """Who is provisioned: assigned ones or all, narrowed by scoping filters.

    ``assigned`` holds ``user:<userPrincipalName or objectId>`` and ``group:<displayName or objectId>``.
    """

    who: Literal["assigned", "all"] = "assigned"
    assigned: list[Annotated[str, Field(pattern=r"^(user|group):.+")]] = Field(default_factory=list)
    filters: list[ScopingFilter] = Field(default_factory=list)


class AttributeMapping(_Part):
    """One row of the mapping table.

    Attributes:
        target: SCIM path in the app, such as ``emails[type eq "work"].value``.
        source: expression in Entra's language over the source attributes; empty with a ``default`` means
            the portal's mapping type *None* (leave alone, but fill the default on creation).
        matching: matching precedence, 1 first; 0 is not a matching attribute.
        apply: ``always``, or ``on-create`` for *only during object creation*.
        default: value to send on creation when the source is empty.
    """

    target: str
    source: str = ""
    matching: Whole = Field(default=0, ge=0, le=100)
    apply: Literal["always", "on-create"] = "always"
    default: str | None = None


class Mappings(_Part):
    """The plan's attribute mappings. ``None`` means: as the app profile has them."""

    users: list[AttributeMapping] | None = None
    groups: list[AttributeMapping] | None = None


class Actions(_Part):
    """Which kinds of change may be sent (the portal's boxes Create, Update, Delete).

    ``skip_out_of_scope_deletions``: whoever leaves the scope, or loses the assignment, keeps the account as
    it is: neither disabled nor deleted. It says nothing of those who leave the directory.
    """

    create: YesNo = True
    update: YesNo = True
    delete: YesNo = True
    skip_out_of_scope_deletions: YesNo = False


class Safety(_Part):
    """The accidental deletion guard, and how long a person may be missing before DELETE is sent.

    ``deletion_threshold``: how many people and groups may be disabled or deleted in one cycle; see
    :mod:`app.setup.deletion_threshold`. 0 turns the guard off.
    ``compare_every_days`` is how often the app is compared with what should be there; 0: only when asked.
    ``keep_log_days`` is how long rows of the provisioning log are kept; 0: for ever.
    """

    deletion_threshold: DeletionThreshold = FITTING
    delete_after_days: Whole = Field(default=30, ge=0)
    compare_every_days: Whole = Field(default=0, ge=0, le=365)
    keep_log_days: Whole = Field(default=90, ge=0, le=36_500)


class Notifications(_Part):
    """Who is told when provisioning fails, and by which mail server. Its password is in the keyring.

    Attributes:
        email: to whom; several addresses with commas between them. Empty: nobody is told.
        on_failure: when a cycle failed as a whole, or for some people.
        on_quarantine: when the plan enters quarantine, or its reason changes.
        on_guard: when the deletion guard held a cycle back.
        smtp_host: the mail server; empty: no mail can be sent.
        smtp_security: ``none`` is for servers on this computer only.
        smtp_user: empty: the server takes mail without a sign-in.
        sender: the address that the mail is from, ``from`` in the file; empty: the user, or the receiver.
    """

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    email: str = ""
    on_failure: YesNo = False
    on_quarantine: YesNo = True
    on_guard: YesNo = True
    smtp_host: str = ""
    smtp_port: Whole = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    sender: str = Field(default="", alias="from")


class EntraChoice(_Part):
    """Where and how Microsoft's own provisioning service is set up; the other places have no use for it.

    Attributes:
        cloud: which of Microsoft's clouds the tenant is in; ``practice`` for Rollcall's own on this computer.
        tenant: the tenant's id or one of its domains; empty: that of the account that signs in.
        client_id: the app registration that signs in; empty: Microsoft Graph Command Line Tools.
        application: object id of the service principal of an enterprise app that is there already; empty
            adds a new one.
        application_name: what a new enterprise app is called; empty: the app's name with SCIM behind it.
        graph: the address of a practice tenant's Graph; empty otherwise.
        role: the app role that people and groups are assigned with; empty: the app's own for users.
        add_roles: names of app roles to add to the application (the tutorial's step 4).
    """

    cloud: Literal["global", "us-l4", "us-l5", "china", "practice"] = "global"
    tenant: str = ""
    client_id: str = ""
    application: str = ""
    application_name: str = ""
    graph: str = ""
    role: str = ""
    add_roles: list[str] = Field(default_factory=list)


class SetupPlan(_Part):
    """Every decision of one setup."""

    version: Literal[1] = 1
    app: AppChoice = Field(default_factory=AppChoice)
    run: Run = Field(default_factory=Run)
    source: Source = Field(default_factory=Source)
    scope: Scope = Field(default_factory=Scope)
    mappings: Mappings = Field(default_factory=Mappings)
    actions: Actions = Field(default_factory=Actions)
    safety: Safety = Field(default_factory=Safety)
    notifications: Notifications = Field(default_factory=Notifications)
    entra: EntraChoice = Field(default_factory=EntraChoice)
