"""Signing in with MSAL against a sign-in service inside the process, and every way it can end otherwise."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from keyring.backend import KeyringBackend

from app.entra.clouds import CLOUDS, practice
from app.entra.practice_sign_in import PracticeSignIn
from app.entra.scopes import READ, WRITE
from app.entra.sign_in import GRAPH_COMMAND_LINE_TOOLS, DeviceCode, SignIn
from app.entra.sign_in_problem import _ROWS, SignInProblem
from app.entra.token_cache import ENTRY
from app.setup.redaction import secrets_seen
from app.setup.secret_store import SPLIT_OVER, SecretStore
from tests.entra.conftest import graph_answer
from tests.entra.login_service import CLIENT, REFRESH, TENANT, USER, LoginService
from tests.servers.raw_server import RawServer, Request

GLOBAL = CLOUDS["global"]


class Ring(KeyringBackend):
    """A keyring that holds no more than Windows' does."""

    priority = 5.0  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        assert len(password) <= SPLIT_OVER
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


@pytest.fixture
def ring() -> Ring:
    return Ring()


@pytest.fixture
def service() -> LoginService:
    return LoginService()


@pytest.fixture
def begin(ring: Ring, service: LoginService) -> Callable[..., SignIn]:
    def made(**more: Any) -> SignIn:
        store = SecretStore("Rollcall", "sign-in", ring)
        return SignIn(more.pop("cloud", GLOBAL), store, transport=service, **more)

    return made


async def test_reading_first_and_writing_when_a_step_needs_it(begin: Any, service: LoginService) -> None:
    sign_in = begin()
    account = await sign_in.in_browser(open_page=service.page())
    assert (account.user, account.tenant, account.scopes) == (USER, TENANT, READ)
    assert service.shown[0] == 200
    assert "close this page" in service.shown[1]
    assert service.asked["prompt"] == "select_account"
    assert service.asked["client_id"] == CLIENT == GRAPH_COMMAND_LINE_TOOLS
    asked = set(service.asked["scope"].split())
    assert {f"https://graph.microsoft.com/{scope}" for scope in READ} <= asked
    assert not any("ReadWrite" in scope for scope in asked)
    assert await sign_in(frozenset({"User.Read"})) == service.tokens[0]  # from the cache
    more = await sign_in.in_browser(write=True, open_page=service.page())
    assert more.scopes == READ | WRITE == sign_in.granted
    assert service.asked["login_hint"] == USER
    assert "prompt" not in service.asked


@pytest.mark.parametrize("name", ["us-l4", "us-l5", "china"])
async def test_each_cloud_has_its_own_hosts(ring: Ring, name: str) -> None:
    cloud = CLOUDS[name]
    service = LoginService(cloud.login.removeprefix("https://"))
    sign_in = SignIn(
        cloud, SecretStore("Rollcall", "sign-in", ring), transport=service, tenant="contoso.example"
    )
    await sign_in.in_browser(open_page=service.page())
    assert all(scope.startswith(cloud.graph) for scope in service.asked["scope"].split() if "://" in scope)


async def test_a_later_process_is_still_signed_in(begin: Any, service: LoginService, ring: Ring) -> None:
    service.size = 6000  # so that nothing fits into one entry
    await begin().in_browser(open_page=service.page())
    assert len(ring.entries) > 10
    later = begin()
    account = await later.account()
    assert account is not None
    assert account.user == USER
    assert await later(frozenset({"Directory.Read.All"})) == service.tokens[0]
    assert (await later(frozenset({"Directory.Read.All"}), '{"access_token":{}}')) == service.tokens[1]
    assert service.forms[-1]["grant_type"] == "refresh_token"
    assert "xms_cc" in service.forms[-1]["claims"]  # says that it understands challenges


async def test_signing_out_forgets_all(begin: Any, service: LoginService, ring: Ring) -> None:
    sign_in = begin()
    await sign_in.in_browser(open_page=service.page())
    assert await sign_in.sign_out() is True
    assert ring.entries == {}
    assert await sign_in.account() is None
    assert await sign_in.sign_out() is False
    with pytest.raises(SignInProblem) as caught:
        await sign_in(frozenset({"User.Read"}))
    assert caught.value.code == "SIGN-IN-NEEDED"


