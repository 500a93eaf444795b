"""What each task ends with: exactly one of these."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.tasks.events import Entry


class Result(BaseModel):
    """The last thing a task yields."""

    # Built on first use: both processes start quicker by 60 ms.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class PlanChange(Result):
    """Advice of *Test connection* that one click can follow; ``none`` is advice that no click can.

    ``value`` is what to set it to; for ``drop-mapping`` it is the target.
    """

    change: Literal["flag", "matching", "drop-mapping", "groups", "member-portion", "rate", "none"]
    value: str
    text: str


class CheckVerdict(Result):
    """*Test connection* as a whole.

    ``changes`` are the first part of ``advice``, ready for a click. ``figures`` holds what was measured
    (``median-ms``, ``worst-ms``, ``rate``, ``member-portion``, ``listing-reliable``). ``leftovers`` are test
    objects that could not be removed.
    """

    verdict: Literal["ready", "ready-with-limits", "not-ready"]
    sentence: str
    level: Literal["read", "write"] = "read"
    advice: list[str] = Field(default_factory=list)
    requests: int = 0
    seconds: float = 0.0
    changes: list[PlanChange] = Field(default_factory=list)
    figures: dict[str, float] = Field(default_factory=dict)
    leftovers: list[str] = Field(default_factory=list)


class ReportDifference(Result):
    """One check that went another way than in an earlier report; empty when it was not tried there."""

    id: str
    kind: Literal["better", "worse", "changed"]
    before: str
    now: str
    sentence: str


class ReportComparison(Result):
    """Two reports of *Test connection* side by side, the worse first."""

    made: str
    rows: list[ReportDifference]
    sentence: str


class FaultRow(Result):
    """A row of a people file that could not be read; ``name`` is whose it is, where that is known."""

    file: str
    line: int
    text: str
    name: str = ""

    @property
    def place(self) -> str:
        """Where it is: ``users.csv, line 7``."""
        return f"{self.file}, line {self.line}" if self.line else self.file


class WaitingRow(Result):
    """A person or group that failed and is tried again later.

    ``leaving``: an access that should be gone is still there. ``answer`` is what the app itself said.
    ``next_try`` is empty when it was given up until its row in the source changes.
    """

    subject: Literal["user", "group", "members", "manager"]
    source_id: str
    name: str
    leaving: bool = False
    code: str = ""
    reason: str = ""
    remedy: str = ""
    answer: str = ""
    since: str = ""
    next_try: str = ""


class ColumnRow(Result):
    """How a column of a users file was understood; ``meaning`` says more where values are not as written."""

    heading: str
    attribute: str
    meaning: str = ""
    sample: str = ""


class PeopleSummary(Result):
    """What a directory holds.

    Where neither ``enabled`` nor ``disabled`` counts anybody, it does not say who is enabled.
    """

    users: int
    groups: int
    enabled: int = 0
    disabled: int = 0
    guests: int = 0
    without_mail: int = 0
    attributes: list[str] = Field(default_factory=list)
    faults: list[FaultRow] = Field(default_factory=list)
    columns: list[ColumnRow] = Field(default_factory=list)


class PersonRow(Result):
    """A user or group as lists show it."""

    kind: Literal["user", "group"]
    id: str
    name: str
    detail: str = ""
    assigned: bool = False


class PeoplePage(Result):
    """Part of a list of people; ``total`` counts all that match the search."""

    rows: list[PersonRow]
    total: int


class ExpressionReport(Result):
    """Whether an expression is right, where it is not, and what it gives for one person."""

    ok: bool
    value: str | None = None
    line: int = 0
    column: int = 0
    message: str = ""
    caret: str = ""
    warnings: list[str] = Field(default_factory=list)


class FunctionRow(Result):
    """A function of the expression language as the mapping editor offers it."""

    name: str
    signature: str
    summary: str


class FunctionList(Result):
    """Every function of the expression language, by name."""

    functions: list[FunctionRow]


class MappedValue(Result):
    """What one mapping row gives for one person."""

    target: str
    value: str | None = None
    error: str = ""


class PersonPreview(Result):
    """What one person would look like in the app, and why they are in scope or not.

    ``warnings`` are about the mapping rows: traps that some other person may fall into.
    """

    name: str
    in_scope: bool
    reasons: list[str] = Field(default_factory=list)
    values: list[MappedValue] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)


class ScopePerson(Result):
    """One person with the decision of the scope and its reason."""

    name: str
    in_scope: bool
    reason: str


class ScopeCount(Result):
    """Who is in and out of scope; ``people`` is the first part of the list."""

    in_scope: int
    out_of_scope: int
    groups_in_scope: int = 0
    people: list[ScopePerson] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)


class CycleSummary(Result):
    """One cycle, or one dry run (``cycle`` 0, nothing sent).

    ``code`` and ``remedy`` are filled when the cycle as a whole failed, or the guard stopped it.
    ``unread`` are rows of the source that could not be read; ``waiting`` are people and groups in escrow:
    all who should have lost their access, and then the others that this cycle did not try.
    """

    cycle: int = 0
    kind: Literal["initial", "incremental", "dry-run", "on-demand", "repair"] = "initial"
    state: Literal["succeeded", "failures", "stopped", "guarded", "failed"] = "succeeded"
    began: str = ""
    ended: str = ""
    seconds: float = 0.0
    counts: dict[str, int] = Field(default_factory=dict)
    failures: int = 0
    requests: int = 0
    guarded: list[str] = Field(default_factory=list)
    sentence: str = ""
    code: str = ""
    remedy: str = ""
    unread: list[FaultRow] = Field(default_factory=list)
    waiting: list[WaitingRow] = Field(default_factory=list)


class Quarantine(Result):
    """A plan in quarantine: it runs once a day only, until a cycle succeeds.

    Attributes:
        reason: Entra's name of it, such as ``EncounteredQuarantineException`` or ``TooManyDeletes``.
        code: what went wrong last, as log rows have it; empty where the count of failures is the reason.
        meaning: what happened, in a sentence.
        remedy: what to do.
        since: when it began.
        disables_on: when the plan is disabled if nothing changes: four weeks after the beginning.
        next_try: when the next cycle is due.
    """

    reason: str
    code: str = ""
    meaning: str = ""
    remedy: str = ""
    since: str = ""
    disables_on: str = ""
    next_try: str = ""


class StatusReport(Result):
    """How a plan stands.

    ``staged`` counts the disables and deletes that the guard holds back and nobody has decided on.
    ``next_kind`` is what the next cycle will be, and ``next_why`` the reason where it is an initial one.
    ``waiting`` is everybody in escrow by name, those who should have lost their access first; ``unread`` are
    the rows of the source that the last cycle could not read.
    """

    state: Literal["never-run", "running", "idle", "paused", "quarantined", "disabled"]
    sentence: str
    next_run: str = ""
    users: int = 0
    groups: int = 0
    escrowed: int = 0
    staged: int = 0
    quarantine: Quarantine | None = None
    next_kind: Literal["initial", "incremental"] = "initial"
    next_why: str = ""
    waiting: list[WaitingRow] = Field(default_factory=list)
    unread: list[FaultRow] = Field(default_factory=list)
    last: CycleSummary | None = None
    cycles: list[CycleSummary] = Field(default_factory=list)


class LogPage(Result):
    """Part of the provisioning log.

    ``total`` counts the rows that pass the filter; with ``more`` only those that can be asked for.
    """

    rows: list[Entry]
    total: int
    more: bool = False


class Exported(Result):
    """A file was written."""

    path: str
    rows: int


class TokenState(Result):
    """Whether a token is kept for a tenant URL, and where. Never the token."""

    stored: bool
    where: Literal["keyring", "memory", "nowhere"]
    notes: list[str] = Field(default_factory=list)
    expires: str = ""


class PracticeReady(Result):
    """The practice app runs. Its token is already in the worker's memory for this tenant URL."""

    tenant_url: str
    users_file: str
    groups_file: str


class Done(Result):
    """Nothing more to say."""

    sentence: str = ""
