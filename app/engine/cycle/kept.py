"""What the app kept of a user's values: compared with what was sent, put right once, and told.

An answer that takes a change is a claim. Where it carries the user, the user is compared; a sample is read
back, and each change of an app that was caught. A change can have side effects: an app that switches the
account off with a rename has locked somebody out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.engine.cycle.compare import differences, shown
from app.engine.cycle.target import Target
from app.engine.cycle.work import values_of
from app.engine.events import LogEntry
from app.people.record import Value
from app.scim.errors import ScimProblem
from app.scim.path import AttributePath

_NAMED: Final = 5


class KeptValues:
    """Compares users after a write.

    Args:
        paths: the targets that the mappings write.
    """

    def __init__(self, target: Target, paths: Mapping[str, AttributePath]) -> None:
        self._target = target
        self._paths = dict(paths)

    def ignored(self) -> set[str]:
        """The targets that the app takes and never shows."""
        return set(filter(None, self._target.trust.habit("ignores").split("\n")))

    def made(self, sent: dict[str, Value], answer: dict[str, Any], entry: LogEntry) -> dict[str, Value]:
        """What a new user has, as the answer to its create says. What it does not say counts as sent."""
        values = values_of(answer, self._paths)
        wrong = {target: values[target] for target in differences(sent, values) if target in values}
        if not wrong:
            return sent
        before = set(self._target.trust.habit("rewrites").split("\n"))
        if not wrong.keys() <= before:
            self._target.trust.learn("rewrites", "\n".join(sorted(before | wrong.keys())).strip())
            self._tell(entry, sent, wrong)
        else:
            entry.step("export", "warning", f"The app writes {', '.join(wrong)} in its own way.")
        return {**sent, **wrong}

    async def changed(
        self,
        account: str,
        sent: Mapping[str, Value],
        after: dict[str, Value],
        answer: dict[str, Any] | None,
        entry: LogEntry,
    ) -> dict[str, Value]:
        """What a user has after a change.

        Args:
            sent: what the change set.
            after: what the user has if all of it was kept.
            answer: the body of the answer; None where there was none.
            entry: takes what was not kept.

        Raises:
            ScimProblem: a side effect could not be put right.
        """
        trust = self._target.trust
        read = trust.was_caught("update") or (answer is None and trust.reads_back("update"))
        resource = await self._target.get("user", account) if read else answer
        if resource is None or str(resource.get("id", account)) != account:
            return after
        values = values_of(resource, self._paths)
        values = await self._put_right(account, sent, after, values, entry)
        lost = differences(sent, values)
        wrong = {target: values[target] for target in lost if target in values}
        # Only a whole user shows that a value is missing; an answer need not have all.
        missing = {target for target in lost if target not in values} if read else set[str]()
        new = missing - self.ignored()
        trust.showed("update", not wrong and not new)
        if new:
            trust.learn("ignores", "\n".join(sorted(self.ignored() | new)))
        if wrong or new:
            self._tell(entry, sent, {**wrong, **dict.fromkeys(new)})
        return {target: value for target, value in {**after, **wrong}.items() if target not in missing}

    async def _put_right(
        self,
        account: str,
        sent: Mapping[str, Value],
        after: Mapping[str, Value],
        values: dict[str, Value],
        entry: LogEntry,
    ) -> dict[str, Value]:
        """Set what the change changed beside what it was to change; gives the user's values afterwards."""
        beside = {target: value for target, value in after.items() if target in values and target not in sent}
        spoilt = differences(beside, values)
        if not spoilt:
            return values
        names = ", ".join(spoilt)
        await self._target.change("user", account, spoilt, set())
        resource = await self._target.get("user", account)
        if resource is None:
            raise ScimProblem("NOT-FOUND", status=404)
        values = values_of(resource, self._paths)
        if left := differences(spoilt, values):
            self._tell(entry, spoilt, {target: values.get(target) for target in left})
        else:
            entry.step("export", "warning", f"The app also changed {names} with it; that was put right.")
        return values

    @staticmethod
    def _tell(entry: LogEntry, sent: Mapping[str, Value], kept: Mapping[str, Value]) -> None:
        """Make the row a warning that says what the app has instead of what was sent."""
        problem = ScimProblem("NOT-KEPT")
        told = [
            f"{target} is {shown(value)!r} and not {shown(sent.get(target))!r}"
            if value is not None
            else f"{target} is not shown"
            for target, value in kept.items()
        ]
        more = f" and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
        entry.status, entry.code, entry.remedy = "warning", problem.code, problem.remedy
        entry.reason = f"{problem.what} In the app: {'; '.join(told[:_NAMED])}{more}."
        entry.step("export", "warning", entry.reason)
