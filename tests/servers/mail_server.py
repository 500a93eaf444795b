"""A real SMTP server, aiosmtpd, with one way of being at a time."""

from __future__ import annotations

import email
import email.policy
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from app.notify.server import MailServer

USER, PASSWORD = "rollcall@contoso.com", "pässword/planted+1=="


class Letters(Message):
    """Keeps what it is given, or refuses it."""

    def __init__(self) -> None:
        super().__init__(EmailMessage)
        self.letters: list[EmailMessage] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.refuses: set[str] = set()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refuses:
            return "550 5.1.1 no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def prepare_message(self, session: Any, envelope: Any) -> Any:
        self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        return email.message_from_bytes(envelope.content, policy=email.policy.default)

    def handle_message(self, message: Any) -> None:
        self.letters.append(message)


@dataclass
class Post:
    """A running SMTP server and what it was given."""

    port: int
    handler: Letters
    signed_in: list[str] = field(default_factory=list)

    def server(self, security: str = "starttls", user: str = "", to: str = "it@contoso.com") -> MailServer:
        return MailServer("localhost", self.port, security, user, USER, tuple(to.split(",")))  # type: ignore[arg-type]


@pytest.fixture
def make_post() -> Iterator[Callable[..., Post]]:
    running: list[Controller] = []

    def make(
        *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None, sign_in: bool = False
    ) -> Post:
        handler = Letters()
        signed_in: list[str] = []

        def judge(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
            assert isinstance(data, LoginPassword)
            signed_in.append(mechanism)
            right = data.login == USER.encode() and data.password == PASSWORD.encode()
            return AuthResult(success=right, handled=False)

        class Chosen(Controller):
            def factory(self) -> SMTP:
                return SMTP(
                    self.handler,
                    hostname="mail.test",
                    tls_context=starttls,
                    require_starttls=starttls is not None,
                    authenticator=judge if sign_in else None,
                    auth_required=sign_in and starttls is not None,
                    auth_require_tls=starttls is not None,  # of TLS from the start, it knows nothing
                )

            def _trigger_server(self) -> None:
                # Its own way connects to the port that was asked for, which was any.
                self.port = self.server.sockets[0].getsockname()[1]
                socket.create_connection(("127.0.0.1", self.port), 5).close()

        controller = Chosen(handler, hostname="127.0.0.1", port=0, ssl_context=tls, ready_timeout=10)
        controller.start()
        running.append(controller)
        return Post(controller.port, handler, signed_in)

    yield make
    for controller in running:
        controller.stop(no_assert=True)
