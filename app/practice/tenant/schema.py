"""Synchronization schemas of the practice tenant: what a template begins with, and the plan that one means.

Sources: entra.md, sections 1.7 and 7.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.practice.tenant.source_object import source_object
from app.setup.plan import Actions, AttributeMapping, Clause, Mappings, Operator, ScopingFilter
from app.setup.profile import AppProfile

RULE: Final = "03f7d90d-bf71-41b1-bda6-aaf0ddbee5d8"
USER_OBJECT: Final = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
GROUP_OBJECT: Final = "urn:ietf:params:scim:schemas:core:2.0:Group"
SOURCE_ATTRIBUTES: Final = (
    "accountEnabled",
    "appRoleAssignments",
    "city",
    "companyName",
    "country",
    "department",
    "displayName",
    "employeeId",
    "facsimileTelephoneNumber",
    "givenName",
    "IsSoftDeleted",
    "jobTitle",
    "mail",
    "mailNickname",
    "manager",
    "mobile",
    "objectId",
    "originalUserPrincipalName",
    "physicalDeliveryOfficeName",
    "postalCode",
    "preferredLanguage",
    "state",
    "streetAddress",
    "surname",
    "telephoneNumber",
    "usageLocation",
    "userPrincipalName",
)
SPELLINGS: Final = {
    Operator.EQUALS: "EQUALS",
    Operator.NOT_EQUALS: "NOT EQUALS",
    Operator.IS_NULL: "IS NULL",
    Operator.IS_NOT_NULL: "IS NOT NULL",
    Operator.IS_TRUE: "IS TRUE",
    Operator.IS_FALSE: "IS FALSE",
    Operator.REGEX_MATCH: "REGEX MATCH",
    Operator.NOT_REGEX_MATCH: "NOT REGEX MATCH",
    Operator.INCLUDES: "Includes",
    Operator.ENDS_WITH: "ENDS_WITH",
    Operator.GREATER_THAN: "Greater_Than",
    Operator.GREATER_THAN_OR_EQUALS: "Greater_Than_OR_EQUALS",
    Operator.BIT_AND: "&",
    Operator.NOT_BIT_AND: "!&",
}
"""Operator names as ``filterOperators`` gives them here: those of the portal."""


def default_schema(schema_id: str, profile: AppProfile) -> dict[str, Any]:
    """The schema that a template of this app begins with."""
    mappings = [_object_mapping("Provision Azure Active Directory Users", "User", USER_OBJECT, profile.users)]
    if profile.groups:
        mappings.append(
            _object_mapping("Provision Azure Active Directory Groups", "Group", GROUP_OBJECT, profile.groups)
        )
    return {
        "id": schema_id,
        "version": "v1.2",
        "synchronizationRules": [
            {
                "id": RULE,
                "name": "USERGROUP_OUTBOUND_USERGROUP",
                "priority": 1,
                "editable": True,
                "sourceDirectoryName": "Azure Active Directory",
                "targetDirectoryName": profile.title,
                "containerFilter": None,
                "groupFilter": None,
                "metadata": [{"key": "supportsProvisionOnDemand", "value": "true"}],
                "objectMappings": mappings,
            }
        ],
        "directories": directories(profile),
    }


def _object_mapping(name: str, source: str, target: str, rows: list[AttributeMapping]) -> dict[str, Any]:
    return {
        "name": name,
        "enabled": True,
        "flowTypes": "Add, Update, Delete",
        "sourceObjectName": source,
        "targetObjectName": target,
        "scope": None,
        "metadata": [
            {"key": "Disposition", "value": '"Normal"'},
            {"key": "EscrowBehavior", "value": '"Default"'},
        ],
        "attributeMappings": [_row(each) for each in rows],
    }


def _row(row: AttributeMapping) -> dict[str, Any]:
    return {
        "defaultValue": row.default,
        "exportMissingReferences": False,
        "flowBehavior": "FlowWhenChanged",
        "flowType": "ObjectAddOnly" if row.apply == "on-create" else "Always",
        "matchingPriority": row.matching,
        "targetAttributeName": row.target,
        "source": source_object(row.source) if row.source else None,
    }


def directories(profile: AppProfile) -> list[dict[str, Any]]:
    """The attributes of both sides."""
    source = [_attribute(name, "Reference" if name == "manager" else "String") for name in SOURCE_ATTRIBUTES]
    target = [_attribute(each.name, each.type, required=each.required) for each in profile.attributes]
    return [
        _directory("Azure Active Directory", {"User": source, "Group": _group_attributes()}),
        _directory(profile.title, {USER_OBJECT: target}),
    ]


def _group_attributes() -> list[dict[str, Any]]:
    return [
        _attribute("displayName", "String"),
        _attribute("objectId", "String"),
        _attribute("members", "Reference"),
    ]


def _directory(name: str, objects: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    return {
        "id": name.lower().replace(" ", "-"),
        "name": name,
        "discoverabilities": "None",
        "discoveryDateTime": None,
        "readOnly": False,
        "version": "1",
        "objects": [
            {"name": each, "supportedApis": [], "metadata": [], "attributes": attributes}
            for each, attributes in objects.items()
        ],
    }


def _attribute(name: str, kind: str, *, required: bool = False) -> dict[str, Any]:
    return {
        "name": name,
        "type": kind,
        "required": required,
        "anchor": False,
        "caseExact": False,
        "multivalued": False,
        "mutability": "ReadWrite",
        "flowNullValues": False,
        "defaultValue": None,
        "metadata": [],
        "apiExpressions": [],
        "referencedObjects": [],
    }


def object_mappings(schema: Mapping[str, Any], source: str) -> Iterator[Mapping[str, Any]]:
    """The mappings of an object type of the source: ``User`` or ``Group``."""
    for rule in schema.get("synchronizationRules") or []:
        for mapping in rule.get("objectMappings") or []:
            if mapping.get("sourceObjectName") == source:
                yield mapping


def plan_mappings(schema: Mapping[str, Any]) -> Mappings:
    """The attribute mappings that a schema means; a group mapping that is switched off gives no rows."""
    rows: dict[str, list[AttributeMapping]] = {"User": [], "Group": []}
    for source, found in rows.items():
        for mapping in object_mappings(schema, source):
            if source == "User" or mapping.get("enabled"):
                found += [_mapping(each) for each in mapping.get("attributeMappings") or []]
    return Mappings(users=rows["User"], groups=rows["Group"])


def _mapping(row: Mapping[str, Any]) -> AttributeMapping:
    source, default = row.get("source"), row.get("defaultValue")
    expression = ""
    if isinstance(source, Mapping):
        expression = str(source.get("expression") or "")
        if source.get("type") == "Constant" and not expression.startswith('"'):
            text = str(source.get("name") or expression).replace("\\", "\\\\").replace('"', '\\"')
            expression = f'"{text}"'
    return AttributeMapping(
        target=str(row.get("targetAttributeName") or ""),
        source=expression,
        matching=int(row.get("matchingPriority") or 0),
        apply="on-create" if row.get("flowType") == "ObjectAddOnly" else "always",
        default=None if default in {None, ""} else str(default),
    )


def plan_filters(schema: Mapping[str, Any]) -> list[ScopingFilter]:
    """The scoping filters of the users' mapping."""
    by_name = {spelling.casefold(): operator for operator, spelling in SPELLINGS.items()}
    filters = []
    for mapping in object_mappings(schema, "User"):
        for group in (mapping.get("scope") or {}).get("groups") or []:
            clauses = []
            for each in group.get("clauses") or []:
                values = (each.get("targetOperand") or {}).get("values") or []
                clauses.append(
                    Clause(
                        attribute=str(each.get("sourceOperandName") or ""),
                        operator=by_name.get(str(each.get("operatorName")).casefold(), Operator.EQUALS),
                        value=str(values[0]) if values else None,
                    )
                )
            filters.append(ScopingFilter(name=str(group.get("name") or "Filter"), clauses=clauses))
    return filters


def plan_actions(schema: Mapping[str, Any], *, skip_out_of_scope: bool) -> Actions:
    """What the users' mapping may do."""
    flows = {
        flow.strip().lower()
        for mapping in object_mappings(schema, "User")
        for flow in str(mapping.get("flowTypes") or "").split(",")
    }
    return Actions(
        create="add" in flows,
        update="update" in flows,
        delete="delete" in flows,
        skip_out_of_scope_deletions=skip_out_of_scope,
    )
