"""Hands a mail to the server: encrypted or not at all, within a time limit that holds for the whole of it."""

from __future__ import annotations

import asyncio
import base64
import smtplib
import socket
import ssl
import threading
from contextlib import suppress
from email.message import EmailMessage
from functools import partial
from typing import Final

from app.network.transport import system_tls
from app.notify.mail_problem import MailProblem, mail_problem, said
from app.notify.server import MailServer

STEP_TIMEOUT: Final = 20.0
"""Seconds for one answer of the server."""
WHOLE_TIMEOUT: Final = 60.0
"""Seconds for all of it: a server that sends a letter a second must not hold a cycle up."""


async def post(
    message: EmailMessage,
    server: MailServer,
    password: str | None,
    *,
    tls: ssl.SSLContext | None = None,
    step: float = STEP_TIMEOUT,
    whole: float = WHOLE_TIMEOUT,
) -> list[str]:
    """Send a mail; gives what the server said of receivers that it did not take, when it took others.

    Args:
        password: needed where the server has a user.
        tls: the context of the connection; by default one on the system's roots.

    Raises:
        MailProblem: it was not sent.
    """
    if server.user and not password:
        raise MailProblem("MAIL-NO-PASSWORD", f"{server.user} at {server.host}")
    errand = _Errand(message, server, password or "", tls or system_tls(), step)
    # A thread of its own, that cannot keep the process from ending.
    thread = threading.Thread(target=errand.run, args=(asyncio.get_running_loop(),), name="mail", daemon=True)
    thread.start()
    try:
        return await asyncio.wait_for(asyncio.shield(errand.done), whole)
    except TimeoutError:
        raise MailProblem("MAIL-TIMEOUT") from None
    finally:
        errand.break_off()
        with suppress(Exception):
            await asyncio.wait_for(asyncio.shield(errand.done), step)


class _Errand:
    """One mail, on its way in a thread."""

    def __init__(
        self, message: EmailMessage, server: MailServer, password: str, tls: ssl.SSLContext, step: float
    ) -> None:
        self._message = message
        self._server = server
        self._password = password
        self._tls = tls
        self._step = step
        self._line: smtplib.SMTP | None = None
        self.done: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()

    def run(self, loop: asyncio.AbstractEventLoop) -> None:
        """Send it, and tell the loop."""
        try:
            refused = self._send()
        except Exception as error:  # noqa: BLE001 (whatever it is, it goes to whoever waits)
            told = partial(self._tell, mail_problem(error), [])
        else:
            told = partial(self._tell, None, refused)
        with suppress(RuntimeError):  # the loop has ended: nobody waits any more
            loop.call_soon_threadsafe(told)

    def _tell(self, problem: MailProblem | None, refused: list[str]) -> None:
        if self.done.done():
            return
        if problem is not None:
            self.done.set_exception(problem)
            self.done.exception()  # looked at, also where nobody waits any more
        else:
            self.done.set_result(refused)

    def break_off(self) -> None:
        """Cut the connection, so that the thread ends. Harmless when it has ended."""
        sock = getattr(self._line, "sock", None)
        if sock is not None and not self.done.done():
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _send(self) -> list[str]:
        server = self._server
        name = _own_name()
        if server.security == "tls":
            line: smtplib.SMTP = smtplib.SMTP_SSL(timeout=self._step, local_hostname=name, context=self._tls)
        else:
            line = smtplib.SMTP(timeout=self._step, local_hostname=name)
        self._line = line
        # The name that the certificate is checked against; connect() alone does not set it.
        line._host = server.host  # type: ignore[attr-defined]
        try:
            code, text = line.connect(server.host, server.port)
            if code != 220:
                raise smtplib.SMTPConnectError(code, text)
            line.ehlo_or_helo_if_needed()
            if server.security == "starttls":
                self._encrypt(line)
            if server.user:
                _sign_in(line, server.user, self._password)
            refused = line.send_message(self._message, server.sender, list(server.receivers))
            with suppress(smtplib.SMTPException, OSError):
                line.quit()  # the mail is taken already
        finally:
            line.close()
        return [f"{receiver}: {said(*answer)}" for receiver, answer in refused.items()]

    def _encrypt(self, line: smtplib.SMTP) -> None:
        if not line.has_extn("starttls"):
            raise MailProblem("MAIL-NO-STARTTLS")
        code, text = line.starttls(context=self._tls)
        if code != 220:
            raise MailProblem("MAIL-NO-STARTTLS", said(code, text))
        line.ehlo()


def _own_name() -> str:
    """What the server is greeted with. Without a look-up in DNS, which can take minutes."""
    name = socket.gethostname()
    plain = name.isascii() and bool(name) and all(each.isalnum() or each in ".-" for each in name)
    return name if plain else "[127.0.0.1]"


def _sign_in(line: smtplib.SMTP, user: str, password: str) -> None:
    """Sign in. Not by smtplib's own way, which cannot send a password with letters beyond ASCII."""
    kinds = line.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in kinds:
        code, text = line.docmd("AUTH", f"PLAIN {_encoded(f'{chr(0)}{user}{chr(0)}{password}')}")
    elif "LOGIN" in kinds:
        code, text = line.docmd("AUTH", "LOGIN")
        for part in (user, password):
            if code == 334:
                code, text = line.docmd(_encoded(part))
    else:
        raise MailProblem("MAIL-SIGN-IN-KIND", " ".join(kinds))
    if code not in {235, 503}:  # 503: signed in already
        raise MailProblem("MAIL-SIGN-IN", said(code, text))


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode("utf-8")).decode("ascii")
