""".NET regular expressions on the ``regex`` package: translated where they differ, refused by name where
they cannot be, and always with a time limit.

Source for what .NET takes: Microsoft, "Regular expression language - quick reference". Used by expressions
(Replace) and by scoping filters (REGEX MATCH).
"""

from __future__ import annotations

import functools
import re as plain_re
from dataclasses import dataclass, field

import regex  # type: ignore[import-untyped]

MAX_LENGTH = 2_000
"""Characters of a pattern."""
MAX_GROUPS = 30
"""Groups inside one another: the compiler of ``regex`` is recursive."""

_SIMPLE_ESCAPES = frozenset("wWdDsSbBAGafnrtv")
_QUANTIFIER = plain_re.compile(r"\{[0-9]{1,6}(?:,[0-9]{0,6})?\}")
_NAME = plain_re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OPTIONS = plain_re.compile(r"\(\?([a-zA-Z]*)(?:-([a-zA-Z]*))?([:)])")
_PROPERTY = plain_re.compile(r"\\([pP])\{([A-Za-z0-9-]+)\}")
_CODE = plain_re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|c([A-Za-z])|(0[0-7]{0,2}))")


class PatternFault(ValueError):
    """A pattern that cannot be used. ``offset`` counts characters from its beginning."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset


@dataclass(slots=True)
class _Reader:
    """The state of one translation."""

    text: str
    place: int = 0
    out: list[str] = field(default_factory=list)
    unnamed: int = 0
    names: list[str] = field(default_factory=list)
    open: int = 0
    repeatable: bool = False
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled .NET pattern.

    Attributes:
        source: the pattern as it was written.
        compiled: the pattern of the ``regex`` package.
        numbers: group number as .NET counts to the number that ``regex`` counts: .NET counts unnamed groups
            first and named ones after them.
    """

    source: str
    compiled: regex.Pattern[str]
    numbers: dict[int, int]

    def found_in(self, text: str, seconds: float) -> bool:
        """Whether the pattern matches anywhere in the text, as .NET's ``Regex.IsMatch``.

        Raises:
            TimeoutError: when that took longer than so many seconds.
        """
        return self.compiled.search(text, timeout=seconds) is not None


@functools.lru_cache(maxsize=256)
def compile_pattern(source: str) -> Pattern:
    """Translate and compile a .NET pattern.

    Raises:
        PatternFault: naming what .NET or Rollcall does not take, and where.
    """
    if len(source) > MAX_LENGTH:
        raise PatternFault(f"A pattern has at most {MAX_LENGTH:,} characters.", MAX_LENGTH)
    reader = _Reader(source)
    while reader.place < len(source):
        _step(reader)
    if reader.open:
        raise PatternFault("A parenthesis is not closed.", len(source))
    try:
        # (?-f): one letter never matches two (ß and ss), as in .NET.
        compiled = regex.compile("(?-f)" + "".join(reader.out), regex.VERSION1)
    except regex.error as error:
        raise PatternFault(f"{str(error.msg).capitalize()}.", 0) from None
    except (RecursionError, OverflowError, MemoryError):
        raise PatternFault("The pattern is too deeply nested or too large.") from None
    return Pattern(source, compiled, _dotnet_numbers(reader, compiled))


def _dotnet_numbers(reader: _Reader, compiled: regex.Pattern[str]) -> dict[int, int]:
    named = compiled.groupindex
    unnamed = [number for number in range(1, compiled.groups + 1) if number not in set(named.values())]
    order = unnamed + [named[name] for name in dict.fromkeys(reader.names)]
    return {0: 0, **dict(enumerate(order, 1))}


def _step(reader: _Reader) -> None:
    """Read one item of the pattern and write its translation."""
    character = reader.text[reader.place]
    if character == "\\":
        _put(reader, *_escape(reader, in_set=False))
    elif character == "[":
        reader.place, translated = _set(reader.text, reader.place)
        _put(reader, translated, reader.place)
    elif character == "(":
        _open_group(reader)
    elif character == ")":
        if not reader.open:
            raise PatternFault("A closing parenthesis has no opening one.", reader.place)
        reader.open -= 1
        _put(reader, ")", reader.place + 1)
    elif character in "*+?" or (character == "{" and _QUANTIFIER.match(reader.text, reader.place)):
        _quantifier(reader)
    elif character in "|^":
        _put(reader, character, reader.place + 1, repeatable=character != "|")
    elif character in ".$":
        _put(reader, character, reader.place + 1)
    else:
        _put(reader, regex.escape(character, special_only=True), reader.place + 1)


