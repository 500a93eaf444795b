"""The tenant URL: the app's SCIM address, repaired where what a person pasted can only mean one thing.

The tutorial's rule is *copy the SCIM API URL and append /scim/v2*; the suffix is the app profile's. What
can be read in two ways is refused with its reason, and no refusal repeats what was typed: it may hold a
password.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace

from app.setup.problem import Problem
from app.setup.tenant_host import TenantHostFault, is_loopback_host, read_host, read_port
from app.setup.tenant_path import read_path

FLAG = "aadOptscim062020"
"""Microsoft's query flag that makes Entra send patches as RFC 7644 has them (scim.md, section 2)."""

LONGEST = 2000
"""Characters; longer ones are not addresses but pasted documents, and some proxies refuse them."""

_QUOTES = "\"'`<>,;\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb\u2039\u203a"
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*)://")
_SLIPPED = re.compile(r"(https?):/{0,2}(?!/)", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"(mailto|javascript|data|file|about|urn|ftp|ldaps?|tel):", re.IGNORECASE)
_SCIM_QUERY = {"filter", "startindex", "count", "attributes", "excludedattributes", "sortby", "sortorder"}


class TenantUrlProblem(Problem):
    """A text that cannot be the app's tenant URL, with the reason. Never repeats the text."""


@dataclass(frozen=True, slots=True)
class TenantUrl:
    """The address that every SCIM request starts with.

    Attributes:
        text: the whole address in its one canonical form, with the flag's query when it is set.
        base: scheme, host, port and path; no query and no slash at the end.
        flag: whether ``aadOptscim062020`` is asked for.
        host: in lower case; an international name in its ASCII form, an IPv6 address without brackets.
        is_loopback: whether the host is this computer, the one place where plain http is accepted.
        changes: what was repaired, one sentence each; not part of what makes two addresses equal.
    """

    text: str
    base: str
    flag: bool
    host: str
    is_loopback: bool
    changes: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def parse(cls, text: str, suffix: str = "/scim/v2") -> TenantUrl:
        """Read what a person typed or pasted.

        Args:
            text: the address, in any of the shapes people paste.
            suffix: what the app profile appends to the copied address; empty for none.

        Raises:
            TenantUrlProblem: the text cannot be a tenant URL, or could be two different ones.
        """
        changes: list[str] = []
        rest = _strip(text, changes)
        if "\\" in rest.partition("?")[0]:
            changes.append("Turned backslashes into slashes.")
        rest, _, query = rest.replace("\\", "/").partition("?")
        scheme, rest = _take_scheme(rest, changes)
        authority, slash, path = rest.partition("/")
        _refuse_what_does_not_belong(authority, path, query)
        try:
            host, shown_host = read_host(_without_port(authority), changes)
            port = read_port(authority, scheme, changes)
        except TenantHostFault as fault:
            raise TenantUrlProblem(fault.code, fault.what, fault.why, fault.remedy) from None
        loopback = is_loopback_host(host)
        if scheme == "http" and not loopback:
            raise TenantUrlProblem(
                "URL-HTTP",
                "The address begins with http://, which is not encrypted.",
                "Over plain http anyone on the way can read the secret token and the people's data.",
                "Use the address that begins with https://. Plain http works for this computer only.",
            )
        flag = _read_flag(query, changes)
        base = f"{scheme}://{shown_host}{port}{read_path(slash + path, suffix, changes)}"
        if len(base) > LONGEST:
            raise _too_long()
        whole = f"{base}?{FLAG}" if flag else base
        return cls(whole, base, flag, host, loopback, tuple(changes))

    def with_flag(self, on: bool) -> TenantUrl:
        """The same address with or without the query flag ``aadOptscim062020``."""
        return replace(self, text=f"{self.base}?{FLAG}" if on else self.base, flag=on)


def _too_long() -> TenantUrlProblem:
    return TenantUrlProblem(
        "URL-LENGTH",
        f"The address has more than {LONGEST} characters.",
        "More than the address was probably pasted.",
        "Copy the address alone from the app's SCIM settings.",
    )


