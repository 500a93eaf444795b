"""Signing in to Microsoft Entra: MSAL's public client, in the system's browser or with a code elsewhere.

MSAL blocks, so it runs in threads; it is imported late: that takes longer than starting the rest of Rollcall.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import httpx

from app.entra.browser import open_browser
from app.entra.clouds import Cloud
from app.entra.login_http import LoginHttp, LoginUnreachable
from app.entra.reply import ReplyListener
from app.entra.scopes import READ, WRITE
from app.entra.sign_in_problem import SignInProblem, problem_of
from app.entra.token_cache import KeptSignIns
from app.setup.secret_store import SecretStore

if TYPE_CHECKING:
    from msal import PublicClientApplication

GRAPH_COMMAND_LINE_TOOLS: Final = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
"""The client id that is used where the plan names none: Microsoft Graph Command Line Tools.

It is Microsoft's own public client, known in every tenant and allowed to ask for any permission, so that
nothing has to be registered before a first try. A tenant may block it, and what is agreed to holds for every
other tool that uses it too: for lasting use, register one's own (platform *Mobile and desktop*, redirect
``http://localhost``, public client flows on) and put its id into the plan.
"""

BROWSER_TIME: Final = 300.0
"""Seconds that the sign-in page in the browser may take."""

_WAITING = {"authorization_pending", "slow_down"}


@dataclass(frozen=True, slots=True)
class Account:
    """Who is signed in.

    Attributes:
        user: user principal name.
        tenant: the tenant's id.
        name: the person's name; may be empty.
        scopes: the permissions that were agreed to, without host.
    """

    user: str
    tenant: str
    name: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What a person types on another device. ``seconds`` is how long it holds."""

    code: str
    address: str
    seconds: int


