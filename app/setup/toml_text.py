"""TOML files that people write by hand: read, checked, and every fault told with its place.

Plans and app profiles are both read here, so both name the line, the key, what was found and what is allowed.
"""

from __future__ import annotations

import difflib
import re
import tomllib
import typing
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.setup.problem import Problem

Model = TypeVar("Model", bound=BaseModel)
_Location = Sequence[str | int]
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_\-.\"' ]+?)\s*=")
_SECRET_KEYS = re.compile(r"token|secret|password|passwd|authorization|api_?key", re.IGNORECASE)
_AT_LINE = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")


@dataclass(frozen=True, slots=True)
class TomlKind:
    """What sort of file is read, for its error texts.

    Attributes:
        noun: what a person calls it, such as ``plan``.
        prefix: the beginning of its error codes, such as ``PLAN``.
        problem: the class of its errors.
    """

    noun: str
    prefix: str
    problem: type[Problem]

    def fault(self, code: str, what: str, why: str, remedy: str, details: str = "") -> Problem:
        """A problem of this kind of file; ``code`` without the prefix."""
        return self.problem(f"{self.prefix}-{code}", what, why, remedy, details)


def read_text(path: Path, kind: TomlKind) -> str:
    """The file's text, without a byte order mark and with its line ends as they are.

    Raises:
        Problem: the file is missing, cannot be read, or is not UTF-8.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise kind.fault(
            "MISSING",
            f"There is no file {path}.",
            f"The {kind.noun} was moved or renamed, or its name is misspelled.",
            "Check the name and the folder.",
        ) from None
    except (OSError, ValueError) as error:
        reason = (
            error.strerror if isinstance(error, OSError) and error.strerror else "its name cannot be a file"
        )
        raise kind.fault(
            "UNREADABLE",
            f"The {kind.noun} {path} could not be read: {reason}.",
            "It may be a folder, open in another program, or not yours to read.",
            "Check the file's permissions.",
        ) from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise kind.fault(
            "ENCODING",
            f"{path}, line {line}: the text is not UTF-8.",
            "An editor probably saved it in another encoding, such as UTF-16 or Windows-1252.",
            "Open it in an editor and save it as UTF-8.",
        ) from None


def parse(text: str, where: Path, kind: TomlKind) -> dict[str, Any]:
    """The text as plain data.

    Raises:
        Problem: it is not TOML; names the line and column.
    """
    try:
        return tomllib.loads(text)
    except RecursionError:
        reason, place = "brackets are nested too deeply", ""
    except ValueError as error:  # TOMLDecodeError is one; so is a number with thousands of digits
        message = str(error)
        found = _AT_LINE.search(message)
        reason = _AT_LINE.sub("", message).strip().rstrip(".")
        reason = reason[:1].lower() + reason[1:]
        place = "" if not found else f", line {found[1]}, column {found[2]}" if found[1] else ", at its end"
        if "digit" in reason:
            reason = "a number has too many digits"
    raise kind.fault(
        "SYNTAX",
        f"{where}{place}: this is not TOML: {reason}.",
        "A quotation mark, bracket or equals sign is probably missing, or a key stands there twice.",
        "Correct that line, or let Rollcall write the file anew.",
    ) from None


def validate(model: type[Model], data: dict[str, Any], text: str, where: Path, kind: TomlKind) -> Model:
    """The data as the model, with every fault told.

    Raises:
        Problem: keys are unknown or missing, or values are not allowed. The first fault is the problem's
            sentence, all of them stand in its details.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        faults = error.errors(include_url=False)
    # A misspelled key is often also a missing one: say the misspelling first.
    faults.sort(key=lambda fault: fault["type"] != "extra_forbidden")
    told = [_tell(model, fault, text) for fault in faults]
    rest = f" There are {len(told) - 1} more faults like this one." if len(told) > 2 else ""
    rest = " There is one more fault." if len(told) == 2 else rest
    what, allowed = told[0]
    raise kind.fault(
        "VALUE",
        f"{where}, {what}",
        allowed,
        f"Correct the file, or make the choice again in the window.{rest}",
        "\n".join(f"{one} {other}" for one, other in told),
    ) from None


