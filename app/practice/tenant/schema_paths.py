"""Mappings and scope of a job, and what checks an expression. Sources: entra.md, sections 1.7 and 1.8."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.engine.expressions import FUNCTIONS, compile_expression
from app.engine.expressions.errors import EvaluationError
from app.people.record import Value
from app.practice.tenant import cycles
from app.practice.tenant.fault import bad_request
from app.practice.tenant.job_paths import AT, find_template
from app.practice.tenant.request import NOTHING, Answer, Request, route
from app.practice.tenant.schema import SPELLINGS, default_schema
from app.practice.tenant.source_object import source_object
from app.practice.tenant.tenant import Tenant
from app.setup.plan import Operator
from app.setup.problem import Problem

_JOB: Final = f"{AT}/jobs/{{job}}/schema"
_TEMPLATE: Final = f"{AT}/templates/{{template}}/schema"
_UNARY: Final = {Operator.IS_NULL, Operator.IS_NOT_NULL, Operator.IS_TRUE, Operator.IS_FALSE}
_WHOLE_NUMBERS: Final = {
    Operator.GREATER_THAN,
    Operator.GREATER_THAN_OR_EQUALS,
    Operator.BIT_AND,
    Operator.NOT_BIT_AND,
}


@route("GET", _JOB, "provisioning")
def _schema(tenant: Tenant, request: Request, principal: str, job: str) -> Answer:
    schema = tenant.job(principal, job).schema
    if "directories" not in request.query.get("$expand", ""):
        schema = {name: value for name, value in schema.items() if name != "directories"}
    return Answer(body=schema)


@route("GET", _TEMPLATE, "provisioning")
def _template_schema(tenant: Tenant, request: Request, principal: str, template: str) -> Answer:
    find_template(tenant, principal, template)
    return Answer(body=default_schema(template, cycles.profile_of(template)))


@route("PUT", _JOB, "provisioning")
def _put_schema(tenant: Tenant, request: Request, principal: str, job: str) -> Answer:
    found = tenant.job(principal, job)
    given = dict(request.object())
    _check(given)
    given.pop("@odata.context", None)
    given.setdefault("directories", found.schema["directories"])
    found.schema = {**given, "id": job}
    cycles.begin_anew(found)
    return NOTHING


@route("PATCH", _JOB, "provisioning")
def _patch_schema(tenant: Tenant, request: Request, principal: str, job: str) -> Answer:
    found = tenant.job(principal, job)
    changed = {**found.schema, **request.object(), "id": job}
    _check(changed)
    found.schema = changed
    cycles.begin_anew(found)
    return NOTHING


@route("DELETE", _JOB, "provisioning")
def _reset_schema(tenant: Tenant, request: Request, principal: str, job: str) -> Answer:
    found = tenant.job(principal, job)
    found.schema = default_schema(job, cycles.profile_of(found.template_id))
    cycles.begin_anew(found)
    return NOTHING


def _check(schema: Mapping[str, Any]) -> None:
    """Refuse what the service could not work with."""
    rules = schema.get("synchronizationRules")
    if not isinstance(rules, list) or not rules:
        raise bad_request("The schema has no synchronization rules.")
    for rule in rules:
        for mapping in rule.get("objectMappings") or []:
            _check_rows(mapping)


def _check_rows(mapping: Mapping[str, Any]) -> None:
    rows = mapping.get("attributeMappings") or []
    if mapping.get("sourceObjectName") == "User" and not any(each.get("matchingPriority") for each in rows):
        raise bad_request("At least one attribute must be used for matching.")
    for each in rows:
        source = each.get("source")
        if isinstance(source, Mapping) and source.get("type") == "Function":
            try:
                compile_expression(str(source.get("expression") or ""))
            except Problem as problem:
                raise bad_request(f"{each.get('targetAttributeName')}: {problem.what}") from problem


@route("GET", f"{_JOB}/filterOperators", "provisioning")
@route("GET", f"{_TEMPLATE}/filterOperators", "provisioning")
def _filter_operators(tenant: Tenant, request: Request, principal: str, **of: str) -> Answer:
    tenant.principal(principal)
    return Answer(body={"value": [_operator(each) for each in Operator]})


def _operator(operator: Operator) -> dict[str, Any]:
    types = ["Integer"] if operator in _WHOLE_NUMBERS else ["String", "Boolean", "Integer"]
    return {
        "id": SPELLINGS[operator],
        "name": SPELLINGS[operator],
        "arity": "Unary" if operator in _UNARY else "Binary",
        "multivaluedComparisonType": "All",
        "supportedAttributeTypes": types,
    }


@route("GET", f"{_JOB}/functions", "provisioning")
@route("GET", f"{_TEMPLATE}/functions", "provisioning")
def _functions(tenant: Tenant, request: Request, principal: str, **of: str) -> Answer:
    tenant.principal(principal)
    return Answer(body={"value": [_function(one.name, one.signature) for one in FUNCTIONS]})


def _function(name: str, signature: str) -> dict[str, Any]:
    inside = signature.partition("(")[2].rstrip(")")
    parameters = [part.strip() for part in inside.split(",") if part.strip()]
    return {
        "id": name,
        "name": name,
        "parameters": [
            {
                "name": part.strip("?.[] "),
                "required": "?" not in part and "..." not in part,
                "allowMultipleOccurrences": "..." in part,
                "type": "String",
            }
            for part in parameters
            if part.strip("?.[] ")
        ],
    }


@route("POST", f"{_JOB}/parseExpression", "provisioning")
@route("POST", f"{_TEMPLATE}/parseExpression", "provisioning")
def _parse_expression(tenant: Tenant, request: Request, principal: str, **of: str) -> Answer:
    tenant.principal(principal)
    body = request.object()
    text = str(body.get("expression") or "")
    answer: dict[str, Any] = {
        "error": None,
        "parsingSucceeded": False,
        "evaluationSucceeded": False,
        "evaluationResult": [],
        "parsedExpression": None,
    }
    try:
        compiled = compile_expression(text)
        answer |= {"parsingSucceeded": True, "parsedExpression": source_object(text)}
        if body.get("testInputObject"):
            value = compiled.evaluate(_test_input(body["testInputObject"]))
            answer |= {"evaluationSucceeded": True, "evaluationResult": _values(value)}
    except EvaluationError as problem:
        answer["error"] = _error("EvaluationFailed", problem)
    except Problem as problem:
        answer["error"] = _error("ParsingFailed", problem)
    return Answer(body=answer)


def _test_input(given: Mapping[str, Any]) -> dict[str, Value]:
    return {str(each.get("key")): each.get("value") for each in given.get("properties") or []}


def _values(value: Value) -> list[str]:
    if value is None:
        return []
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _error(code: str, problem: Problem) -> dict[str, Any]:
    return {"code": code, "message": problem.what, "target": None, "details": [], "innerError": None}
