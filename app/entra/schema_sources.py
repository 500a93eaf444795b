"""Expressions as a synchronization schema holds them: parsed by the service, compared with Rollcall's own.

The parameters of a source object have names that no document lists; so they are never put together by hand.
Source: Microsoft Graph, "synchronizationSchema: parseExpression".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.entra.graph import Found, GraphClient
from app.entra.synchronization_job import jobs_path
from app.entra.wish import Evaluate
from app.setup.problem import Problem

_DIRECT: Final = re.compile(r"\[([A-Za-z0-9_.:-]+)\]")
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"')

SAMPLE: Final[dict[str, str]] = {
    "userPrincipalName": "Zoe.Lund@contoso.com",
    "displayName": "Zoe Lund",
    "givenName": "Zoe",
    "surname": "Lund",
    "mail": "zoe.lund@contoso.com",
    "mailNickname": "zoe.lund",
    "objectId": "77777777-aaaa-4bbb-8ccc-000000000001",
    "jobTitle": "Designer",
    "department": "Design",
    "country": "Norway",
    "city": "Bergen",
    "state": "Vestland",
    "employeeId": "1042",
    "preferredLanguage": "nb-NO",
    "telephoneNumber": "+47 55 00 00 00",
    "mobile": "+47 900 00 000",
    "IsSoftDeleted": "False",
    "accountEnabled": "True",
}
"""A made-up person that both evaluations are tried on. Attributes that are not here are empty."""


def attributes_in(expression: str) -> list[str]:
    """The source attributes that an expression reads, each once; brackets in texts are none."""
    return list(dict.fromkeys(_DIRECT.findall(_STRING.sub('""', expression))))


def direct(expression: str) -> str:
    """The attribute of an expression that is nothing else; empty for any other."""
    found = _DIRECT.fullmatch(expression.strip())
    return found[1] if found else ""


def direct_source(attribute: str) -> dict[str, Any]:
    """The source object of a plain attribute, which has no parameters."""
    return {"expression": f"[{attribute}]", "name": attribute, "type": "Attribute", "parameters": []}


def squeezed(expression: str) -> str:
    """An expression without the blanks that mean nothing: those outside of texts."""
    kept = _STRING.findall(expression)
    pieces = ["".join(piece.split()) for piece in _STRING.split(expression)]
    return "".join(piece + text for piece, text in zip(pieces, [*kept, ""], strict=True))


def expression_of(source: Any) -> str:
    """The expression of a source object; empty where there is none. A constant may lack its quotes."""
    if not isinstance(source, Mapping):
        return ""
    text = str(source.get("expression") or "")
    if text:
        return text
    name = str(source.get("name") or "")
    if not name:
        return ""
    if source.get("type") == "Constant":
        return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"[{name}]" if source.get("type") == "Attribute" else ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What the service makes of an expression.

    Attributes:
        source: to be put into the schema.
        value: what it gives for the sample person; None where it was not evaluated.
        disagreement: in a sentence, where Rollcall's own evaluation gives something else; empty otherwise.
    """

    source: Found
    value: str | None = None
    disagreement: str = ""


def question(expression: str) -> dict[str, Any]:
    """The body that asks what the service makes of an expression."""
    properties = [
        {"key": name, "value": SAMPLE[name]} for name in attributes_in(expression) if name in SAMPLE
    ]
    return {
        "expression": expression,
        "targetAttributeDefinition": None,
        "testInputObject": {"definition": None, "properties": properties},
    }


async def parse(
    client: GraphClient, service_principal: str, job: str, target: str, expression: str, own: Evaluate | None
) -> Parsed:
    """Have the service parse and try an expression.

    Raises:
        Problem: the service does not take it; ``target`` says where it stands.
    """
    path = jobs_path(service_principal, job, "schema", "parseExpression")
    answer = await client.post(path, question(expression)) or {}
    source = answer.get("parsedExpression")
    if answer.get("parsingSucceeded") is False or not isinstance(source, dict):
        raise _refused(target, expression, answer.get("error"))
    source.setdefault("parameters", [])
    results = answer.get("evaluationResult")
    value: str | None = None
    if answer.get("evaluationSucceeded") and isinstance(results, list):
        value = ",".join(str(each) for each in results if each is not None)
    return Parsed(source, value, _disagreement(target, expression, value, own))


def _disagreement(target: str, expression: str, value: str | None, own: Evaluate | None) -> str:
    if own is None or value is None:
        return ""
    sample = {name: SAMPLE[name] for name in attributes_in(expression) if name in SAMPLE}
    mine = own(expression, sample)
    if mine is None or mine == value:
        return ""
    return (
        f"{target}: for a sample person Microsoft's service gives {value or 'nothing'!r} and Rollcall gives "
        f"{mine or 'nothing'!r}. What Microsoft gives is what counts; look at the first people in the "
        "provisioning log."
    )


def _refused(target: str, expression: str, error: Any) -> Problem:
    said = str(error.get("message") or error.get("code") or "") if isinstance(error, Mapping) else ""
    return Problem(
        "EXPRESSION-REFUSED",
        f"Microsoft's service does not take the expression for {target}.",
        f"It says: {said[:300]}" if said else "It gave no reason.",
        "Correct it on the page Mappings. Names of functions and attributes are case-sensitive.",
        expression[:500],
    )