async def test_no_token_is_outside_the_keyring(
    begin: Any, service: LoginService, data_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    sign_in = begin()
    await sign_in.in_browser(open_page=service.page())
    await sign_in(frozenset({"User.Read"}))
    await sign_in(frozenset({"User.Read"}), "{}")
    assert _files(data_folder) == []
    for secret in (*service.tokens, REFRESH.ljust(40, "y")):
        assert secret not in secrets_seen.clean(f"x {secret} y")
        assert secret not in caplog.text


def _files(folder: Path) -> list[Path]:
    return [each for each in folder.rglob("*") if each.is_file()]


async def test_other_tenants_and_clients_are_apart(begin: Any, service: LoginService) -> None:
    await begin(tenant="contoso.example").in_browser(open_page=service.page())
    assert await begin(tenant="fabrikam.example").account() is None
    assert await begin(tenant="Contoso.example").account() is not None


async def test_a_kept_entry_that_is_garbage_counts_as_signed_out(begin: Any, ring: Ring) -> None:
    ring.entries["Rollcall", ENTRY] = '["what", '
    assert await begin().account() is None
    ring.entries["Rollcall", ENTRY] = json.dumps({"facts": 3})
    assert await begin().account() is None


ENDINGS = [
    ({"error": "access_denied", "error_subcode": "cancel"}, "SIGN-IN-CLOSED"),
    ({"error": "access_denied", "error_description": "AADSTS65004: User declined"}, "SIGN-IN-REFUSED"),
    ({"error": "access_denied", "error_description": "AADSTS90094: admin"}, "SIGN-IN-CONSENT"),
    ({"error": "server_error", "error_description": "AADSTS9999999: odd"}, "SIGN-IN-FAILED"),
]


@pytest.mark.parametrize(("reply", "code"), ENDINGS)
async def test_what_the_page_says_has_its_own_sentence(
    begin: Any, service: LoginService, reply: dict[str, str], code: str
) -> None:
    with pytest.raises(SignInProblem) as caught:
        await begin(tenant="contoso.example").in_browser(open_page=service.page(reply))
    assert caught.value.code == code
    link = f"https://login.microsoftonline.com/contoso.example/adminconsent?client_id={CLIENT}"
    assert (link in caught.value.remedy) is (code == "SIGN-IN-CONSENT")
    assert "did not come about" in service.shown[1]


REFUSALS = [
    ({"error": "invalid_grant", "suberror": "consent_required"}, "SIGN-IN-CONSENT"),
    ({"error": "invalid_client", "error_description": "AADSTS7000218: no secret"}, "SIGN-IN-CLIENT"),
    ({"error": "unauthorized_client", "error_codes": [700016]}, "SIGN-IN-CLIENT"),
    ({"error": "invalid_grant", "error_description": "AADSTS53003: blocked"}, "SIGN-IN-BLOCKED"),
    ({"error": "invalid_request", "error_description": "AADSTS50020: guest"}, "SIGN-IN-ACCOUNT"),
    ({"error": "interaction_required", "error_description": "AADSTS50076: factor"}, "SIGN-IN-CLAIMS"),
    ({"error": "invalid_grant", "error_description": "AADSTS700082: old"}, "SIGN-IN-ENDED"),
]


@pytest.mark.parametrize(("refusal", "code"), REFUSALS)
async def test_what_the_service_says_has_its_own_sentence(
    begin: Any, service: LoginService, refusal: dict[str, Any], code: str
) -> None:
    service.refuse = refusal
    with pytest.raises(SignInProblem) as caught:
        await begin().in_browser(open_page=service.page())
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("error", "part"),
    [
        (httpx.ConnectError("CERTIFICATE_VERIFY_FAILED"), "certificate"),
        (httpx.ConnectError("refused"), "network"),
        (httpx.ReadTimeout("late"), "in time"),
        (httpx.ProxyError("407"), "proxy"),
    ],
)
async def test_a_service_out_of_reach_says_why(
    begin: Any, service: LoginService, error: Exception, part: str
) -> None:
    service.raises = error
    with pytest.raises(SignInProblem) as caught:
        await begin().in_browser(open_page=service.page())
    assert caught.value.code == "SIGN-IN-UNREACHABLE"
    assert part in caught.value.why


async def test_an_unknown_tenant(begin: Any, service: LoginService) -> None:
    with pytest.raises(SignInProblem) as caught:
        await begin(tenant="nowhere.example").in_browser(open_page=service.page())
    assert caught.value.code == "SIGN-IN-TENANT"


async def test_a_page_left_open_and_no_browser(begin: Any) -> None:
    with pytest.raises(SignInProblem) as caught:
        await begin().in_browser(open_page=lambda _: True, timeout=0.05)
    assert caught.value.code == "SIGN-IN-TIMEOUT"
    with pytest.raises(SignInProblem) as caught:
        await begin().in_browser(open_page=lambda _: False)
    assert caught.value.code == "SIGN-IN-NO-BROWSER"


