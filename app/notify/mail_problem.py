"""Why a mail could not be sent: one table from what went wrong to what a person can do about it."""

from __future__ import annotations

import smtplib
import socket
import ssl
from typing import Final

from app.network.faults import classify
from app.setup.problem import Problem
from app.setup.redaction import secrets_seen

_LONGEST: Final = 300  # characters of what a server said

_TABLE: Final[dict[str, tuple[str, str, str]]] = {
    "MAIL-NO-SERVER": (
        "The plan names no mail server.",
        "An address alone is not enough: the mail must be handed to a server that sends it on.",
        "Give the mail server's name on the page Safety, or as smtp_host in the plan.",
    ),
    "MAIL-NO-ADDRESS": (
        "The plan names nobody to send mail to.",
        "The notification e-mail address is empty.",
        "Give an address on the page Safety, or as email in the plan.",
    ),
    "MAIL-HOST": (
        "The name of the mail server is not one.",
        "It has blanks or characters in it that no host name has, or an address with https:// was given.",
        "Give the name alone, such as smtp.contoso.com; the port stands apart.",
    ),
    "MAIL-PLAIN": (
        "Mail without encryption is only sent to a server on this computer.",
        "Anybody on the way could read the password and the mail.",
        "Choose STARTTLS (mostly port 587) or TLS (mostly port 465).",
    ),
    "MAIL-ADDRESS": (
        "An e-mail address cannot be used.",
        "It is not of the form name@example.com, or has characters that mail servers do not take.",
        "Correct it on the page Safety, or in the plan.",
    ),
    "MAIL-NO-PASSWORD": (
        "There is no password for the mail server.",
        "The plan names a user for it, and this computer's keyring has no password of that user.",
        "Give it on the page Safety, with rollcall mail password PLAN, or in the variable "
        "ROLLCALL_MAIL_PASSWORD.",
    ),
    "MAIL-NOT-FOUND": (
        "The mail server's name is not known.",
        "It is misspelt, or this computer has no connection to a name server.",
        "Check the name with whoever runs the mail server.",
    ),
    "MAIL-UNREACHABLE": (
        "The mail server cannot be reached.",
        "It does not run, listens on another port, or a firewall is in the way.",
        "Check name and port. Many networks let only their own mail server be reached.",
    ),
    "MAIL-TIMEOUT": (
        "The mail server did not answer in time.",
        "It is overloaded, a firewall swallows what is sent, or the port expects TLS from the start.",
        "Check the port: 587 goes with STARTTLS, 465 with TLS. Then try again.",
    ),
    "MAIL-LOST": (
        "The connection to the mail server broke off.",
        "The server closed it, or the port expects another kind of encryption.",
        "Check the port: 587 goes with STARTTLS, 465 with TLS. Then try again.",
    ),
    "MAIL-NO-STARTTLS": (
        "The mail server offers no STARTTLS on this port.",
        "It speaks TLS from the start there, offers no encryption at all, or something on the way took "
        "the offer out.",
        "Try TLS on port 465, or ask whoever runs the server. Nothing was sent unencrypted.",
    ),
    "MAIL-TLS": (
        "The mail server's certificate is not trusted, or no secure connection could be made.",
        "Its certificate is expired, is for another name, or comes from an authority that this computer does "
        "not know.",
        "Use the name that the certificate is for, or have the authority added to this computer's roots.",
    ),
    "MAIL-SIGN-IN": (
        "The mail server refused the user or the password.",
        "One of them is wrong, or the account may not send mail by SMTP; many services want an app password.",
        "Give the password again, or ask whoever runs the mail server.",
    ),
    "MAIL-SIGN-IN-KIND": (
        "The mail server offers no sign-in with user and password.",
        "It wants another kind of sign-in, or offers it only over an encrypted connection.",
        "Choose another server or encryption; leave the user empty if it takes mail without a sign-in.",
    ),
    "MAIL-REFUSED": (
        "The mail server did not take the mail.",
        "It does not accept this sender or receiver, the mail looks like spam to it, or it wants a sign-in.",
        "Check the sender and the receivers with whoever runs the mail server.",
    ),
}


class MailProblem(Problem):
    """A mail that was not sent. Its code is a row of the table."""

    def __init__(self, code: str, details: str = "") -> None:
        what, why, remedy = _TABLE[code]
        clean = " ".join(secrets_seen.clean(details).split())
        super().__init__(code, what, why, remedy, clean[:_LONGEST])


def mail_problem(error: Exception) -> MailProblem:
    """What an error of smtplib, TLS or the network means."""
    if isinstance(error, MailProblem):
        return error
    if isinstance(error, ssl.SSLError):
        return MailProblem("MAIL-TLS", classify(error, https=True).code)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return MailProblem("MAIL-NO-STARTTLS", str(error))
    if isinstance(error, smtplib.SMTPServerDisconnected):
        # smtplib says so of a server that did not answer in time, too.
        slow = isinstance(error.__context__, TimeoutError)
        return MailProblem("MAIL-TIMEOUT" if slow else "MAIL-LOST", str(error))
    if isinstance(error, smtplib.SMTPResponseException):
        return MailProblem(_code_of(error.smtp_code), said(error.smtp_code, error.smtp_error))
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        first = next(iter(error.recipients.items()))
        return MailProblem("MAIL-REFUSED", f"{first[0]}: {said(*first[1])}")
    if isinstance(error, smtplib.SMTPException):
        return MailProblem("MAIL-REFUSED", str(error))
    if isinstance(error, socket.gaierror | UnicodeError):
        return MailProblem("MAIL-NOT-FOUND", type(error).__name__)
    if isinstance(error, TimeoutError):
        return MailProblem("MAIL-TIMEOUT")
    if isinstance(error, ConnectionRefusedError):
        return MailProblem("MAIL-UNREACHABLE", error.strerror or "")
    if isinstance(error, ConnectionError | EOFError):
        return MailProblem("MAIL-LOST", type(error).__name__)
    return MailProblem("MAIL-UNREACHABLE", getattr(error, "strerror", None) or type(error).__name__)


def said(code: int, text: bytes | str) -> str:
    """A server's answer as details; it may repeat what it was sent."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"The server said: {code} {words}"


def _code_of(smtp_code: int) -> str:
    """530 to 538 are about signing in (RFC 4954)."""
    return "MAIL-SIGN-IN" if 530 <= smtp_code <= 538 else "MAIL-REFUSED"
