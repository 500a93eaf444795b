"""Warnings for expressions that are right and still do what few expect. Nothing here refuses.

Source: "Functions for customizing application data" (IIF, known limitations; Switch, cautions).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from app.engine.expressions.logic import attributes_that_must_have_values
from app.engine.expressions.table import nearest
from app.engine.expressions.tree import Attribute, Call, Comparison, Constant, Node, children, walk

ALWAYS_THERE = frozenset(
    {
        "IsSoftDeleted",
        "objectId",
        "userPrincipalName",
        "originalUserPrincipalName",
        "accountEnabled",
        "displayName",
    }
)
"""Attributes that every user has, so that no test on them can find them empty."""

COMPUTED = frozenset(
    {"IsSoftDeleted", "appRoleAssignments", "manager", "members", "objectId", "originalUserPrincipalName"}
)
"""Attributes that a source need not list: they come from the service or from links between objects."""

_PRESENCE = frozenset({"IsPresent", "IsNull", "IsNullOrEmpty"})


def warnings_of(tree: Node) -> tuple[str, ...]:
    """Sentences on the traps in an expression, each once."""
    found: dict[str, None] = {}
    for node in walk(tree):
        if isinstance(node, Call):
            for sentence in _WARNERS.get(node.name, _nothing)(node):
                found[sentence] = None
    return tuple(found)


def unknown_attributes(names: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    """Sentences on attributes that the source does not have, each with the one most likely meant.

    Args:
        names: attributes that an expression or a scoping filter reads.
        known: the attributes that the source has, such as the columns of a file.
    """
    sentences = []
    for name in sorted(set(names) - set(known) - COMPUTED):
        near = nearest(name, known)
        hint = f" Did you mean [{near}]?" if near else ""
        if near and near.lower() == name.lower():
            hint = f" Names are case-sensitive: write [{near}]."
        sentences.append(f"The source has no attribute [{name}], so it is empty for everyone.{hint}")
    return tuple(sentences)


def _nothing(_call: Call) -> list[str]:
    return []


def _names(node: Node | None) -> list[str]:
    if node is None:
        return []
    return list(dict.fromkeys(one.name for one in walk(node) if isinstance(one, Attribute)))


def _switch(call: Call) -> list[str]:
    if len(call.arguments) < 2:
        return []
    source, default = call.arguments[:2]
    sentences = []
    if isinstance(source, Call) and source.name in _PRESENCE:
        sentences.append(
            f"Microsoft advises against {source.name} as the source of Switch: use the attribute itself, "
            'and the key "" for an empty one.'
        )
    at_risk = [name for name in _names(source) if name != "IsSoftDeleted"]
    if at_risk:
        names = " and ".join(f"[{name}]" for name in at_risk)
        sentences.append(
            f"This Switch can blank its target: when another attribute of a person changes and {names} does "
            "not, Entra's service takes the Switch as empty. Microsoft advises IIF instead, where the "
            "attribute always has a value."
        )
    keys = {node.value for node in call.arguments[2::2] if isinstance(node, Constant)}
    if default is None and not (_names(source) == ["IsSoftDeleted"] and keys >= {"True", "False"}):
        sentences.append("This Switch has no default: a source that equals none of the keys gives no value.")
    return sentences


def _iif(call: Call) -> list[str]:
    condition = call.arguments[0] if call.arguments else None
    if condition is None:
        return []
    at_risk = [
        name
        for name in dict.fromkeys(attributes_that_must_have_values(condition))
        if name not in ALWAYS_THERE
    ]
    if not at_risk:
        return []
    names = " or ".join(f"[{name}]" for name in at_risk)
    sentence = f"Where {names} is empty, the condition of IIF fails and there is no value."
    if _tests_for_emptiness(condition):
        name = at_risk[0]
        sentence += f' IIF cannot test for emptiness: use Switch([{name}], [{name}], "", "for empty ones").'
    return [sentence]


def _tests_for_emptiness(condition: Node) -> bool:
    if isinstance(condition, Comparison):
        return any(isinstance(side, Constant) and side.value == "" for side in children(condition))
    return any(isinstance(node, Call) and node.name in _PRESENCE for node in walk(condition))


def _changing(call: Call) -> list[str]:
    return [f"{call.name} gives another value each time: set the row to apply only during object creation."]


_WARNERS = {
    "Switch": _switch,
    "IIF": _iif,
    "Guid": _changing,
    "Now": _changing,
    "RandomString": _changing,
}