async def test_an_answer_for_another_sign_in_is_not_taken(begin: Any, service: LoginService) -> None:
    with pytest.raises(SignInProblem) as caught:
        await begin().in_browser(open_page=service.page(state="another"), timeout=0.3)
    assert caught.value.code == "SIGN-IN-TIMEOUT"
    assert service.shown[0] == 404
    assert not service.forms


async def test_cancelling_ends_it_at_once(begin: Any) -> None:
    opened = asyncio.Event()
    loop = asyncio.get_running_loop()

    def open_page(_: str) -> bool:
        loop.call_soon_threadsafe(opened.set)
        return True

    task = asyncio.create_task(begin().in_browser(open_page=open_page))
    await opened.wait()
    await asyncio.sleep(0)
    task.cancel()
    began = loop.time()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert loop.time() - began < 0.5


async def test_a_code_on_another_device(begin: Any, service: LoginService) -> None:
    shown: list[DeviceCode] = []
    service.pending = 1
    account = await begin().by_device(shown.append)
    assert account.user == USER
    assert shown == [DeviceCode("ABC-DEF", "https://microsoft.example/devicelogin", 900)]
    service.refuse = {"error": "authorization_declined"}
    with pytest.raises(SignInProblem) as caught:
        await begin().by_device(shown.append)
    assert caught.value.code == "SIGN-IN-REFUSED"
    service.refuse = {"error": "expired_token"}
    with pytest.raises(SignInProblem) as caught:
        await begin().by_device(shown.append)
    assert caught.value.code == "SIGN-IN-TIMEOUT"


async def test_a_step_that_needs_more_says_so(begin: Any, service: LoginService) -> None:
    sign_in = begin()
    await sign_in.in_browser(open_page=service.page())
    service.refuse = {"error": "invalid_grant", "suberror": "consent_required"}
    with pytest.raises(SignInProblem) as caught:
        await sign_in(frozenset({"Application.ReadWrite.All"}))
    assert caught.value.code == "SIGN-IN-MORE"
    assert "Application.ReadWrite.All" in caught.value.why


async def test_a_claims_challenge_that_needs_a_person_is_kept_for_the_next_sign_in(
    begin: Any, service: LoginService
) -> None:
    sign_in = begin()
    await sign_in.in_browser(open_page=service.page())
    wanted = '{"access_token":{"nbf":{"essential":true,"value":"1"}}}'
    service.refuse = {"error": "interaction_required", "error_description": "AADSTS50158"}
    with pytest.raises(SignInProblem) as caught:
        await sign_in(frozenset({"User.Read"}), wanted)
    assert caught.value.code == "SIGN-IN-CLAIMS"
    service.refuse = None
    again = begin()
    await again.account()
    await again.in_browser(open_page=service.page())
    assert "nbf" in service.asked["claims"]


def test_every_ending_tells_what_to_do() -> None:
    for code in _ROWS:
        problem = SignInProblem(code, GLOBAL, client_id="x")
        for sentence in (problem.what, problem.why, problem.remedy):
            assert len(sentence) > 12
            assert sentence.rstrip()[-1] == "."
            assert "{" not in sentence
            assert "please" not in sentence.casefold()


def test_msal_is_imported_late() -> None:
    program = "import sys, app.entra.sign_in; print('msal' in sys.modules, 'requests' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["False", "False"]


async def test_the_practice_tenant_has_a_button(ring: Ring) -> None:
    def respond(request: Request, writer: object) -> bytes:
        assert request.target == "/practice/sign-in"
        assert "authorization" not in request.headers
        return graph_answer(
            200,
            {
                "access_token": f"practice-{request.json['write']}",
                "expires_in": 3600,
                "user": USER,
                "tenant": TENANT,
            },
        )

    async with RawServer(respond) as server:
        cloud = practice(f"http://127.0.0.1:{server.port}")
        store = SecretStore("Rollcall", "sign-in", ring)
        sign_in = PracticeSignIn(cloud, store)
        with pytest.raises(SignInProblem) as caught:
            await sign_in(frozenset({"User.Read"}))
        assert caught.value.code == "SIGN-IN-NEEDED"
        await sign_in.sign_in()
        later = PracticeSignIn(cloud, store)
        assert await later(frozenset({"User.Read"})) == "practice-False"
        with pytest.raises(SignInProblem) as caught:
            await later(frozenset({"Application.ReadWrite.All"}))
        assert caught.value.code == "SIGN-IN-MORE"
        account = await later.sign_in(write=True)
        assert account.scopes == READ | WRITE
        assert await later(frozenset({"Application.ReadWrite.All"})) == "practice-True"
        assert await later.sign_out()
        assert ring.entries == {}
    with pytest.raises(SignInProblem) as caught:
        await sign_in.sign_in()
    assert caught.value.code == "SIGN-IN-PRACTICE"