def _strip(text: str, changes: list[str]) -> str:
    """The text without what cannot be seen, and without blanks and quotation marks around it."""
    if len(text) > 4 * LONGEST:
        raise _too_long()
    # Cf: zero-width characters, byte order marks, writing-direction marks, soft hyphens. Cs: half a
    # character, which no encoding can carry. Line ends inside come from addresses wrapped by a mail.
    seen = "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    bare = seen.strip()
    if bare != text.strip():
        changes.append("Removed line ends or characters that cannot be seen.")
    elif bare != text:
        changes.append("Removed the blanks around the address.")
    unquoted = bare
    while unquoted != (shorter := unquoted.strip(_QUOTES).strip()):
        unquoted = shorter
    if unquoted != bare:
        changes.append("Removed the quotation marks around the address.")
    if not unquoted:
        raise TenantUrlProblem(
            "URL-EMPTY",
            "The address is empty.",
            "Nothing was pasted, or only blanks and quotation marks.",
            "Paste the SCIM API URL from the app's SCIM settings.",
        )
    return unquoted


def _refuse_what_does_not_belong(authority: str, path: str, query: str) -> None:
    """Names and passwords, fragments, and blanks inside."""
    if "@" in authority:
        raise TenantUrlProblem(
            "URL-CREDENTIALS",
            "The address holds a name or a password in front of an @ sign.",
            "SCIM apps are spoken to with the secret token alone, and addresses are written to files.",
            "Remove everything up to and including the @ sign. The secret token has a field of its own.",
        )
    if "#" in authority + path + query:
        raise TenantUrlProblem(
            "URL-FRAGMENT",
            "The address has a # sign in it.",
            "What follows a # names a place on a web page, so this is the address of a page to look at.",
            "Copy the SCIM API URL from the app's SCIM settings instead of the browser's address bar.",
        )
    if any(c.isspace() for c in authority + path):
        raise TenantUrlProblem(
            "URL-BLANK",
            "The address has a blank in the middle.",
            "Probably more than the address was pasted.",
            "Paste the address alone.",
        )


def _take_scheme(text: str, changes: list[str]) -> tuple[str, str]:
    """The scheme in lower case, and what follows it."""
    scheme, rest = "", text
    while found := _SCHEME.match(rest):
        if found[1].lower() not in {"http", "https"}:
            raise _unknown_scheme()
        if scheme:
            changes.append("Removed a second https:// in front.")
        scheme, rest = found[1], rest[found.end() :]
    if not scheme and _OTHER_SCHEME.match(rest):
        raise _unknown_scheme()
    if not scheme and (slipped := _SLIPPED.match(rest)) and not _SCHEME.match(rest):
        scheme, rest = slipped[1], rest[slipped.end() :]
        changes.append("Wrote two slashes behind the scheme.")
    if not scheme:
        changes.append("Added https:// in front.")
        return "https", rest.removeprefix(":").removeprefix("//")
    if scheme != scheme.lower():
        changes.append("Wrote the scheme in lower case.")
    return scheme.lower(), rest


def _unknown_scheme() -> TenantUrlProblem:
    return TenantUrlProblem(
        "URL-SCHEME",
        "The address begins with a scheme other than https.",
        "SCIM apps answer on https:// addresses.",
        "Use the address that begins with https://.",
    )


def _without_port(authority: str) -> str:
    if authority.startswith("["):
        return authority.partition("]")[0] + "]" if "]" in authority else authority
    return authority.partition(":")[0]


def _read_flag(query: str, changes: list[str]) -> bool:
    """Whether the query asks for the flag; a SCIM query left over from a pasted request is dropped."""
    flag = False
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        if name.strip().lower() == FLAG.lower() and value.strip().lower() in {"", "true", "1"}:
            flag = True
            if part != FLAG:
                changes.append(f"Wrote the flag as {FLAG}.")
        elif name.strip().lower() in _SCIM_QUERY:
            changes.append("Removed the search behind the question mark.")
        else:
            raise TenantUrlProblem(
                "URL-QUERY",
                "The address has something behind its question mark that Rollcall cannot send along.",
                f"Only Microsoft's flag {FLAG} is known there.",
                "Remove the question mark and what follows it.",
            )
    return flag