def _put(reader: _Reader, translated: str, place: int, *, repeatable: bool = True) -> None:
    reader.out.append(translated)
    reader.place = place
    reader.repeatable = repeatable
    reader.repeated = False


def _quantifier(reader: _Reader) -> None:
    found = _QUANTIFIER.match(reader.text, reader.place)
    written = found[0] if found else reader.text[reader.place]
    if not reader.repeatable:
        raise PatternFault(f"The quantifier {written} has nothing before it.", reader.place)
    if reader.repeated:
        raise PatternFault(
            f"The quantifier {written} follows another one; .NET does not take that.", reader.place
        )
    reader.place += len(written)
    if reader.text.startswith("?", reader.place):
        written += "?"
        reader.place += 1
    reader.out.append(written)
    reader.repeated = True


def _open_group(reader: _Reader) -> None:
    text, place = reader.text, reader.place
    if reader.open >= MAX_GROUPS:
        raise PatternFault(f"More than {MAX_GROUPS} groups stand inside one another.", place)
    written, end = "(", place + 1
    if text.startswith("(*", place):
        raise PatternFault("The quantifier * has nothing before it.", place + 1)
    if text.startswith("(?", place):
        written, end = _special_group(reader)
        if not written:  # a comment, or options for the rest of the group
            reader.place = end
            return
    else:
        reader.unnamed += 1
    _put(reader, written, end, repeatable=False)
    if not written.endswith(")"):
        reader.open += 1


def _special_group(reader: _Reader) -> tuple[str, int]:
    """What ``(?`` begins: its translation and where it ends."""
    text, place = reader.text, reader.place
    if text.startswith("(?#", place):
        end = text.find(")", place)
        if end < 0:
            raise PatternFault("A comment is not closed.", place)
        return "", end + 1
    for opening in ("(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>"):
        if text.startswith(opening, place):
            return opening, place + len(opening)
    for begin, end_mark in (("(?<", ">"), ("(?'", "'")):
        if text.startswith(begin, place):
            return _named_group(reader, len(begin), end_mark)
    if text.startswith("(?(", place):
        raise PatternFault("A condition, (?(...)yes|no), is not supported.", place)
    if text.startswith("(?P", place):
        raise PatternFault("(?P is Python's spelling; .NET writes (?<name>...).", place)
    options = _OPTIONS.match(text, place)
    if options is None or not (options[1] or options[2] or options[3] == ":"):
        raise PatternFault(f"{text[place : place + 3]} is not a group that .NET knows.", place)
    return _options(options, place)


def _options(found: plain_re.Match[str], place: int) -> tuple[str, int]:
    on, off = found[1], found[2] or ""
    for letter in on + off:
        if letter in "nx":
            name = {"n": "explicit capture", "x": "blanks ignored"}[letter]
            raise PatternFault(f"The option {letter} ({name}) is not supported.", place)
        if letter not in "ims":
            raise PatternFault(f"{letter} is not an option that .NET knows.", place)
    if set(on) & set(off):
        raise PatternFault("An option is switched on and off at once.", place)
    # Only the end of the group ends them, in .NET as in version 1 of regex.
    return f"(?{on}{'-' + off if off else ''}{found[3]}", found.end()


def _named_group(reader: _Reader, begin: int, end_mark: str) -> tuple[str, int]:
    text, place = reader.text, reader.place
    end = text.find(end_mark, place + begin)
    name = text[place + begin : end] if end >= 0 else ""
    if "-" in name:
        raise PatternFault("Balancing groups, (?<name-other>...), are not supported.", place)
    if name.isdigit():
        raise PatternFault("Groups with a number for a name are not supported.", place)
    if not _NAME.fullmatch(name):
        raise PatternFault("The name of a group is missing, or not closed.", place)
    reader.names.append(name)
    return f"(?<{name}>", end + 1


