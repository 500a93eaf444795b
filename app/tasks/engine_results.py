"""What the tasks of the provisioning engine beyond a plain cycle end with."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from app.tasks.events import Change, Entry, Step
from app.tasks.results import FaultRow, Result


class OnDemandReport(Result):
    """One person or group, provisioned on demand.

    ``steps`` are the five of the portal, in its order: import, scope, match, export, reference; those that
    were not reached are there as skipped. ``members`` are the log rows of a group's chosen members.
    ``answer`` is what the app itself said of a refusal; ``unread`` are rows of the source that could
    not be read.
    """

    name: str
    kind: Literal["user", "group"] = "user"
    action: Literal["create", "update", "disable", "delete", "none", "staged-delete", "other"] = "none"
    status: Literal["success", "failure", "skipped", "warning"] = "success"
    sentence: str = ""
    steps: list[Step] = Field(default_factory=list)
    changes: list[Change] = Field(default_factory=list)
    members: list[Entry] = Field(default_factory=list)
    source_id: str = ""
    target_id: str = ""
    code: str = ""
    remedy: str = ""
    seconds: float = 0.0
    answer: str = ""
    unread: list[FaultRow] = Field(default_factory=list)


class DriftRow(Result):
    """One object of the app that is not as it should be; ``old`` is what the app has, ``new`` what it should.

    ``missing``: not in the app. ``differs``: other values. ``extra``: Rollcall made it, and nobody in the
    source stands for it. ``disabled`` and ``enabled``: so in the app, and should not be. ``members``: a
    group has too many (``old``) or too few (``new``). ``id`` stays the same from one comparison to the next.
    """

    id: str
    kind: Literal["user", "group"]
    name: str
    what: Literal["missing", "differs", "extra", "disabled", "enabled", "members"]
    changes: list[Change] = Field(default_factory=list)


class DriftReport(Result):
    """The app compared with what should be there. ``total`` counts all rows, also those beyond the list.

    ``listed`` says whether the app's list was read once, or each account looked up. ``failures`` could not
    be compared. ``at`` is when it ended. ``unread`` are rows of the source that could not be read.
    """

    compared: int
    rows: list[DriftRow] = Field(default_factory=list)
    sentence: str = ""
    total: int = 0
    failures: int = 0
    requests: int = 0
    seconds: float = 0.0
    at: str = ""
    listed: bool = False
    unread: list[FaultRow] = Field(default_factory=list)


class CyclePoint(Result):
    """One cycle in the plot of people by action."""

    cycle: int
    began: str
    kind: str
    counts: dict[str, int] = Field(default_factory=dict)


class CyclePoints(Result):
    """The last cycles, oldest first."""

    points: list[CyclePoint] = Field(default_factory=list)


class PasswordState(Result):
    """Whether the mail server's password is kept, and where. Never the password."""

    stored: bool
    where: Literal["keyring", "memory", "environment", "nowhere"]
    notes: list[str] = Field(default_factory=list)


class ScheduleFile(Result):
    """A file that makes the system run a plan, and its text."""

    path: str
    text: str


class ScheduleReport(Result):
    """How the system runs a plan by itself. ``commands`` are those that were run to have it heeded."""

    system: Literal["systemd", "launchd", "windows"]
    installed: bool
    every: float = 0.0
    files: list[ScheduleFile] = Field(default_factory=list)
    commands: list[str] = Field(default_factory=list)
    sentence: str = ""


class StagedDeletion(Result):
    """One disable or delete that the deletion guard holds back.

    ``id`` is what ``decide-staged`` takes. ``decision`` is empty while nobody has decided: then, and when it
    is ``reject``, it stays held back; ``allow`` sends it in the next cycle. ``since`` is when it was staged.
    """

    id: str
    kind: Literal["user", "group"]
    name: str
    action: Literal["disable", "delete"]
    reason: str = ""
    since: str = ""
    decision: Literal["", "allow", "reject"] = ""


class StagedDeletions(Result):
    """All that the deletion guard holds back, those waiting for a decision first."""

    rows: list[StagedDeletion] = Field(default_factory=list)
    sentence: str = ""
