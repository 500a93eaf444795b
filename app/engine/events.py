"""What a cycle says while it runs: plain dataclasses, because one is made for each person.

``tasks`` turns them into the models of ``app.tasks.events`` and ``app.tasks.results``; the fields are the
same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Literal, TypeAlias

from app.people.record import Value
from app.scim.roles import names
from app.setup.problem import Problem

Kind: TypeAlias = Literal["user", "group"]
Action: TypeAlias = Literal["create", "update", "disable", "delete", "none", "staged-delete", "other"]
Status: TypeAlias = Literal["success", "failure", "skipped", "warning", "planned"]
StepName: TypeAlias = Literal["import", "scope", "match", "export", "reference"]
StepStatus: TypeAlias = Literal["success", "failure", "skipped", "warning"]
CycleKind: TypeAlias = Literal["initial", "incremental", "dry-run", "on-demand", "repair"]
CycleState: TypeAlias = Literal["succeeded", "failures", "stopped", "guarded", "failed"]


ROW_UNREAD: Final = "ROW-UNREAD"
"""The code of a row of the source that could not be read."""


@dataclass(slots=True)
class Change:
    """One attribute of one object, before and after, as a person reads it."""

    target: str
    old: str | None = None
    new: str | None = None


@dataclass(slots=True)
class Step:
    """One step of the provisioning log; the names are those of Entra's log."""

    name: StepName
    status: StepStatus
    text: str
    details: dict[str, str] = field(default_factory=dict)


@lru_cache(maxsize=256)
def _plain_step(name: StepName, status: StepStatus, text: str) -> Step:
    """Most steps of most people read the same: one is made, and nobody changes it."""
    return Step(name, status, text)


def shown(value: Value) -> str:
    """A value as a person reads it."""
    if isinstance(value, list):
        return ", ".join(names(value))
    return "" if value is None else str(value)


_WORSE: Final[tuple[StepStatus, ...]] = ("success", "skipped", "warning", "failure")


def one_match(steps: list[Step]) -> list[Step]:
    """Steps in which the match stands once: a person may be looked for again, and it is one search."""
    found = [step for step in steps if step.name == "match"]
    if len(found) < 2:
        return steps
    texts = dict.fromkeys(step.text for step in found)
    details = {name: value for step in found for name, value in step.details.items()}
    status = max((step.status for step in found), key=_WORSE.index)
    whole = Step("match", status, " ".join(texts), details)
    place = steps.index(found[0])
    return [
        whole if n == place else step for n, step in enumerate(steps) if n == place or step.name != "match"
    ]


@dataclass(slots=True)
class LogEntry:
    """One row of the provisioning log: one person or group in one cycle.

    Attributes:
        changes: what was changed; of an object that was made, worked out from ``created`` when asked for.
        created: the values of an object that was made, see :meth:`all_new`.
        answer: the app's own words of a refusal, see ``app.scim.own_words``; empty where it refused nothing.
    """

    kind: Kind
    action: Action
    status: Status
    name: str
    source_id: str = ""
    target_id: str = ""
    steps: list[Step] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    code: str = ""
    reason: str = ""
    remedy: str = ""
    time: str = ""
    cycle: int = 0
    milliseconds: float = 0.0
    row: int = 0
    created: Mapping[str, Value] | None = field(default=None, compare=False, repr=False)
    answer: str = ""

    def step(self, name: StepName, status: StepStatus, text: str, **details: str) -> None:
        """Add a step. The step ``match`` stands once in a row: what follows on it goes on with it."""
        self.steps.append(Step(name, status, text, details) if details else _plain_step(name, status, text))
        if name == "match":
            self.steps = one_match(self.steps)

    def all_new(self, values: Mapping[str, Value]) -> None:
        """Make this the row of an object that was made with these values.

        A change for each of a dozen attributes of each person takes longer to make than all else of the row,
        and few of them are ever looked at: so they are made when somebody does.
        """
        self.created = values
        del self.changes

    def __getattr__(self, name: str) -> Any:
        """Called for ``changes`` only while they are not made yet."""
        if name != "changes" or self.created is None:
            raise AttributeError(name)
        self.changes = [Change(target, None, shown(value)) for target, value in self.created.items()]
        return self.changes

    def blame(self, problem: Problem, step: StepName = "export") -> None:
        """Make this row a failure with the problem's sentences."""
        self.status = "failure"
        self.code = problem.code
        self.reason = " ".join(part for part in (problem.what, problem.why) if part)
        self.remedy = problem.remedy
        self.answer = problem.answer
        self.step(step, "failure", problem.what)


@dataclass(slots=True)
class CycleProgress:
    """How far the cycle is. ``counts`` by action; ``total`` is None while unknown."""

    text: str
    done: int = 0
    total: int | None = None
    counts: dict[str, int] = field(default_factory=dict)
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A row of the source that could not be read. ``line`` counts from 1; ``name`` is empty where unknown."""

    file: str
    line: int
    text: str
    name: str = ""

    @property
    def place(self) -> str:
        """Where it is: ``users.csv, line 7``."""
        return f"{self.file}, line {self.line}" if self.line else self.file

    @property
    def title(self) -> str:
        """What a list names it by: the person, or the place where nobody knows the person."""
        return self.name or self.place


@dataclass(frozen=True, slots=True)
class Waiting:
    """A person or group that failed and is tried again later.

    Attributes:
        subject: ``user`` or ``group``; ``members`` of a group, ``manager`` of a user.
        leaving: an access that should be gone is still there.
        answer: the app's own words; empty where it refused nothing.
        since: when it failed first.
        next_try: when it is tried again; empty when it was given up.
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


@dataclass(slots=True)
class CycleEnd:
    """The last event of a cycle. ``problem`` says why it failed as a whole, when it did.

    ``quarantine`` is the sentence to tell where the plan entered quarantine with this cycle, or where the
    reason of its quarantine changed. ``warnings`` are about the plan: of a dry run and an initial cycle.
    ``unread`` are the rows of the source that could not be read. ``waiting`` are those in escrow: all
    who should have lost their access, and then the others that this cycle did not try. With
    either, all is not well.
    """

    cycle: int = 0
    kind: CycleKind = "initial"
    state: CycleState = "succeeded"
    began: str = ""
    ended: str = ""
    seconds: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)
    failures: int = 0
    requests: int = 0
    guarded: list[str] = field(default_factory=list)
    sentence: str = ""
    problem: Problem | None = None
    quarantine: str = ""
    warnings: list[str] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)


CycleEvent: TypeAlias = CycleProgress | LogEntry | CycleEnd
