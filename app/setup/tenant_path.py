"""The path of a tenant URL: the app's suffix appended once, and what belongs to single requests cut off."""

from __future__ import annotations

import re
from urllib.parse import quote

_ENDPOINTS = ("Users", "Groups", "ServiceProviderConfig", "ResourceTypes", "Schemas", "Me", "Bulk", ".search")
"""SCIM's own endpoints (RFC 7644, section 3.2): Rollcall adds them by itself."""

_LOWER_ENDPOINTS = {name.lower() for name in _ENDPOINTS}

# Quotation marks, commas and semicolons are not safe here: they would be taken for marks around the
# address when it is read again.
_SAFE = "/%:@!$&()*+=~-._"


def read_path(written: str, suffix: str, changes: list[str]) -> str:
    """The canonical path: empty, or beginning with a slash and not ending with one."""
    segments = _split(written, changes)
    wanted = [part for part in suffix.split("/") if part]
    before = len(segments)
    if wanted:
        segments = _with_suffix(segments, wanted, changes)
    else:
        # Without a suffix to go by, only SCIM's exact spelling is sure: "/users" may be the app's own.
        while segments and segments[-1] in _ENDPOINTS:
            segments.pop()
        if len(segments) != before:
            changes.append("Removed the name of a SCIM endpoint, which Rollcall adds by itself.")
    return "".join(f"/{segment}" for segment in segments)


def _split(written: str, changes: list[str]) -> list[str]:
    lone = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", written)
    encoded = quote(lone, safe=_SAFE)
    if encoded != written:
        changes.append("Encoded characters that an address cannot hold.")
    segments: list[str] = []
    for segment in encoded.split("/"):
        if segment == ".." and segments:
            segments.pop()
        elif segment not in {"", ".", ".."}:
            segments.append(segment)
    if encoded not in {"", "/", plain := "".join(f"/{segment}" for segment in segments), plain + "/"}:
        changes.append("Removed doubled slashes and dots from the path.")
    elif encoded.endswith("/") and segments:
        changes.append("Removed the slash at the end.")
    return segments


def _with_suffix(segments: list[str], wanted: list[str], changes: list[str]) -> list[str]:
    """The path with the suffix in it once, wherever a person stopped writing it."""
    lower, ending = [segment.lower() for segment in segments], [part.lower() for part in wanted]
    size = len(ending)
    for at in range(len(lower) - size + 1):
        if lower[at : at + size] != ending:
            continue
        rest = _after_suffix(segments[at + size :], ending)
        if segments[at : at + size] != wanted:
            changes.append(f"Wrote /{'/'.join(wanted)} as the app spells it.")
        if len(rest) != len(segments) - at - size:
            changes.append(f"Removed what follows /{'/'.join(wanted)}, which Rollcall adds by itself.")
        return segments[:at] + wanted + rest
    while lower and lower[-1] in _LOWER_ENDPOINTS:
        changes.append("Removed the name of a SCIM endpoint, which Rollcall adds by itself.")
        lower, segments = lower[:-1], segments[:-1]
    if len(lower) > 1 and lower[-2] == "scim" and re.fullmatch(r"v[0-9][0-9.]*", lower[-1]):
        # The app names its own SCIM version: a second one behind it would be an address nobody has.
        return segments
    shared = next((n for n in range(size - 1, 0, -1) if lower[-n:] == ending[:n]), 0)
    changes.append(f"Appended /{'/'.join(wanted[shared:])}, as the app's instructions ask.")
    return segments[: len(segments) - shared] + wanted


def _after_suffix(rest: list[str], ending: list[str]) -> list[str]:
    """What stays behind the suffix: nothing of SCIM's own, and not the suffix again."""
    lower = [segment.lower() for segment in rest]
    size = len(ending)
    while lower[:size] == ending:
        lower, rest = lower[size:], rest[size:]
    if not lower or lower[0] in _LOWER_ENDPOINTS or lower == ending[: len(lower)]:
        return []
    return rest