class SignIn:
    """The sign-in for one cloud, tenant and client.

    Args:
        store: where sign-ins are kept: one for the process (``token_cache.sign_in_store``).
        tenant: domain or id; empty lets the account decide.
        client_id: empty for `GRAPH_COMMAND_LINE_TOOLS`.
        transport: in place of the network to the sign-in service, for tests.

    Attributes:
        granted: the permissions that the last token had, as far as is known.
    """

    def __init__(
        self,
        cloud: Cloud,
        store: SecretStore,
        *,
        tenant: str = "",
        client_id: str = "",
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.granted: frozenset[str] = frozenset()
        self._cloud = cloud
        self._store = store
        self._tenant = tenant.strip()
        self._client_id = client_id.strip() or GRAPH_COMMAND_LINE_TOOLS
        self._transport = transport
        self._place = f"{cloud.name}|{self._tenant.casefold()}|{self._client_id}"
        self._lock = threading.Lock()
        self._kept: KeptSignIns | None = None
        self._app: PublicClientApplication | None = None

    async def __call__(self, scopes: frozenset[str], claims: str = "", /) -> str:
        """An access token with these permissions, from the cache or renewed; nobody is asked anything.

        Raises:
            SignInProblem: a person has to sign in, again or for more.
        """
        return await asyncio.to_thread(self._silent, scopes, claims)

    async def account(self) -> Account | None:
        """Who is signed in; None for nobody. Uses no network."""
        return await asyncio.to_thread(self._known)

    async def sign_out(self) -> bool:
        """Forget every sign-in of this computer's account; whether there was one."""
        return await asyncio.to_thread(self._forget)

    async def in_browser(
        self,
        *,
        write: bool = False,
        open_page: Callable[[str], bool] | None = None,
        timeout: float = BROWSER_TIME,
    ) -> Account:
        """Sign in through the system's browser; being cancelled ends it at once.

        Args:
            write: ask for the permissions to change something too.
            open_page: opens an address in the browser, and says whether it could.
            timeout: seconds until the person must be back.

        Raises:
            SignInProblem: it did not come about; see its code.
        """
        app = await asyncio.to_thread(self._ready)
        before = await self.account()
        try:
            async with ReplyListener() as listener:
                flow = await asyncio.to_thread(
                    app.initiate_auth_code_flow,
                    self._asked(write),
                    redirect_uri=listener.redirect_uri,
                    response_mode="form_post",
                    # Whoever is signed in already asks for more as the same person.
                    prompt=None if before else "select_account",
                    login_hint=before.user if before else None,
                    claims_challenge=self._claims(),
                )
                listener.expect(flow["state"])
                if not await asyncio.to_thread(open_page or open_browser, flow["auth_uri"]):
                    raise self._problem("SIGN-IN-NO-BROWSER")
                answer = await listener.wait(timeout)
        except TimeoutError as error:
            raise self._problem("SIGN-IN-TIMEOUT") from error
        except OSError as error:
            raise self._problem("SIGN-IN-PORT", details=error.strerror or "") from error
        if "error" in answer:
            raise problem_of(answer, self._cloud, client_id=self._client_id, tenant=self._tenant)
        result = await asyncio.to_thread(self._guarded, app.acquire_token_by_auth_code_flow, flow, answer)
        return await asyncio.to_thread(self._take, app, result)

    async def by_device(self, show: Callable[[DeviceCode], None], *, write: bool = False) -> Account:
        """Sign in with a code that ``show`` is given, on a device of the person's choice.

        Raises:
            SignInProblem: it did not come about; see its code.
        """
        app = await asyncio.to_thread(self._ready)
        flow = await asyncio.to_thread(
            self._guarded, app.initiate_device_flow, self._asked(write), claims_challenge=self._claims()
        )
        if "user_code" not in flow:
            raise problem_of(flow, self._cloud, client_id=self._client_id, tenant=self._tenant)
        address = str(flow.get("verification_uri") or flow.get("verification_url") or "")
        show(DeviceCode(str(flow["user_code"]), address, int(flow["expires_in"])))
        loop = asyncio.get_running_loop()
        end = loop.time() + int(flow["expires_in"])
        while True:
            result = await asyncio.to_thread(
                self._guarded, app.acquire_token_by_device_flow, flow, exit_condition=lambda _: True
            )
            if result.get("error") not in _WAITING:
                return await asyncio.to_thread(self._take, app, result)
            if loop.time() >= end:
                raise self._problem("SIGN-IN-TIMEOUT")
            await asyncio.sleep(max(1, int(flow["interval"])))

    def _asked(self, write: bool) -> list[str]:
        # MSAL adds openid, profile and offline_access itself, and raises ValueError for who passes them.
        return sorted(self._cloud.scope(scope) for scope in (READ | WRITE if write else READ))

    def _claims(self) -> str | None:
        kept = self._kept.fact(self._place, "claims") if self._kept else None
        return str(kept) if kept else None

    def _held(self) -> KeptSignIns:
        if self._kept is None:
            self._kept = KeptSignIns(self._store)
        return self._kept

    def _ready(self) -> PublicClientApplication:
        """MSAL's client; the first time it asks the sign-in service about the tenant."""
        with self._lock:
            if self._app is None:
                from msal import PublicClientApplication

                # Where an answer cannot be read, MSAL logs it whole, tokens and all.
                logging.getLogger("msal").setLevel(logging.CRITICAL + 1)
                self._app = self._guarded(
                    PublicClientApplication,
                    self._client_id,
                    authority=self._cloud.authority(self._tenant),
                    token_cache=self._held().cache,
                    http_client=self._guarded(
                        LoginHttp, self._cloud.login.partition("//")[2], self._transport
                    ),
                    # Makes Graph say what is missing (continuous access evaluation) instead of just 401.
                    client_capabilities=["CP1"],
                )
            return self._app

    def _guarded(self, call: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """Call MSAL; its own exceptions come out as problems."""
        from msal.exceptions import MsalError

        try:
            return call(*given, **named)
        except LoginUnreachable as error:
            raise self._problem("SIGN-IN-UNREACHABLE", road=error.kind, details=str(error)) from error
        except json.JSONDecodeError as error:
            raise self._problem("SIGN-IN-UNREACHABLE", road="proxy", details="no JSON came back") from error
        except ValueError as error:
            if "authority" in str(error) or "OIDC" in str(error):
                raise self._problem("SIGN-IN-TENANT") from error
            raise self._problem("SIGN-IN-ANSWER", details=type(error).__name__) from error
        except (MsalError, RuntimeError, httpx.HTTPError) as error:
            raise self._problem("SIGN-IN-UNREACHABLE", details=str(error)[:200]) from error

    def _silent(self, scopes: frozenset[str], claims: str) -> str:
        app = self._ready()
        asked = sorted(self._cloud.scope(scope) for scope in scopes)
        with self._lock:
            held = self._held()
            account = self._chosen(app)
            if account is None:
                held.load()  # the command line may have signed in meanwhile
                account = self._chosen(app)
            if account is None:
                raise self._problem("SIGN-IN-NEEDED", memory=self._store.why_memory)
            result = self._guarded(
                app.acquire_token_silent_with_error, asked, account, claims_challenge=claims or None
            )
            if result and "access_token" in result:
                self.granted = _names(result.get("scope")) or self._facts_scopes()
                held.save()
                return str(result["access_token"])
            if claims:
                held.note(self._place, claims=claims)
            held.save()
        raise self._silent_problem(result or {}, scopes, claims)

    def _silent_problem(
        self, result: Mapping[str, Any], scopes: frozenset[str], claims: str
    ) -> SignInProblem:
        if claims:
            return self._problem("SIGN-IN-CLAIMS")
        found = problem_of(result, self._cloud, client_id=self._client_id, tenant=self._tenant)
        if found.code == "SIGN-IN-CONSENT":
            # Without a page nobody could agree yet; whether an administrator must, the page will say.
            return self._problem("SIGN-IN-MORE", scopes=scopes, details=found.details)
        if found.code in {"SIGN-IN-FAILED", "SIGN-IN-TIMEOUT"}:
            return self._problem("SIGN-IN-ENDED", details=found.details)
        return found

    def _chosen(self, app: PublicClientApplication) -> dict[str, Any] | None:
        """MSAL's account of whoever signed in for this place."""
        wanted = self._held().fact(self._place, "account")
        for account in app.get_accounts() if wanted else ():
            if account.get("home_account_id") == wanted:
                return dict(account)
        return None

    def _take(self, app: PublicClientApplication, result: Mapping[str, Any]) -> Account:
        """Keep what a sign-in gave."""
        if "access_token" not in result:
            raise problem_of(result, self._cloud, client_id=self._client_id, tenant=self._tenant)
        who: Mapping[str, Any] = result.get("id_token_claims") or {}
        user = str(who.get("preferred_username") or who.get("upn") or "")
        with self._lock:
            homes = [
                str(account["home_account_id"])
                for account in app.get_accounts()
                if account.get("local_account_id") == who.get("oid") or account.get("username") == user
            ]
            scopes = _names(result.get("scope"))
            held = self._held()
            held.note(
                self._place,
                account=homes[0] if homes else "",
                user=user,
                tenant=str(who.get("tid") or ""),
                name=str(who.get("name") or ""),
                scopes=sorted(scopes),
                claims="",
            )
            held.save()
            self.granted = scopes
        return Account(user, str(who.get("tid") or ""), str(who.get("name") or ""), scopes)

    def _known(self) -> Account | None:
        with self._lock:
            held = self._held()
            if not held.fact(self._place, "account"):
                held.load()
            if not held.fact(self._place, "account"):
                return None
            user, tenant, name = (
                str(held.fact(self._place, key) or "") for key in ("user", "tenant", "name")
            )
            return Account(user, tenant, name, self._facts_scopes())

    def _facts_scopes(self) -> frozenset[str]:
        return frozenset(self._held().fact(self._place, "scopes") or [])

    def _forget(self) -> bool:
        with self._lock:
            had = self._held().forget()
            self._app = None  # it holds the cache that was
            self._kept = None
            self.granted = frozenset()
            return had

    def _problem(self, code: str, **more: Any) -> SignInProblem:
        return SignInProblem(code, self._cloud, client_id=self._client_id, tenant=self._tenant, **more)


def _names(scope: object) -> frozenset[str]:
    """Permissions without host, from the text that a token comes with."""
    words = scope.split() if isinstance(scope, str) else scope if isinstance(scope, list) else []
    return frozenset(str(word).rpartition("/")[2] for word in words) - {
        "openid",
        "profile",
        "offline_access",
        "email",
    }
