"""The text of a plan file: a new one with comments, or an old one with only what changed replaced."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit.container import Container
from tomlkit.items import AoT, Array, Item, Table

from app.setup.plan import EntraChoice, SetupPlan
from app.setup.plan_comments import FILTERS, HEAD, KEYS, SECTIONS

_Plain = dict[str, Any]
_ROW_NAMES = {"filters": "name", "users": "target", "groups": "target"}
_NEVER_LEFT_OUT = {"target", "source", "name", "clauses", "attribute", "operator"}


def _plain(plan: SetupPlan) -> _Plain:
    return plan.model_dump(mode="json", exclude_none=True)


def new_text(plan: SetupPlan) -> str:
    """A whole new plan file, each part explained."""
    data = _plain(plan)
    if plan.entra == EntraChoice():
        # Most plans run elsewhere, and its keys would puzzle their readers.
        del data["entra"]
    parts = [HEAD, f"version = {data.pop('version')}\n"]
    for section, values in data.items():
        if section == "mappings":
            parts.append(_mappings(values))
            continue
        filters = values.pop("filters", [])
        lines = [f"# {SECTIONS[section]}", f"[{section}]"]
        lines += [_line(section, key, value) for key, value in values.items()]
        if section == "source":
            lines += [_absent(section, key, f"{key}.csv") for key in ("users", "groups") if key not in values]
        parts.append("\n".join(lines) + "\n")
        if filters:
            parts.append(f"# {FILTERS}\n" + "\n".join(map(_filter, filters)))
    return "\n".join(parts)


def _line(section: str, key: str, value: object) -> str:
    comment = KEYS.get(f"{section}.{key}")
    return f"{key} = {_toml(value)}" + (f"  # {comment}" if comment else "")


def _absent(section: str, key: str, example: str) -> str:
    return f"# {_line(section, key, example)}"


def _filter(values: _Plain) -> str:
    clauses = ",\n".join(f"  {_toml(clause)}" for clause in values["clauses"])
    written = f"[\n{clauses},\n]" if clauses else "[]"
    return f"[[scope.filters]]\nname = {_toml(values['name'])}\nclauses = {written}\n"


def _mappings(values: _Plain) -> str:
    lines = [f"# {SECTIONS['mappings']}"]
    empty = [kind for kind, rows in values.items() if not rows]
    if empty:
        lines += ["[mappings]", *(f"{kind} = []" for kind in empty)]
    text = "\n".join(lines) + "\n"
    for kind, rows in values.items():
        for row in rows:
            kept = {key: value for key, value in row.items() if not _is_usual(key, value)}
            text += f"\n[[mappings.{kind}]]\n" + "".join(f"{key} = {_toml(v)}\n" for key, v in kept.items())
    return text


def _is_usual(key: str, value: object) -> bool:
    """Whether a mapping row says nothing by this key."""
    return (key == "matching" and value == 0) or (key == "apply" and value == "always")


def _toml(value: object) -> str:
    """A value on one line. A TOML basic string is a JSON string, but for the DEL character."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def changed_text(old: str, plan: SetupPlan) -> str:
    """The old text with the values that differ replaced; comments, order and layout stay."""
    document = tomlkit.parse(old)
    _merge(document, _plain(plan), _plain(SetupPlan()))
    return tomlkit.dumps(document)


def _merge(table: Container | Table, wanted: Mapping[str, Any], usual: Mapping[str, Any]) -> None:
    for key in [key for key in table if key not in wanted]:
        table.remove(key)
    for key, value in wanted.items():
        if key not in table:
            if key in _NEVER_LEFT_OUT or not (_is_usual(key, value) or usual.get(key) == value):
                _add(table, key, value, usual)
            continue
        present = table[key]
        if _same(present, value):
            continue
        if isinstance(value, dict) and isinstance(present, Table):
            _merge(present, value, usual.get(key, {}))
        elif _is_rows(key, value) and isinstance(present, AoT):
            _merge_rows(table, key, present, value)
        elif _is_rows(key, value):
            table.remove(key)
            _add(table, key, value, usual)
        else:
            table[key] = _item(value)


def _same(present: object, value: object) -> bool:
    plain = present.unwrap() if isinstance(present, Item) else present
    return type(plain) is type(value) and plain == value


def _is_rows(key: str, value: object) -> bool:
    return key in _ROW_NAMES and isinstance(value, list) and bool(value)


def _add(table: Container | Table, key: str, value: Any, usual: Mapping[str, Any]) -> None:
    if isinstance(value, dict):
        inner = tomlkit.table()
        table.append(key, inner)
        _merge(inner, value, usual.get(key, {}))
        if not inner.value:
            table.remove(key)
    elif _is_rows(key, value):
        table.append(key, _rows(value, {}, key))
    else:
        table.append(key, _item(value))


def _merge_rows(table: Container | Table, key: str, present: AoT, wanted: list[_Plain]) -> None:
    """Rows keep their comments when others are added, removed or moved."""
    name = _ROW_NAMES[key]
    if [row.get(name) for row in present] == [row[name] for row in wanted]:
        for old, row in zip(present, wanted, strict=True):
            _merge(old, row, {})
        return
    old_rows = {str(row.get(name)): row for row in present}
    table.remove(key)
    table.append(key, _rows(wanted, old_rows, key))


def _rows(wanted: list[_Plain], old: dict[str, Table], key: str) -> AoT:
    rows = tomlkit.aot()
    for values in wanted:
        row = old.pop(str(values[_ROW_NAMES[key]]), None)
        table = row if row is not None else tomlkit.table()
        _merge(table, values, {})
        rows.append(table)
    return rows


def _item(value: Any) -> Item:
    item: Item
    if isinstance(value, list) and value and isinstance(value[0], dict):
        array: Array = tomlkit.array()
        for entry in value:
            row = tomlkit.inline_table()
            row.update({key: tomlkit.item(inner) for key, inner in entry.items()})
            array.append(row)
        item = array.multiline(True)
    else:
        item = tomlkit.item(value)
    return item
