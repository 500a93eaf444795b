"""Mails handed to a real SMTP server, and each way in which that can go wrong."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from app.notify.letter import News, letter
from app.notify.mail_problem import MailProblem
from app.notify.post import post
from app.notify.server import MailServer
from app.setup.redaction import secrets_seen
from tests.servers import tls_servers
from tests.servers.mail_server import PASSWORD, USER, Post

MakePost = Callable[..., Post]
NEWS = News(
    "failure",
    "Rollcall: Größe der Gruppe – 3 failed",
    ["Three people could not be provisioned.", "Ærø\u2028and a line"],
    {"Plan": "pilot.toml"},
    frozenset({"x"}),
)


async def send(server: MailServer, password: str | None = None, **options: float) -> list[str]:
    return await post(letter(NEWS, server), server, password, tls=tls_servers.client_context(), **options)


async def test_starttls_with_a_sign_in(make_post: MakePost) -> None:
    mail = make_post(starttls=tls_servers.good(), sign_in=True)
    server = mail.server(user=USER, to="it@contoso.com,ops@contoso.com")
    assert await send(server, PASSWORD) == []
    (message,) = mail.handler.letters
    assert message["Subject"] == "Rollcall: Größe der Gruppe – 3 failed"
    assert message["To"] == "it@contoso.com, ops@contoso.com"
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_content()
    assert "Three people" in text
    assert "pilot.toml" in text
    assert mail.handler.envelopes == [(USER, ["it@contoso.com", "ops@contoso.com"])]
    assert mail.signed_in == ["PLAIN"]


async def test_tls_from_the_start(make_post: MakePost) -> None:
    mail = make_post(tls=tls_servers.good(), sign_in=True)
    await send(mail.server("tls", USER), PASSWORD)
    assert len(mail.handler.letters) == 1


async def test_without_encryption_on_this_computer(make_post: MakePost) -> None:
    mail = make_post()
    await send(mail.server("none"))
    assert len(mail.handler.letters) == 1


async def test_a_wrong_password_is_told_and_never_repeated(make_post: MakePost) -> None:
    mail = make_post(starttls=tls_servers.good(), sign_in=True)
    with pytest.raises(MailProblem) as caught:
        await send(mail.server(user=USER), "wrong-pässword-planted")
    assert caught.value.code == "MAIL-SIGN-IN"
    assert "535" in caught.value.details
    assert "planted" not in f"{caught.value} {caught.value.details}"
    assert mail.handler.letters == []


async def test_no_password_at_all(make_post: MakePost) -> None:
    with pytest.raises(MailProblem) as caught:
        await send(make_post().server("none", USER))
    assert caught.value.code == "MAIL-NO-PASSWORD"


@pytest.mark.parametrize("fault", ["TLS-EXPIRED", "TLS-WRONG-NAME", "TLS-UNKNOWN-ROOT"])
@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_certificate_that_is_not_trusted(make_post: MakePost, security: str, fault: str) -> None:
    context = tls_servers.FAULTY[fault]()
    mail = make_post(**{security: context}, sign_in=True)
    with pytest.raises(MailProblem) as caught:
        await send(mail.server(security, USER), PASSWORD)
    assert (caught.value.code, caught.value.details) == ("MAIL-TLS", fault)
    assert mail.signed_in == []
    assert mail.handler.letters == []


async def test_the_system_s_roots_do_not_know_the_test_authority(make_post: MakePost) -> None:
    mail = make_post(starttls=tls_servers.good())
    server = mail.server()
    with pytest.raises(MailProblem) as caught:
        await post(letter(NEWS, server), server, None)
    assert caught.value.code == "MAIL-TLS"


async def test_a_server_without_starttls_gets_nothing(make_post: MakePost) -> None:
    mail = make_post()
    with pytest.raises(MailProblem) as caught:
        await send(mail.server("starttls", USER), PASSWORD)
    assert caught.value.code == "MAIL-NO-STARTTLS"
    assert mail.handler.letters == []


async def test_receivers_that_are_refused(make_post: MakePost) -> None:
    mail = make_post()
    mail.handler.refuses = {"gone@contoso.com"}
    with pytest.raises(MailProblem) as caught:
        await send(mail.server("none", to="gone@contoso.com"))
    assert caught.value.code == "MAIL-REFUSED"
    assert "550" in caught.value.details
    (refused,) = await send(mail.server("none", to="it@contoso.com,gone@contoso.com"))
    assert refused.startswith("gone@contoso.com")
    assert len(mail.handler.letters) == 1


async def test_a_server_that_is_not_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(MailProblem) as caught:
        await send(MailServer("127.0.0.1", port, "none", "", USER, ("it@contoso.com",)))
    assert caught.value.code == "MAIL-UNREACHABLE"
    with pytest.raises(MailProblem) as caught:
        await send(MailServer("no-such-host.invalid", 587, "tls", "", USER, ("it@contoso.com",)))
    assert caught.value.code in {"MAIL-NOT-FOUND", "MAIL-UNREACHABLE"}


@contextmanager
def raw(say: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server of one connection, that says what it likes."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(1)

        def serve() -> None:
            try:
                connection, _ = listening.accept()
                with connection:
                    say(connection)
            except OSError:
                return

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        listening.close()
        thread.join(5)


def _drip(connection: socket.socket) -> None:
    for _ in range(200):
        connection.sendall(b"220-x\r\n")
        time.sleep(0.05)


def _silent(connection: socket.socket) -> None:
    connection.recv(1)


def _cut(connection: socket.socket) -> None:
    connection.sendall(b"220 hello\r\n")
    connection.recv(100)


def _busy(connection: socket.socket) -> None:
    connection.sendall(b"421 4.3.2 too busy, and your password was secret-planted-9\r\n")


@pytest.mark.parametrize(
    ("say", "code"),
    [(_silent, "MAIL-TIMEOUT"), (_drip, "MAIL-TIMEOUT"), (_cut, "MAIL-LOST"), (_busy, "MAIL-REFUSED")],
)
async def test_servers_that_misbehave(say: Callable[[socket.socket], None], code: str) -> None:
    secrets_seen.add("secret-planted-9")
    began = time.monotonic()
    with raw(say) as port:
        server = MailServer("127.0.0.1", port, "none", "", USER, ("it@contoso.com",))
        with pytest.raises(MailProblem) as caught:
            await send(server, step=0.3, whole=0.6)
    assert caught.value.code == code
    assert "planted" not in caught.value.details
    assert time.monotonic() - began < 4
    for each in threading.enumerate():
        if each.name == "mail":
            each.join(timeout=3)
            assert not each.is_alive()


async def test_the_loop_goes_on_while_a_server_is_slow() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    with raw(_silent) as port:
        server = MailServer("127.0.0.1", port, "none", "", USER, ("it@contoso.com",))
        ticking = asyncio.create_task(tick())
        with pytest.raises(MailProblem):
            await send(server, step=0.4, whole=0.5)
        ticking.cancel()
    assert ticks > 10
