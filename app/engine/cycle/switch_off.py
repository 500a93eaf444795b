"""Disables an account in a form that the app takes, and believes it when it is known.

Entra's default sends the text ``"False"``. Some apps refuse it, others store it and keep the person in. A
person who left must lose access all the same, so Rollcall then sends the forms of the standard, and remembers
which one the app takes. Microsoft's own service does not do this: see :data:`ENTRA_WOULD_FAIL`.
"""

from __future__ import annotations

from typing import Any, Final

from app.engine.cycle.trust import Trust
from app.scim.account_state import AccountState, account_state
from app.scim.client import ScimClient, resource_path
from app.scim.dialect import FLAG, RFC, Body, Dialect, patch_body
from app.scim.errors import Outcome, ScimProblem

ENTRA_WOULD_FAIL: Final = (
    "The app does not take a disable in the form that Microsoft's service sends with this tenant URL: it "
    "refuses it, or the account is still in use afterwards. So Rollcall sends another form, which works. "
    "Microsoft's own service would leave people who left enabled in the app. If you use it: add "
    f"?{FLAG} to the tenant URL, or remove it where it is there, and run rollcall check."
)
"""The caution in a cycle's warnings where another form than Entra's had to be sent."""

_BUNDLE: Final = patch_body([{"op": "replace", "value": {"active": False}}])
_PUT: Final = "PUT of the whole user"
_NO_MORE: Final = 3  # accounts that no form switched off: from then on one form is tried for each account


def takes_another_form(problem: ScimProblem) -> bool:
    """Whether an app that refused one form of a change may take another one."""
    return problem.kind is Outcome.REFUSED or problem.code == "SERVER-ERROR"


class SwitchOff:
    """Switches users off.

    Args:
        trust: what the app is remembered by; learns from each answer.
    """

    def __init__(self, client: ScimClient, dialect: Dialect, trust: Trust) -> None:
        self._client = client
        self._trust = trust
        self._dialect = dialect
        self._entras = dialect.name
        self._bodies: dict[str, Body] = {
            dialect.name: dialect.disable(),
            RFC.name: RFC.disable(),
            "without a path": _BUNDLE,
        }
        self._forms_known = (*self._bodies, _PUT)
        self._failed = 0

    async def off(self, account: str) -> str:
        """Switch a user off. Gives a remark for the log, empty in the usual case.

        Raises:
            ScimProblem: NOT-FOUND; STILL-ACTIVE when the app took it and the account is in use all the same;
                otherwise the app's refusal of the first form.
        """
        refusal: ScimProblem | None = None
        for form in self._forms():
            try:
                answer = await self._send(form, account)
            except ScimProblem as problem:
                if not takes_another_form(problem):
                    raise
                refusal = refusal or problem
                continue
            if await self.is_off(account, answer, as_boolean=self._dialect.flag or form != self._entras):
                return self.learnt(form)
            refusal = ScimProblem("STILL-ACTIVE")
        self._failed += 1
        assert refusal is not None  # noqa: S101 - there is at least one form
        raise refusal

    def _forms(self) -> list[str]:
        """The forms to try, the one that worked before first."""
        first = self._trust.habit("active") or self._entras
        forms = [first, *(form for form in self._forms_known if form != first)]
        return forms[:1] if self._failed >= _NO_MORE else forms

    async def _send(self, form: str, account: str) -> dict[str, Any] | None:
        path = resource_path("Users", account)
        if form != _PUT:
            return await self._client.patch(path, self._bodies[form])
        held = await self._client.get(path)
        if held is None:
            raise ScimProblem("NOT-FOUND", status=404)
        key = next((each for each in held if each.casefold() == "active"), "active")
        try:
            return await self._client.replace(path, {**held, key: False})
        except ScimProblem as problem:
            if problem.kind is Outcome.NOT_FOUND:  # it was read just now: the app knows no PUT
                raise ScimProblem("METHOD", status=problem.status) from problem
            raise

    def learnt(self, form: str) -> str:
        """Remember the form that worked. Gives a remark when it is news."""
        if form == self._entras:
            self._trust.learn("active", "")
            return ""
        news = self._trust.habit("active") != form
        self._trust.learn("active", form)
        if not news:
            return ""
        return f"In the form {form}: the app does not take the one that Microsoft's service sends."

    async def is_off(self, account: str, answer: dict[str, Any] | None, *, as_boolean: bool) -> bool:
        """Whether the account is off after a disable was answered; read back where the answer proves nothing.

        Args:
            answer: the body of the answer; None where there was none.
            as_boolean: whether a real boolean was sent. Only then a text that says "False" is believed.
        """
        reads_back = self._trust.reads_back("disable")
        said = self._state(answer, as_boolean=as_boolean)
        if said in {AccountState.OFF, AccountState.UNKNOWN} and not reads_back:
            return True
        held = await self._client.get(resource_path("Users", account))
        shown = AccountState.OFF if held is None else self._state(held, as_boolean=as_boolean)
        off = shown in {AccountState.OFF, AccountState.UNKNOWN}
        if shown is not AccountState.UNKNOWN:
            self._trust.showed("disable", off)
        return off

    async def make_sure_on(self, account: str, answer: dict[str, Any] | None, again: Body) -> str:
        """Look whether a user is on after a change said so; send it once more as the standard has it if not.

        An app that ignores Entra's text keeps people out without a word. One that keeps somebody off for a
        reason of its own, such as an invitation, is asked once more and then left as it is.

        Args:
            again: the whole change in the standard's form: the app may have ignored all of it.

        Returns:
            A remark as :meth:`off` gives it.
        """
        said = account_state(answer)
        off = {AccountState.OFF, AccountState.OFF_AS_TEXT}
        if said not in off and not (said is AccountState.UNKNOWN and self._trust.reads_back("disable")):
            return ""
        path = resource_path("Users", account)
        if account_state(await self._client.get(path)) not in off:
            return ""
        try:
            await self._client.patch(path, again)
        except ScimProblem:
            return ""  # what the app has is compared after each change, and told
        on = account_state(await self._client.get(path)) is AccountState.ON
        return self.learnt(RFC.name) if on else ""

    def _state(self, resource: dict[str, Any] | None, *, as_boolean: bool) -> AccountState:
        state = account_state(resource)
        if state is AccountState.OFF_AS_TEXT and (as_boolean or self._trust.habit("text")):
            self._trust.learn("text", "yes")
            return AccountState.OFF
        return state