def _tell(model: type[BaseModel], fault: ErrorDetails, text: str) -> tuple[str, str]:
    """What was found where, and what is allowed there."""
    location = [part for part in fault["loc"] if not (isinstance(part, str) and part.endswith("]"))]
    line = line_of(text, location)
    key = _dotted(location)
    place = f"line {line}" if line else "no line of its own"
    name = str(location[-1]) if location else ""
    if fault["type"] == "extra_forbidden":
        return f"{place}: the key {key} is not known.", _keys_there(model, location)
    if fault["type"] == "missing":
        return f"{place}: the key {key} is missing.", "It has to be given."
    found = "" if _SECRET_KEYS.search(name) or name == "tenant_url" else f" Found: {_show(fault['input'])}."
    return f"{place}: the value of {key or 'the file'} is not allowed.{found}", f"Allowed: {_allowed(fault)}."


def _keys_there(model: type[BaseModel], location: _Location) -> str:
    name = str(location[-1])
    if _SECRET_KEYS.search(name):
        return "Secrets never stand in this file: `rollcall token set` keeps the secret token in the keyring."
    known = _fields_at(model, location[:-1])
    near = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    meant = f"Probably {near[0]} is meant. " if near else ""
    return f"{meant}Known keys there: {', '.join(known)}."


def _fields_at(model: type[BaseModel], location: _Location) -> list[str]:
    current: type[BaseModel] = model
    for part in location:
        if isinstance(part, str) and part in current.model_fields:
            inner = _model_in(current.model_fields[part].annotation)
            if inner is None:
                return []
            current = inner
    return list(current.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model inside ``list[Model]``, ``Model | None`` and the like."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, typing.get_args(annotation))), None)


def _allowed(fault: ErrorDetails) -> str:
    context = fault.get("ctx", {})
    kinds = {
        "string_type": "text in quotation marks",
        "list_type": "a list in square brackets",
        "float_parsing": "a number",
        "float_type": "a number",
        "int_parsing": "a whole number",
        "int_type": "a whole number",
        "int_from_float": "a whole number",
        "int_parsing_size": "a smaller whole number",
        "bool_parsing": "true or false",
        "bool_type": "true or false",
        "model_type": "a table with keys of its own",
        "dict_type": "a table with keys of its own",
        "greater_than_equal": f"a number not below {context.get('ge')}",
        "less_than_equal": f"a number not above {context.get('le')}",
        "greater_than": f"a number above {context.get('gt')}",
        "string_pattern_mismatch": _pattern_in_words(str(context.get("pattern"))),
    }
    if "expected" in context:
        return str(context["expected"]).replace(" or ", ", ")
    if fault["type"] == "value_error":
        return str(context.get("error", "another value"))
    return kinds.get(fault["type"], fault["msg"].rstrip("."))


def _pattern_in_words(pattern: str) -> str:
    if pattern.startswith("^(user|group):"):
        return "user: or group: with a name or an object id behind it"
    return f"text of the form {pattern}"


def _show(value: object) -> str:
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, Enum):
        value = value.value
    shown = str(value).lower() if isinstance(value, bool) else repr(value).replace("\\n", " ")
    return shown if len(shown) <= 60 else shown[:57] + "..."


def _dotted(location: _Location) -> str:
    """``scope.filters[1].name``, entries counted from 1 as people do."""
    text = ""
    for part in location:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def line_of(text: str, location: _Location) -> int:
    """The line where a key stands, or the nearest table around it; 0 when none is found.

    TOML libraries keep no line numbers, so the lines are read here; good enough for the files people write
    (a table header or one key to a line).
    """
    table: tuple[str | int, ...] = ()
    counts: dict[str, int] = {}
    best, best_length = 0, 0
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            names = [part.strip().strip("\"'") for part in header[2].split(".")]
            if header[1] == "[[":
                whole = ".".join(names)
                counts[whole] = counts.get(whole, -1) + 1
            table = _with_indices(names, counts)
            here = table
        elif key := _KEY.match(line):
            here = (*table, *(part.strip().strip("\"'") for part in key[1].split(".")))
        else:
            continue
        if len(here) > best_length and tuple(location[: len(here)]) == here:
            best, best_length = number, len(here)
    return best


def _with_indices(names: list[str], counts: dict[str, int]) -> tuple[str | int, ...]:
    parts: list[str | int] = []
    for end, name in enumerate(names, start=1):
        parts.append(name)
        if (count := counts.get(".".join(names[:end]))) is not None:
            parts.append(count)
    return tuple(parts)
