"""Replace, the function with five ways to work."""

from __future__ import annotations

from collections.abc import Callable

import regex  # type: ignore[import-untyped]

from app.engine.expressions.errors import EvaluationError
from app.engine.expressions.regular_expressions import Pattern, PatternFault, compile_pattern
from app.engine.expressions.substitution import Substitution, parse_substitution
from app.engine.expressions.table import Evaluator, Function, Site, function
from app.engine.expressions.values import MAX_SECONDS, Attributes, Clock, check_size, is_empty, text_of
from app.people.record import Value

_SOURCE, _OLD, _PATTERN, _GROUP, _NEW, _OTHER, _TEMPLATE = range(7)


def _build_replace(site: Site) -> Evaluator:
    """Choose the way by which arguments are written, as the page describes them."""
    has = [site.given(index) for index in range(7)]
    if has[_OLD] and has[_PATTERN]:
        raise site.refuse(_PATTERN, "Replace takes oldValue or regexPattern, not both.")
    _check_pattern(site)
    if has[_PATTERN] and has[_GROUP] and has[_OTHER]:
        return _extract_from_other(site)
    if has[_PATTERN] and has[_GROUP] and has[_NEW]:
        return _replace_group(site)
    if has[_PATTERN] and has[_NEW]:
        return _replace_matches(site)
    if has[_OLD] and has[_TEMPLATE]:
        return _fill_template(site)
    if has[_OLD] and has[_NEW]:
        return _replace_text(site)
    raise site.refuse(
        _SOURCE,
        "Replace needs oldValue or regexPattern, and what to put in its place.",
        'Write Replace([source], "old", , , "new", , ) or Replace([source], , "pattern", , "new", , ).',
    )


def _check_pattern(site: Site) -> None:
    written = site.constant(_PATTERN)
    if written is None:
        return
    try:
        pattern = compile_pattern(str(written))
    except PatternFault as fault:
        raise site.refuse(
            _PATTERN, f"The regular expression, character {fault.offset + 1}: {fault}"
        ) from None
    group = site.constant(_GROUP)
    if group is not None and str(group) not in pattern.compiled.groupindex:
        named = ", ".join(pattern.compiled.groupindex) or "none"
        raise site.refuse(
            _GROUP, f'The regular expression has no group named "{group}".', f"Its named groups: {named}."
        )


def _pattern(site: Site) -> Callable[[Attributes], Pattern]:
    """The pattern of a call: compiled now where it is a constant."""
    written = site.constant(_PATTERN)
    if written is not None:
        compiled = compile_pattern(str(written))
        return lambda _attributes: compiled
    evaluate = site.argument(_PATTERN)

    def compute(attributes: Attributes) -> Pattern:
        text = text_of(evaluate(attributes), "Replace") or ""
        try:
            return compile_pattern(text)
        except PatternFault as fault:
            raise EvaluationError(f"Replace cannot use the regular expression {text!r}: {fault}") from None

    return compute


def _texts(site: Site, *indexes: int) -> Callable[[Attributes], list[str | None]]:
    evaluators = [site.argument(index) for index in indexes]
    return lambda attributes: [text_of(evaluate(attributes), "Replace") for evaluate in evaluators]


def _fill(text: str, old: str, new: str) -> str:
    if not old:
        raise EvaluationError("Replace was given an empty oldValue.")
    check_size(len(text) + text.count(old) * (len(new) - len(old)), "Replace")
    return text.replace(old, new)


def _replace_text(site: Site) -> Evaluator:
    texts = _texts(site, _SOURCE, _OLD, _NEW)

    def replace_text(attributes: Attributes) -> Value:
        source, old, new = texts(attributes)
        return None if source is None else _fill(source, old or "", new or "")

    return replace_text


def _fill_template(site: Site) -> Evaluator:
    texts = _texts(site, _SOURCE, _OLD, _TEMPLATE)

    def fill_template(attributes: Attributes) -> Value:
        source, old, template = texts(attributes)
        # Without a source the template alone would be a value that several people share.
        return None if not source else _fill(template or "", old or "", source)

    return fill_template


