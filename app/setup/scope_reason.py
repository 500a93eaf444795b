"""The sentences that say why somebody is in scope or not: how they are made, and how lists take them apart.

The engine writes them into its log; commands and pages list hundreds of people by them. Both sides are here
because the one must know what the other does.
"""

from __future__ import annotations

import re

IN, OUT = "In scope: ", "Out of scope: "

_OWN_VALUE = re.compile(r", but (\S+ is (?:empty|'.*?'))(?=;|\.(?: |$))", re.DOTALL)
"""What :func:`not_met` says of one person, up to the next filter or the end of the sentence."""


def not_met(scoping_filter: str, clause: str, attribute: str, value: str) -> str:
    """Which clause of a filter does not hold, and what the person has instead; an empty value is *empty*."""
    shown = f"'{value}'" if value else "empty"
    return f'"{scoping_filter}" needs {clause}, but {attribute} is {shown}'


def rule_and_values(reason: str) -> tuple[str, str]:
    """A reason in two: what is the same for all whom the same clauses keep out, and the person's own values.

    So that a list of hundreds can be told by reason: ``no filter lets them in: "Sales" needs department
    EQUALS 'Sales'.`` once, and ``department is 'Legal'`` beside a name. A value with the marks of this very
    sentence in it may be cut in another place, which splits a group and loses nothing.
    """
    return _OWN_VALUE.sub("", reason), ", ".join(_OWN_VALUE.findall(reason))


def without_lead(reason: str) -> str:
    """The reason as a sentence of its own, for a place that says *in* or *out* already."""
    for words in (IN, OUT):
        if reason.startswith(words):
            rest = reason.removeprefix(words)
            return rest[:1].upper() + rest[1:]
    return reason