def _escape(reader: _Reader, *, in_set: bool) -> tuple[str, int]:
    """The translation of a backslash and what follows it, and where that ends."""
    text, place = reader.text, reader.place
    following = text[place + 1 : place + 2]
    if not in_set:
        if following in {"z", "Z"}:
            return (r"\Z" if following == "z" else r"(?=\n?\Z)"), place + 2
        if following == "k" or (following.isdigit() and following != "0"):
            return _back_reference(reader)
    return _common_escape(text, place, in_set=in_set)


def _common_escape(text: str, place: int, *, in_set: bool) -> tuple[str, int]:
    following = text[place + 1 : place + 2]
    if not following:
        raise PatternFault("The pattern ends in a single backslash.", place)
    code = _CODE.match(text, place)
    if code is not None:
        digits, control, octal = code[1] or code[2], code[3], code[4]
        value = int(digits, 16) if digits else ord(control.upper()) - 64 if control else int(octal, 8)
        return f"\\u{value:04x}", code.end()
    if following == "e":
        return r"\x1b", place + 2
    if following in "pP":
        return _property(text, place)
    if following in _SIMPLE_ESCAPES and not (in_set and following in "BAG"):
        return ("\\x08" if in_set and following == "b" else f"\\{following}"), place + 2
    if following.isalnum() or following == "_":
        raise PatternFault(f"\\{following} is not an escape that .NET knows.", place)
    return regex.escape(
        following, special_only=True
    ) if following not in "-&~|[]^" else f"\\{following}", place + 2


def _property(text: str, place: int) -> tuple[str, int]:
    found = _PROPERTY.match(text, place)
    if found is None:
        raise PatternFault("A Unicode class is written \\p{name}.", place)
    name = found[2]
    # .NET's Is... are Unicode blocks; regex calls those In...
    translated = f"\\{found[1]}{{{'In' + name[2:] if name.startswith('Is') else name}}}"
    try:
        regex.compile(translated, regex.VERSION1)
    except regex.error:
        raise PatternFault(f"\\p{{{name}}} is not a Unicode class that is known here.", place) from None
    return translated, found.end()


def _back_reference(reader: _Reader) -> tuple[str, int]:
    text, place = reader.text, reader.place
    named = plain_re.compile(r"\\k(?:<(\w+)>|'(\w+)')").match(text, place)
    if named is not None:
        name = named[1] or named[2]
        if name.isdigit():
            return _numbered_reference(reader, int(name)), named.end()
        if name not in reader.names:
            raise PatternFault(f"\\k names the group {name}, which does not stand before it.", place)
        return f"(?P={name})", named.end()
    numbered = plain_re.compile(r"\\([1-9][0-9]?)").match(text, place)
    if numbered is None:
        raise PatternFault("\\k needs the name of a group: \\k<name>.", place)
    return _numbered_reference(reader, int(numbered[1])), numbered.end()


def _numbered_reference(reader: _Reader, number: int) -> str:
    if reader.names:
        raise PatternFault("Refer to groups by name (\\k<name>) where some have names.", reader.place)
    if not 1 <= number <= reader.unnamed:
        raise PatternFault(f"\\{number} refers to a group that does not stand before it.", reader.place)
    return f"(?:\\{number})"


def _set(text: str, begin: int) -> tuple[int, str]:
    """A character class: where it ends, and its translation. What only ``regex`` knows is escaped."""
    out = ["["]
    place = begin + 1
    if text.startswith("^", place):
        out.append("^")
        place += 1
    first = True
    while True:
        character = text[place : place + 1]
        if not character:
            raise PatternFault("A character class, [...], is not closed.", begin)
        if character == "]" and not first:
            return place + 1, "".join(out) + "]"
        if character == "\\":
            translated, place = _common_escape(text, place, in_set=True)
            out.append(translated)
        elif character == "-" and text.startswith("-[", place) and not first:
            place, taken = _set(text, place + 1)
            if not text.startswith("]", place):
                raise PatternFault("A subtraction, -[...], stands at the end of its class.", place)
            inner = "".join(out)
            return place + 1, f"(?:(?!{taken}){inner}])"
        else:
            out.append(character if character == "-" or character.isalnum() else f"\\{character}")
            place += 1
        first = False