def _replace_matches(site: Site) -> Evaluator:
    texts, pattern_of, substitution_of = _texts(site, _SOURCE, _NEW), _pattern(site), _substitution(site)

    def replace_matches(attributes: Attributes) -> Value:
        source, new = texts(attributes)
        if source is None:
            return None
        pattern = pattern_of(attributes)
        substitution = substitution_of(new or "", pattern)
        return _rebuild(source, pattern, lambda match: [(match.span(), substitution(match))])

    return replace_matches


def _substitution(site: Site) -> Callable[[str, Pattern], Substitution]:
    """What stands in a match's place: read now where pattern and replacement are constants."""
    pattern, new = site.constant(_PATTERN), site.constant(_NEW)
    if pattern is not None and new is not None:
        try:
            fixed = parse_substitution(str(new), compile_pattern(str(pattern)))
        except PatternFault as fault:
            raise site.refuse(_NEW, str(fault)) from None
        return lambda _new, _pattern: fixed

    def read(text: str, compiled: Pattern) -> Substitution:
        try:
            return parse_substitution(text, compiled)
        except PatternFault as fault:
            raise EvaluationError(f"Replace: {fault}") from None

    return read


def _replace_group(site: Site) -> Evaluator:
    texts, pattern_of = _texts(site, _SOURCE, _GROUP, _NEW), _pattern(site)

    def replace_group(attributes: Attributes) -> Value:
        source, group, new = texts(attributes)
        if source is None:
            return None
        pattern = pattern_of(attributes)
        name = _known_group(pattern, group)

        def pieces(match: regex.Match[str]) -> list[tuple[tuple[int, int], str]]:
            return [(match.span(name), new or "")] if match.start(name) >= 0 else []

        return _rebuild(source, pattern, pieces)

    return replace_group


def _extract_from_other(site: Site) -> Evaluator:
    texts, pattern_of = _texts(site, _SOURCE, _GROUP, _OTHER), _pattern(site)

    def extract_from_other(attributes: Attributes) -> Value:
        source, group, other = texts(attributes)
        if not is_empty(source):
            return source
        if other is None:
            return None
        pattern = pattern_of(attributes)
        name = _known_group(pattern, group)
        try:
            match = pattern.compiled.search(other, timeout=Clock.left())
        except TimeoutError:
            raise _too_long(pattern) from None
        return None if match is None else match[name]

    return extract_from_other


def _known_group(pattern: Pattern, group: str | None) -> str:
    if group is None or group not in pattern.compiled.groupindex:
        raise EvaluationError(f'The regular expression of Replace has no group named "{group or ""}".')
    return group


def _rebuild(
    source: str,
    pattern: Pattern,
    pieces: Callable[[regex.Match[str]], list[tuple[tuple[int, int], str]]],
) -> str:
    """The source with the pieces of each match exchanged; counted on the way, so it cannot explode."""
    out: list[str] = []
    length = done = 0
    try:
        for match in pattern.compiled.finditer(source, timeout=Clock.left()):
            for (begin, end), new in pieces(match):
                out += (source[done:begin], new)
                length += begin - done + len(new)
                done = end
                check_size(length, "Replace")
    except TimeoutError:
        raise _too_long(pattern) from None
    out.append(source[done:])
    check_size(length + len(source) - done, "Replace")
    return "".join(out)


def _too_long(pattern: Pattern) -> EvaluationError:
    return EvaluationError(
        f"The regular expression {pattern.source} was stopped after {MAX_SECONDS:g} s.",
        "Some texts make it try an endless number of ways, often because of a + or * inside another.",
        "Write it with less repetition, for example [^@]+ instead of (.+)+.",
        code="EXPRESSION-TIME",
    )


FUNCTIONS: tuple[Function, ...] = (
    function(
        "Replace(source, oldValue?, regexPattern?, regexGroupName?, replacementValue?, "
        "replacementAttributeName?, template?)",
        "Part of a text exchanged: by text, by regular expression, or put into a template.",
        build=_build_replace,
    ),
)
