"""The mail server of the person's choice, as the plan names it; judged before anything is sent."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final, Literal

from app.notify.address import address, addresses
from app.notify.mail_problem import MailProblem
from app.setup.plan import Notifications

_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\.?")


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in, from whom and to whom.

    Attributes:
        user: empty where the server takes mail without a sign-in.
    """

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str
    sender: str
    receivers: tuple[str, ...]


def mail_server(chosen: Notifications) -> MailServer:
    """The server that a plan names.

    Raises:
        MailProblem: something is missing, no host or address, or unencrypted to another computer.
    """
    receivers = addresses(chosen.email)
    host = host_name(chosen.smtp_host)
    if chosen.smtp_security == "none" and not is_loopback(host):
        raise MailProblem("MAIL-PLAIN", host)
    user = chosen.smtp_user.strip()
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in user):
        raise MailProblem("MAIL-SIGN-IN", "The user's name has characters that cannot be sent.")
    sender = chosen.sender.strip() or (user if "@" in user else receivers[0])
    return MailServer(host, chosen.smtp_port, chosen.smtp_security, user, address(sender), tuple(receivers))


def host_name(text: str) -> str:
    """A host name or an IP address.

    Raises:
        MailProblem: it is empty, or neither.
    """
    host = text.strip()
    if not host:
        raise MailProblem("MAIL-NO-SERVER")
    if _is_ip(host):
        return host
    if not host.isascii():
        import idna

        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise MailProblem("MAIL-HOST", repr(text)) from error
    if not _HOST.fullmatch(host) or len(host) > 253:
        raise MailProblem("MAIL-HOST", repr(text))
    return host


def is_loopback(host: str) -> bool:
    """Whether a host is this computer, without asking a name server: names other than localhost are not."""
    if host.casefold().rstrip(".") == "localhost":
        return True
    return _is_ip(host) and ipaddress.ip_address(host).is_loopback


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
