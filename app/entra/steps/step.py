"""What a step of the road is, and what it works with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias, TypeVar

from app.entra.assignments import Principal
from app.entra.graph import Found, GraphClient
from app.entra.graph_problem import GraphProblem
from app.entra.patience import NEW_APP, Patience, patiently
from app.entra.planned_call import PlannedCall
from app.entra.road_journal import Entry, Journal
from app.entra.wish import Evaluate, Facts, Wish
from app.setup.plan import Scope
from app.setup.problem import Problem

Given = TypeVar("Given")

CONFLICT: Final = frozenset({"GRAPH-CONFLICT"})
"""What an app that is known everywhere is asked again after: something else was changing it."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something a step says while it works."""

    text: str
    level: Literal["info", "warning"] = "info"
    code: str = ""


Said: TypeAlias = AsyncIterator[Note]


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a change of scope does to people.

    Attributes:
        out: how many it takes out of scope.
        into: how many it lets in.
        unsure: how many could not be decided on.
        names: the first of those who leave.
    """

    out: int
    into: int
    unsure: int
    names: list[str]

    @property
    def sentence(self) -> str:
        """In words."""
        others = " and others" if self.out > len(self.names) else ""
        named = f" ({', '.join(self.names)}{others})" if self.names else ""
        unsure = f" {self.unsure:,} could not be decided on." if self.unsure else ""
        return (
            f"{self.out:,} people fall out of scope{named}; the job's next cycle disables them in the app. "
            f"{self.into:,} come into scope.{unsure}"
        )


Leavers: TypeAlias = Callable[[str, Scope, Scope], Awaitable[Leaving]]
"""Counts them: the service principal, the scope as it is, and as it will be."""


@dataclass(slots=True)
class Travel:
    """What the steps of one run share.

    Attributes:
        evaluate: Rollcall's own evaluation of expressions; None where there is none to compare with.
        found: people and groups of the plan's scope that were looked up already.
        leavers: counts whom a change of scope takes out; None where nobody can tell.
    """

    client: GraphClient
    wish: Wish
    journal: Journal
    patience: Patience
    evaluate: Evaluate | None = None
    leavers: Leavers | None = None
    found: dict[str, Principal] = field(default_factory=dict)

    @property
    def facts(self) -> Facts:
        """The ids known so far."""
        return self.journal.facts

    @property
    def made_app(self) -> bool:
        """Whether this run added the app, so that all that hangs on it goes with it."""
        return bool(self.journal.made_here("application"))

    @property
    def made_job(self) -> bool:
        """Whether this run made the job."""
        return bool(self.journal.made_here("job"))

    @property
    def is_new(self) -> bool:
        """Whether the app was added so lately that not every server knows it."""
        return any(
            entry.seconds_ago() < self.patience.total for entry in self.journal.made_here("application")
        )

    async def who_leaves(self, before: Scope, after: Scope) -> str:
        """Who falls out of scope, in words.

        Raises:
            Problem: somebody does, and it was not said that this is meant.
        """
        if self.leavers is None:
            return "Whoever falls out of scope by this is disabled in the app by the job's next cycle."
        leaving = await self.leavers(self.facts.service_principal, before, after)
        if leaving.out and not self.wish.people_may_leave:
            raise Problem(
                "PEOPLE-LEAVE",
                f"The plan takes {leaving.out:,} people out of scope who are provisioned so far.",
                leaving.sentence,
                "If that is meant, say so: tick the box on the page, or use --resume --people-may-leave. "
                "Otherwise correct the page Scope.",
            )
        return leaving.sentence

    async def read(self, ask: Callable[[], Awaitable[Given]]) -> Given:
        """Read something that hangs on the app, with patience while the app is new."""
        return await patiently(ask, self.patience, NEW_APP if self.is_new else CONFLICT)

    async def send(
        self,
        step: str,
        kind: str,
        method: Literal["POST", "PUT", "PATCH", "DELETE"],
        path: str,
        body: Any = None,
        *,
        made: Mapping[str, str] | None = None,
        before: Sequence[str] = (),
        ids: Callable[[Found | None], dict[str, str]] = lambda answer: {},
    ) -> Entry:
        """Note a call that changes something, send it, and note what became of it.

        Raises:
            Problem: it was refused; or what became of it is not known, which the journal then says.
        """
        entry = self.journal.about(step, kind, f"{method} {path}", made, before)

        async def once() -> Found | None:
            if method == "POST":
                return await self.client.post(path, body)
            if method == "PUT":
                return await self.client.put(path, body)
            if method == "PATCH":
                return await self.client.patch(path, body)
            return None if await self.client.delete(path) else None

        try:
            answer = await patiently(once, self.patience, NEW_APP if self.is_new else CONFLICT)
        except Problem as problem:
            # A sign-in that has to be renewed first is a Problem too: then nothing was sent.
            if not (isinstance(problem, GraphProblem) and problem.uncertain):
                self.journal.settle(entry, "refused")
            raise
        self.journal.settle(entry, "done", ids(answer))
        return entry


def always(wish: Wish) -> bool:
    """For steps that every setup has."""
    return True


async def nothing_to_undo(travel: Travel, entry: Entry) -> str:
    """For steps that change nothing."""
    return ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        name: stable, for events and the journal.
        title: as a person reads it, with a verb.
        calls: what would be sent, nothing being asked.
        do: do what is still to be done; what is so already is left.
        verify: read it back; raises a Problem when it did not take effect.
        undo: take one call of this step back; gives a sentence, empty when something else takes it along.
        kinds: the kinds of journal entries that ``undo`` is for.
        needed: whether a setup has this step at all.
    """

    name: str
    title: str
    calls: Callable[[Wish, Facts], list[PlannedCall]]
    do: Callable[[Travel], Said]
    verify: Callable[[Travel], Awaitable[None]]
    undo: Callable[[Travel, Entry], Awaitable[str]] = nothing_to_undo
    kinds: tuple[str, ...] = ()
    needed: Callable[[Wish], bool] = always
