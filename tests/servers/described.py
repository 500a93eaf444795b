"""Holds every call to Graph, and every answer, to Microsoft's published description of its paths.

What is asked and answered must be in ``graph-openapi-slice.json``: path, method, query options, the body's
properties and their types, the status. A property that the description does not have is a fault: it would be
one that only Rollcall's client and its own stand-in know of.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

SLICE = Path(__file__).resolve().parents[3] / "shared" / "reference" / "graph-openapi-slice.json"
_URI = "urn:graph"
_POLYMORPHIC = {
    "microsoft.graph.directoryObject": (
        "microsoft.graph.user",
        "microsoft.graph.group",
        "microsoft.graph.directoryRole",
        "microsoft.graph.servicePrincipal",
        "microsoft.graph.application",
    )
}
# Open types: any property may be in them. Microsoft's own samples put values of any kind into key and value.
_OPEN = {
    "microsoft.graph.detailsInfo",
    "microsoft.graph.ODataErrors.InnerError",
    "microsoft.graph.stringKeyObjectValuePair",
}
# What is in links only, and what the reference pages let be selected though it is no property of the type.
_IN_LINKS = {"$skiptoken", "$deltatoken"}
_FILTER_WORDS = {"and", "or", "not", "eq", "ne", "gt", "ge", "lt", "le", "in", "true", "false", "null"} | {
    "startswith", "endswith", "contains", "tolower",
}  # fmt: skip
_SELECTABLE = {"/users/delta": {"manager"}, "/groups/delta": {"members"}}


class NotDescribed(AssertionError):
    """A call or an answer that Microsoft's description does not have."""


@cache
def description() -> dict[str, Any]:
    """The published description.

    Raises:
        FileNotFoundError: by its name, where it is not beside the checkout.
    """
    if not SLICE.is_file():
        raise FileNotFoundError(
            f"These tests need Microsoft's description of Graph, {SLICE}, which is missing."
        )
    found: dict[str, Any] = json.loads(SLICE.read_text(encoding="utf-8"))
    return found


@cache
def _registry() -> Registry[Any]:
    schemas = description()["components"]["schemas"]
    plain = {name: _plain(name, schemas) for name in schemas}
    resource: Resource[Any] = Resource.from_contents({"$defs": plain}, default_specification=DRAFT202012)
    return Registry().with_resource(_URI, resource)


def _plain(name: str, schemas: Mapping[str, Any]) -> dict[str, Any]:
    """A named schema as JSON Schema: its bases put into it, so that unknown properties can be refused."""
    if name in _POLYMORPHIC:
        return {"anyOf": [{"$ref": f"{_URI}#/$defs/{each}"} for each in _POLYMORPHIC[name]]}
    if name in _OPEN:
        return {"type": "object"}
    return _object(schemas[name], schemas)


