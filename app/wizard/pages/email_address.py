"""What is wrong with an e-mail address, in a sentence. No Qt in here."""

from __future__ import annotations

import re

_PART = re.compile(r"[^\s@<>(),;:\\\"\[\]]+")
_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")


def tidy_address(text: str) -> str:
    """The address without what people paste around it: blanks, ``mailto:``, ``Name <address>``."""
    whole = text.strip().strip("\u200b\ufeff")
    bracketed = re.fullmatch(r"[^<>]*<([^<>]+)>", whole)
    if bracketed:
        whole = bracketed.group(1).strip()
    if whole.lower().startswith("mailto:"):
        whole = whole[len("mailto:") :]
    return whole.strip().rstrip(";,")


def address_fault(text: str) -> str:
    """A sentence that says what to mend in a tidied address; empty when it can be written to.

    Not the whole of RFC 5321: quoted local parts and address literals are refused, since the admin
    center's own field refuses them.
    """
    if not text:
        return ""
    if re.search(r"[;,\s]", text):
        return (
            "This field takes one address. For several people use the address of a group, "
            "such as it-alerts@contoso.com."
        )
    local, at, domain = text.rpartition("@")
    if not at:
        return "An e-mail address has an @ in it, such as it@contoso.com."
    if not local:
        return "The part before the @ is missing, such as it@contoso.com."
    if not _PART.fullmatch(local) or local.startswith(".") or local.endswith(".") or ".." in local:
        return "The part before the @ holds characters that an address cannot have, or a dot too many."
    labels = domain.split(".")
    if len(labels) < 2 or not all(labels):
        return "The part after the @ is not a whole domain, such as contoso.com."
    for label in labels:
        if not _LABEL.fullmatch(label):
            return f"The part after the @ is not a domain name: {label} cannot be part of one."
    return ""
