"""Functions that ask the service for something: new values, unique values, silence in the log."""

from __future__ import annotations

import secrets
import string
import uuid

from app.engine.expressions.errors import EvaluationError
from app.engine.expressions.table import Evaluator, Function, Site, function
from app.engine.expressions.values import Attributes, is_empty, text_of, whole_of
from app.people.record import Value

MAX_RANDOM = 256
"""Longest text that RandomString gives; documented."""

_SPECIAL = "~!@#$%^&*_-+=`|\\(){}[]:;\"'<>,.?/"
"""Special characters of Windows' password complexity rule, which the page refers to."""


def _guid() -> Value:
    return str(uuid.uuid4())


def _random_string(
    length: Value, digits: Value, special: Value, capitals: Value, lowers: Value, avoid: Value
) -> Value:
    wanted = whole_of(length, "RandomString", "Length")
    classes = [
        (whole_of(digits, "RandomString", "MinimumNumbers"), string.digits),
        (whole_of(special, "RandomString", "MinimumSpecialCharacters"), _SPECIAL),
        (whole_of(capitals, "RandomString", "MinimumCapital"), string.ascii_uppercase),
        (whole_of(lowers, "RandomString", "MinimumLowerCase"), string.ascii_lowercase),
    ]
    least = sum(count for count, _ in classes)
    if any(count < 0 for count, _ in classes) or not least <= wanted <= MAX_RANDOM:
        raise EvaluationError(
            f"RandomString was asked for {wanted} characters with at least {least} of given kinds.",
            remedy=f"The length is at most {MAX_RANDOM}, and at least the sum of the minima.",
        )
    avoided = set(text_of(avoid, "RandomString") or "")
    pools = [(count, [letter for letter in kind if letter not in avoided]) for count, kind in classes]
    if any(count and not pool for count, pool in pools):
        raise EvaluationError("RandomString must avoid every character of a kind that it needs.")
    # Kinds with a minimum of 0 are not used: the page's first example asks so for "no special characters".
    rest = [letter for count, pool in pools if count for letter in pool]
    if wanted > least and not rest:
        rest = [letter for letter in string.ascii_letters + string.digits if letter not in avoided]
    if wanted > least and not rest:
        raise EvaluationError("RandomString must avoid every character.")
    letters = [secrets.choice(pool) for count, pool in pools for _ in range(count)]
    letters += [secrets.choice(rest) for _ in range(wanted - least)]
    secrets.SystemRandom().shuffle(letters)
    return "".join(letters)


def _redact(value: Value) -> Value:
    # The value flows; ``Expression.redacted`` tells the log to show [Redact] in its place.
    return value


def _build_select_unique(site: Site) -> Evaluator:
    is_taken = site.is_taken
    if is_taken is None:
        raise site.refuse(
            -1,
            "SelectUniqueValue is not available for SaaS apps.",
            why="Microsoft supports it only from HR systems or the inbound API to Active Directory.",
            remedy="Use a value that is unique by itself, such as userPrincipalName or objectId.",
        )
    rules = [rule for rule in site.arguments if rule is not None]

    def select_unique(attributes: Attributes) -> Value:
        for rule in rules:
            value = text_of(rule(attributes), "SelectUniqueValue")
            if value is not None and not is_empty(value) and not is_taken(value):
                return value
        raise EvaluationError(
            "SelectUniqueValue: the values of all rules are taken.",
            remedy="Add a rule that gives another value.",
        )

    return select_unique


FUNCTIONS: tuple[Function, ...] = (
    function("Guid()", "A new random GUID.", _guid),
    function(
        "RandomString(Length, MinimumNumbers, MinimumSpecialCharacters, MinimumCapital, MinimumLowerCase, "
        "CharactersToAvoid?)",
        "Random characters with a least number of each kind.",
        _random_string,
    ),
    function("Redact(value)", "The value itself; the provisioning log shows [Redact] in its place.", _redact),
    function(
        "SelectUniqueValue(uniqueValueRule1, uniqueValueRule2, ...)",
        "Not available for SaaS apps: the first value that nobody has yet.",
        build=_build_select_unique,
    ),
)
