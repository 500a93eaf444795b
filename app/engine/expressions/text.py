"""Functions that make one text of others: joining, cutting, casing, encoding."""

from __future__ import annotations

import base64
import re
import unicodedata

from app.engine.expressions.diacritics import normalize
from app.engine.expressions.errors import EvaluationError
from app.engine.expressions.table import Evaluator, Function, Site, function
from app.engine.expressions.values import check_size, plain_text, sized, text_of, whole_of
from app.people.record import Value

_CULTURE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_TURKISH = {"tr", "az"}
"""Languages whose i keeps its dot in capitals. The only ones where .NET's simple case mapping differs."""

_WORD_ENDS = frozenset(
    ["Zs", "Zl", "Zp", "Cc", "Cf", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So"]
)
"""Unicode categories that end a word for .NET's ToTitleCase."""


def _append(source: Value, suffix: Value) -> Value:
    first, second = text_of(source, "Append") or "", text_of(suffix, "Append") or ""
    return sized(first + second, "Append")


def _join(separator: Value, *sources: Value) -> Value:
    texts: list[str] = []
    for source in sources:
        if source.__class__ is str:
            if source:
                texts.append(source)
        elif isinstance(source, list):
            texts += [item for item in source if item]
        elif source is not None:
            texts.append(plain_text(source))
    between = text_of(separator, "Join") or ""
    # Counted before it is made: a list of many texts and a long separator could be gigabytes.
    check_size(sum(map(len, texts)) + len(between) * max(0, len(texts) - 1), "Join")
    return between.join(texts)


def _left(source: Value, count: Value) -> Value:
    text = text_of(source, "Left") or ""
    wanted = whole_of(count, "Left", "NumChars")
    return text if wanted < 0 else text[:wanted]


def _mid(source: Value, start: Value, length: Value) -> Value:
    text = text_of(source, "Mid") or ""
    first = whole_of(start, "Mid", "start")
    wanted = whole_of(length, "Mid", "length")
    if first < 1 or wanted < 0:
        raise EvaluationError(
            f"Mid was asked for {wanted} characters from place {first}.", remedy="Places are counted from 1."
        )
    return text[first - 1 : first - 1 + wanted]


def _in_str(value1: Value, value2: Value, start: Value, compare: Value) -> Value:
    text, sought = text_of(value1, "InStr") or "", text_of(value2, "InStr") or ""
    first = 1 if start is None else whole_of(start, "InStr", "start")
    if first < 1:
        raise EvaluationError("InStr was told to start before place 1.", remedy="Places are counted from 1.")
    if compare is not None and whole_of(compare, "InStr", "compareType") == 1:
        # Letter by letter, so that places stay what they are: casefold can make two letters of one.
        text, sought = lower_simple(text), lower_simple(sought)
    return text.find(sought, first - 1) + 1


def _word(source: Value, number: Value, delimiters: Value) -> Value:
    text = text_of(source, "Word") or ""
    wanted = whole_of(number, "Word", "WordNumber")
    marks = text_of(delimiters, "Word") or ""
    words = text.translate(dict.fromkeys(map(ord, marks), "\0")).split("\0")
    filled = [one for one in words if one]
    return filled[wanted - 1] if 1 <= wanted <= len(filled) else ""


def _strip_spaces(source: Value) -> Value:
    text = text_of(source, "StripSpaces")
    return None if text is None else text.replace(" ", "")


def _normalize_diacritics(source: Value) -> Value:
    text = text_of(source, "NormalizeDiacritics")
    return None if text is None else sized(normalize(text), "NormalizeDiacritics")


def _to_base64(source: Value) -> Value:
    text = text_of(source, "ConvertToBase64")
    if text is None:
        return None
    return sized(base64.b64encode(text.encode("utf-16-le", "replace")).decode(), "ConvertToBase64")


def _to_hex(source: Value) -> Value:
    text = text_of(source, "ConvertToUTF8Hex")
    if text is None:
        return None
    return sized(text.encode("utf-8", "replace").hex().upper(), "ConvertToUTF8Hex")


def lower_simple(text: str) -> str:
    """Lower case letter by letter, as .NET does: one letter never becomes two."""
    if text.isascii():
        return text.lower()
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def upper_simple(text: str) -> str:
    """Upper case letter by letter, as .NET does: ß stays ß."""
    if text.isascii():
        return text.upper()
    return "".join(high if len(high := letter.upper()) == 1 else letter for letter in text)


def _build_case(site: Site) -> Evaluator:
    name = site.call.name
    change = lower_simple if name == "ToLower" else upper_simple
    special = {"I": "ı", "İ": "i"} if name == "ToLower" else {"i": "İ", "ı": "I"}
    table = str.maketrans(special)
    source, culture = site.argument(0), site.argument(1)
    named = site.constant(1)
    if named not in {None, ""} and not _CULTURE.fullmatch(str(named)):
        raise site.refuse(
            1, f'"{named}" is not the name of a culture.', 'Names look like "en-US" or "tr-TR".'
        )

    def plain(attributes: dict[str, Value]) -> Value:
        text = text_of(source(attributes), name)
        return None if text is None else sized(change(text), name)

    def cultured(attributes: dict[str, Value]) -> Value:
        text = text_of(source(attributes), name)
        if text is None:
            return None
        language = (text_of(culture(attributes), name) or "").partition("-")[0].lower()
        return sized(change(text.translate(table) if language in _TURKISH else text), name)

    return cultured if site.given(1) else plain  # type: ignore[return-value]


def _proper_case(source: Value, separators: Value) -> Value:
    text = text_of(source, "PCase")
    if text is None:
        return None
    marks = text_of(separators, "PCase")
    lowered = sized(lower_simple(text), "PCase")
    return _title(lowered) if marks is None else _capitals_after(lowered, frozenset(marks))


def _capitals_after(text: str, marks: frozenset[str]) -> str:
    letters: list[str] = []
    begins = True
    for letter in text:
        letters.append(upper_simple(letter) if begins else letter)
        begins = letter in marks
    return "".join(letters)


def _title(text: str) -> str:
    """.NET's ToTitleCase on lower-case text.

    A word begins with a letter and ends at a separator; digits neither begin nor end one, and an
    apostrophe inside a word does not end it.
    """
    letters: list[str] = []
    inside = False
    for letter in text:
        if not inside and unicodedata.category(letter)[0] == "L":
            title = letter.title()
            letters.append(title if len(title) == 1 else letter)
            inside = True
            continue
        letters.append(letter)
        if inside and letter != "'" and unicodedata.category(letter) in _WORD_ENDS:
            inside = False
    return "".join(letters)


FUNCTIONS: tuple[Function, ...] = (
    function("Append(source, suffix)", "The source with the suffix at its end.", _append),
    function("ConvertToBase64(source)", "Base64 of the text in UTF-16.", _to_base64),
    function("ConvertToUTF8Hex(source)", "The text's UTF-8 bytes in upper-case hexadecimal.", _to_hex),
    function(
        "InStr(value1, value2, start?, compareType?)",
        "Where value2 first stands in value1, counted from 1; 0 when it does not.",
        _in_str,
    ),
    function(
        "Join(separator, source1, ...)", "All sources that are not empty, the separator between.", _join
    ),
    function("Left(String, NumChars)", "The first characters; all of them for a negative number.", _left),
    function("Mid(source, start, length)", "Part of the text; places are counted from 1.", _mid),
    function(
        "NormalizeDiacritics(source)",
        "Letters without their accents: Zoë becomes Zoe.",
        _normalize_diacritics,
    ),
    function(
        "PCase(source, wordSeparators?)",
        "The first letter of each word in upper case, all others in lower case.",
        _proper_case,
    ),
    function("StripSpaces(source)", "The text without its blanks.", _strip_spaces),
    function(
        "ToLower(source, culture?)",
        "Lower case, by the rules of a culture if one is named.",
        build=_build_case,
    ),
    function(
        "ToUpper(source, culture?)",
        "Upper case, by the rules of a culture if one is named.",
        build=_build_case,
    ),
    function(
        "Word(String, WordNumber, Delimiters)",
        "The n-th word; every character of the delimiters ends a word.",
        _word,
    ),
)
