"""Microsoft's sign-in service as far as MSAL needs it, answered inside the process."""

from __future__ import annotations

import base64
import json
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

CLIENT = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
TENANT = "aaaaaaaa-0000-4000-8000-000000000001"
USER = "ada@contoso.example"
REFRESH = "refresh-token-of-ada-"


def _part(of: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(of).encode()).decode().rstrip("=")


class LoginService(httpx.MockTransport):
    """Gives tokens. ``refuse`` is what the token endpoint answers instead; ``forms`` is all it was sent."""

    def __init__(self, host: str = "login.microsoftonline.com") -> None:
        super().__init__(self._answer)
        self.host = host
        self.forms: list[dict[str, str]] = []
        self.refuse: dict[str, Any] | None = None
        self.raises: Exception | None = None
        self.pending = 0
        self.nonce = ""
        self.tokens: list[str] = []
        self.size = 40
        self.status = 400

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if self.raises is not None:
            raise self.raises
        assert request.url.host == self.host, request.url
        path = request.url.path
        if path.endswith("openid-configuration"):
            tenant = path.split("/")[1]
            if tenant == "nowhere.example":
                return httpx.Response(400, json={"error": "invalid_tenant"})
            base = f"https://{self.host}/{tenant}"
            return httpx.Response(
                200,
                json={
                    "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                    "token_endpoint": f"{base}/oauth2/v2.0/token",
                    "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
                    "issuer": f"{base}/v2.0",
                },
            )
        if path.endswith("discovery/instance"):
            known = {"preferred_network": self.host, "preferred_cache": self.host, "aliases": [self.host]}
            return httpx.Response(200, json={"metadata": [known]})
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        self.forms.append(form)
        if path.endswith("devicecode"):
            return httpx.Response(
                200,
                json={"user_code": "ABC-DEF", "device_code": "device-secret", "interval": 1,
                      "expires_in": 900,
                      "verification_uri": "https://microsoft.example/devicelogin", "message": "x"},
            )  # fmt: skip
        if form.get("grant_type", "").endswith("device_code") and self.pending:
            self.pending -= 1
            return httpx.Response(400, json={"error": "authorization_pending"})
        if self.refuse is not None:
            return httpx.Response(self.status, json=self.refuse)
        return httpx.Response(200, json=self._tokens(form))

    def _tokens(self, form: dict[str, str]) -> dict[str, Any]:
        token = f"access-{len(self.tokens)}-".ljust(self.size, "x")
        self.tokens.append(token)
        claims = {
            "aud": CLIENT, "iss": f"https://{self.host}/{TENANT}/v2.0", "exp": time.time() + 3600,
            "iat": time.time(), "tid": TENANT, "oid": "ada-oid", "sub": "ada-sub", "name": "Ada",
            "preferred_username": USER, **({"nonce": self.nonce} if self.nonce else {}),
        }  # fmt: skip
        scopes = [scope for scope in form["scope"].split() if "://" in scope] if "scope" in form else []
        return {
            "token_type": "Bearer", "expires_in": 3600, "access_token": token, "scope": " ".join(scopes),
            "refresh_token": REFRESH.ljust(self.size, "y"),
            "id_token": f"{_part({'alg': 'none'})}.{_part(claims)}.",
            "client_info": _part({"uid": "ada-oid", "utid": TENANT}),
        }  # fmt: skip

    def page(self, reply: dict[str, str] | None = None, *, state: str = "") -> Any:
        """A browser that a person signs in with at once, and that posts what comes of it to Rollcall."""

        def open_page(address: str) -> bool:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
            self.asked = asked
            self.nonce = asked.get("nonce", "")
            # MSAL sends a hash of the nonce, and expects that hash back.
            form = {"state": state or asked["state"], **(reply or {"code": "the-code"})}
            answer = httpx.post(
                asked["redirect_uri"].replace("localhost", "127.0.0.1"), data=form, trust_env=False
            )
            self.shown = (answer.status_code, answer.text)
            return True

        return open_page