def _object(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    properties, required = _properties(schema, schemas), _required(schema, schemas)
    if not properties:
        converted: dict[str, Any] = _converted(
            {key: value for key, value in schema.items() if key != "allOf"}
        )
        return converted
    return {
        "type": "object",
        "properties": {key: _converted(value) for key, value in properties.items()},
        "required": [key for key in required if not key.startswith("@")],
        "additionalProperties": False,
        "patternProperties": {"@": True},
    }


def _parts(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if "$ref" in schema:
        return _parts(schemas[_name(schema["$ref"])], schemas)
    if "allOf" in schema:
        return [part for each in schema["allOf"] for part in _parts(each, schemas)]
    return [schema]


def _properties(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value for part in _parts(schema, schemas) for key, value in part.get("properties", {}).items()
    }


def _required(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> list[str]:
    return [name for part in _parts(schema, schemas) for name in part.get("required", [])]


def _name(reference: str) -> str:
    return reference.rpartition("/")[2]


def _converted(schema: Any) -> Any:
    """OpenAPI's dialect as JSON Schema: references into the registry, ``nullable`` as a type."""
    if isinstance(schema, list):
        return [_converted(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": f"{_URI}#/$defs/{_name(schema['$ref'])}"}
    if "allOf" in schema or "properties" in schema:
        return _object(schema, description()["components"]["schemas"])
    made = {
        key: _converted(value) for key, value in schema.items() if key not in {"nullable", "title", "enum"}
    }
    if "enum" in schema:
        made["enum"] = schema["enum"]
        if schema["enum"] == [None]:
            made.pop("type", None)
    if schema.get("nullable") and "enum" not in schema:
        return {"anyOf": [{"type": "null"}, made]}
    return made


def _faults(schema: Any, value: Any) -> list[str]:
    validator = Draft202012Validator(_converted(schema), registry=_registry())
    return [
        f"{'/'.join(str(each) for each in error.absolute_path) or 'body'}: {error.message[:300]}"
        for error in validator.iter_errors(value)
    ]


@cache
def _routes() -> list[tuple[re.Pattern[str], str]]:
    """Fixed parts before variable ones, so that ``/users/delta`` is not taken for a user."""
    paths = sorted(description()["paths"], key=lambda path: (path.count("{"), path))
    return [(re.compile(re.sub(r"\\\{[^{}]*\\\}", "[^/]+", re.escape(path)) + r"\Z"), path) for path in paths]


def operation(method: str, path: str) -> tuple[str, dict[str, Any]]:
    """The described operation of a call.

    Raises:
        NotDescribed: there is none.
    """
    for pattern, template in _routes():
        if pattern.match(unquote(path)):
            found = description()["paths"][template].get(method.lower())
            if found is not None:
                return template, found
    raise NotDescribed(f"{method} {path} is not in Microsoft's description")


def _resolved(node: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in node:
        found: Any = description()
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def check_call(method: str, path: str, query: str, body: Any) -> dict[str, Any]:
    """Hold a call to the description; gives its operation.

    Raises:
        NotDescribed: with everything that is wrong.
    """
    template, found = operation(method, path)
    faults = _query_faults(template, found, query)
    wanted = _resolved(found["requestBody"]) if "requestBody" in found else None
    if wanted is None and body is not None:
        faults.append("no body is described")
    elif wanted is not None and body is not None:
        faults += _faults(wanted["content"]["application/json"]["schema"], body)
    elif wanted is not None and wanted.get("required"):
        faults.append("the body is missing")
    if faults:
        raise NotDescribed(f"{method} {template}: " + "; ".join(faults))
    if template == "/$batch":
        _check_batch(body)
    return found


def _query_faults(template: str, found: Mapping[str, Any], query: str) -> list[str]:
    known = {
        each["name"]: each["schema"]
        for each in map(_resolved, found.get("parameters", []))
        if each["in"] == "query"
    }
    faults = []
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in known:
            if name.lower() not in _IN_LINKS:
                faults.append(f"the query option {name} is not described")
        elif known[name].get("type") == "integer" and not value.isdigit():
            faults.append(f"{name} is no number")
        elif known[name].get("type") == "boolean" and value not in {"true", "false"}:
            faults.append(f"{name} is neither true nor false")
        elif name in {"$select", "$orderby"}:
            names = {part.strip().partition(" ")[0].partition("/")[0] for part in value.split(",")}
            unknown = names - _selectable(found) - _SELECTABLE.get(template, set())
            faults += [f"{name} names {each!r}, which is no property" for each in sorted(unknown)]
        elif name == "$filter":
            unknown = _filtered(value) - _selectable(found)
            faults += [f"{name} names {each!r}, which is no property" for each in sorted(unknown)]
    return faults


def _filtered(text: str) -> set[str]:
    """The properties that a filter names."""
    words = re.split(r"[\s(),]+", re.sub(r"'(?:[^']|'')*'", "''", text))
    names = {word.partition("/")[0] for word in words if re.fullmatch(r"[A-Za-z][\w/]*", word)}
    return {name for name in names if name.lower() not in _FILTER_WORDS}


def _selectable(found: Mapping[str, Any]) -> set[str]:
    """The properties of what an operation answers."""
    schemas = description()["components"]["schemas"]
    schema = _resolved(found["responses"]["200"])["content"]["application/json"]["schema"]
    properties = _properties(schema, schemas)
    if "value" in properties and properties["value"].get("type") == "array":
        schema = properties["value"]["items"]
    while "anyOf" in schema:
        schema = schema["anyOf"][0]
    names = {name for base, names in _POLYMORPHIC.items() if base in str(schema) for name in names}
    several = [schemas[name] for name in names] or [schema]
    return {name for each in several for name in _properties(each, schemas)}


def _check_batch(body: Any) -> None:
    """Hold each call in a batch to the description, too."""
    for each in body["requests"]:
        url = urlsplit(each["url"])
        check_call(each["method"], url.path, url.query, each.get("body"))


def check_batch_answer(sent: Any, body: Any) -> None:
    """Hold each answer in a batch to the description.

    Raises:
        NotDescribed: with everything that is wrong.
    """
    calls = {each["id"]: each for each in sent["requests"]}
    for each in body["responses"]:
        call = calls[each["id"]]
        path = urlsplit(call["url"]).path
        _, found = operation(call["method"], path)
        check_answer(call["method"], path, found, each["status"], each.get("body"))


def check_answer(method: str, path: str, found: Mapping[str, Any], status: int, body: Any) -> None:
    """Hold an answer to the description of its operation.

    Raises:
        NotDescribed: with everything that is wrong.
    """
    responses = found["responses"]
    described = responses.get(str(status)) or responses.get(f"{status // 100}XX")
    if described is None:
        raise NotDescribed(f"{method} {path}: the status {status} is not described")
    content = _resolved(described).get("content", {})
    if not content:
        if body is not None:
            raise NotDescribed(f"{method} {path}: {status} has no body")
        return
    kind = next(iter(content.values()))
    faults = _faults(kind["schema"], body)
    if faults:
        raise NotDescribed(f"{method} {path} answered {status}: " + "; ".join(faults[:8]))


class DescribedTransport(httpx.AsyncBaseTransport):
    """Passes calls on, and holds each and its answer to the description.

    Attributes:
        seen: method and described path of each call, in order.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, seen: list[tuple[str, str]] | None = None) -> None:
        self._inner = inner
        self.seen: list[tuple[str, str]] = [] if seen is None else seen

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Check, pass on, check."""
        url = urlsplit(str(request.url))
        if not url.path.startswith("/v1.0/"):
            return await self._inner.handle_async_request(request)
        path = url.path.removeprefix("/v1.0")
        sent = json.loads(request.content) if request.content else None
        found = check_call(request.method, path, url.query, sent)
        self.seen.append((request.method, operation(request.method, path)[0]))
        response = await self._inner.handle_async_request(request)
        content = await response.aread()
        await response.aclose()
        if response.status_code < 500 and "json" in response.headers.get("content-type", ""):
            body = json.loads(content) if content else None
            check_answer(request.method, path, found, response.status_code, body)
            if path == "/$batch" and response.status_code == 200:
                check_batch_answer(sent, body)
        headers = [(name, value) for name, value in response.headers.raw if name.lower() != b"content-length"]
        return httpx.Response(response.status_code, headers=headers, content=content, request=request)

    async def aclose(self) -> None:
        """End the inner one."""
        await self._inner.aclose()
