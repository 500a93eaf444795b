"""Host and port of a tenant URL: one spelling for each host, and no doubt about which one is meant."""

from __future__ import annotations

import ipaddress
import re

import idna

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_\-]{0,61}[a-z0-9_])?")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class TenantHostFault(Exception):
    """Why a host or port cannot be used; ``tenant_url`` makes the problem that a person reads of it."""

    def __init__(self, code: str, what: str, why: str, remedy: str) -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.why = why
        self.remedy = remedy


def read_host(written: str, changes: list[str]) -> tuple[str, str]:
    """The host in its canonical form, alone and as an address spells it (IPv6 in brackets).

    Raises:
        TenantHostFault: there is no host, or no host can have this name.
    """
    if not written:
        raise TenantHostFault(
            "URL-HOST-EMPTY",
            "The address names no host.",
            "The part between https:// and the next slash is empty.",
            "Paste the whole SCIM API URL, such as https://contoso.invisionapp.com.",
        )
    if written.startswith("["):
        return _read_ipv6(written)
    host = written.lower()
    if not host.isascii():
        host = _to_ascii(host)
        changes.append(f"Wrote the host in its ASCII form, {host}.")
    elif host != written:
        changes.append("Wrote the host in lower case.")
    if host.endswith("."):
        host = host[:-1]
        changes.append("Removed the dot behind the host.")
    _check_name(host)
    return host, host


def _read_ipv6(written: str) -> tuple[str, str]:
    try:
        # A zone ("fe80::1%eth0") is left out on purpose: it means something on one computer only.
        host = str(ipaddress.IPv6Address(written[1:-1] if "%" not in written else ""))
    except ValueError:
        raise _bad_host("What stands between the square brackets is no IPv6 address.") from None
    return host, f"[{host}]"


def _to_ascii(host: str) -> str:
    try:
        return idna.encode(host, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError, ValueError, IndexError):
        raise _bad_host("It has characters that no host name may have.") from None


def _check_name(host: str) -> None:
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise _bad_host("It has characters that no host name may have, or a part of it is missing.")
    if labels[-1].isdigit() or labels[-1].startswith("0x"):
        # Old resolvers read "127.1" and "2130706433" as addresses: only the plain four numbers are clear.
        try:
            ipaddress.IPv4Address(host)
        except ValueError:
            raise _bad_host("A host that ends in a number must be four numbers with dots.") from None
    for label in labels:
        if label.startswith("xn--"):
            try:
                idna.decode(label)
            except (idna.IDNAError, UnicodeError, ValueError, IndexError):
                raise _bad_host("A part that begins with xn-- does not stand for any name.") from None


def _bad_host(why: str) -> TenantHostFault:
    return TenantHostFault(
        "URL-HOST",
        "The host in the address cannot exist.",
        why,
        "Compare the part between https:// and the next slash with the app's SCIM settings.",
    )


def read_port(authority: str, scheme: str, changes: list[str]) -> str:
    """``:port`` where it is not the scheme's own, else nothing.

    Raises:
        TenantHostFault: what follows the colon is no port.
    """
    behind = authority.rpartition("]")[2] if authority.startswith("[") else authority
    _, colon, digits = behind.partition(":")
    if authority.startswith("[") and behind and not behind.startswith(":"):
        raise _bad_host("Something stands behind the closing square bracket.")
    if not colon:
        return ""
    if not digits:
        changes.append("Removed the colon behind the host.")
        return ""
    if not re.fullmatch(r"[0-9]{1,6}", digits) or not 1 <= int(digits) <= 65535:
        raise TenantHostFault(
            "URL-PORT",
            "What stands behind the host's colon is no port.",
            "A port is a number from 1 to 65535.",
            "Remove the colon and what follows it, unless the app's settings show a port.",
        )
    port = int(digits)
    if port == _DEFAULT_PORTS[scheme]:
        changes.append(f"Removed the port {port}, which {scheme} uses anyway.")
        return ""
    if digits != str(port):
        changes.append("Removed the zeros in front of the port.")
    return f":{port}"


def is_loopback_host(host: str) -> bool:
    """Whether the host is this computer: ``localhost`` or a loopback address, by name alone.

    Names are not looked up: what a resolver says today it may not say tomorrow.
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
