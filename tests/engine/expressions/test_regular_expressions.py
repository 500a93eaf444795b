"""What .NET's regular expressions mean here, and which are refused."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.expressions.regular_expressions import PatternFault, compile_pattern


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"^[a-z-[aeiou]]+$", "bcd", "bcd"),
        (r"^[a-z-[aeiou]]+$", "bad", None),
        (r"^[^a-z-[xyz]]$", "A", "A"),
        (r"(?<year>\d{4})-\k<year>", "2024-2024", "2024-2024"),
        (r"(?'q'[ab])\k'q'", "aa", "aa"),
        (r"(a)(b)\2\1", "abba", "abba"),
        (r"x\z", "x\n", None),
        (r"x\Z", "x\n", "x"),
        (r"x$", "x\n", "x"),
        (r"a(?i)b", "aB", "aB"),
        (r"a(?i)b", "AB", None),
        (r"(?i:a)b", "Ab", "Ab"),
        (r"(?i:a)b", "AB", None),
        (r"(?i)ss", "ß", None),
        (r"(?i)É", "é", "é"),
        (r"a{,2}", "a{,2}", "a{,2}"),
        (r"a{2", "a{2", "a{2"),
        (r"(?:foo){e}", "foo{e}", "foo{e}"),
        (r"[[:alpha:]]", ":]", ":]"),
        (r"[a||b]", "|", "|"),
        (r"[a&&b]", "&", "&"),
        (r"[a~~b]", "~", "~"),
        (r"[]a]+", "a]", "a]"),
        (r"[\b]", "\b", "\b"),
        (r"\e\x41\u0042\cA\0", "\x1bAB\x01\0", "\x1bAB\x01\0"),
        (r"[\x2d-\u0030]", "/", "/"),
        (r"\p{Lu}\P{Lu}", "Ab", "Ab"),
        (r"\p{IsGreek}", "α", "α"),
        (r"(?#note)a", "a", "a"),
        (r"(?>a+)b", "aab", "aab"),
        (r"(?<=a)b(?!c)", "abd", "b"),
        (r"\d+", "٣", "٣"),
        (r"\@\-\.\ \#", "@-. #", "@-. #"),
        (r"a+?", "aa", "a"),
        (r"(?m)^b$", "a\nb", "b"),
        ("", "x", ""),
    ],
)
def test_meaning(pattern: str, text: str, found: str | None) -> None:
    match = compile_pattern(pattern).compiled.search(text)
    assert (None if match is None else match[0]) == found


def test_named_groups_are_counted_after_unnamed_ones() -> None:
    assert compile_pattern("(?<n>a)(b)(?<m>c)(d)").numbers == {0: 0, 1: 2, 2: 4, 3: 1, 4: 3}


@pytest.mark.parametrize(
    ("pattern", "offset", "said"),
    [
        ("ab(", 3, "not closed"),
        ("a)", 1, "no opening"),
        ("[ab", 0, "not closed"),
        ("a**", 2, "follows another"),
        ("a*+", 2, "follows another"),
        ("a{2}{3}", 4, "follows another"),
        ("*a", 0, "nothing before"),
        ("(*PRUNE)", 1, "nothing before"),
        ("(?x)a b", 0, "option x"),
        ("(?n)a", 0, "option n"),
        ("(?r)a", 0, "r is not an option"),
        ("(?i-i)a", 0, "at once"),
        ("(?P<n>a)", 0, "Python's spelling"),
        ("(?(a)b|c)", 0, "condition"),
        ("(?<a-b>x)", 0, "Balancing"),
        ("(?<1>x)", 0, "number for a name"),
        ("(?<>x)", 0, "missing"),
        ("(?<n", 0, "missing"),
        ("(?R)", 0, "not an option"),
        ("(?|a|b)", 0, "not a group"),
        ("(?&n)", 0, "not a group"),
        ("(?#x", 0, "comment"),
        (r"a\K", 1, "not an escape"),
        (r"\X", 0, "not an escape"),
        (r"\R", 0, "not an escape"),
        (r"\L<x>", 0, "not an escape"),
        (r"\pL", 0, "written"),
        (r"\p{Nothing}", 0, "not a Unicode class"),
        (r"\1", 0, "does not stand before"),
        (r"\k<n>", 0, "does not stand before"),
        (r"\k", 0, "needs the name"),
        (r"(?<n>a)\1", 7, "by name"),
        ("a\\", 1, "single backslash"),
        ("[a-[b]c]", 6, "at the end"),
        ("[b-a]", 0, "range"),
        ("(" * 31 + ")" * 31, 30, "inside one another"),
        ("a" * 2_001, 2_000, "at most 2,000"),
    ],
)
def test_refused(pattern: str, offset: int, said: str) -> None:
    with pytest.raises(PatternFault) as caught:
        compile_pattern(pattern)
    assert said in str(caught.value)
    assert caught.value.offset == offset


def test_stops() -> None:
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        compile_pattern("(x+x+)+y").found_in("x" * 5_000, 0.1)
    assert time.monotonic() - began < 2


@given(st.text(alphabet=r"ab1()[]{}?*+|\^$.-<>=!:'#&~, dwsbBzZkpPix" + '"', max_size=25))
@settings(max_examples=1_000)
def test_any_text_gives_a_pattern_or_a_fault(pattern: str) -> None:
    with contextlib.suppress(PatternFault, TimeoutError):
        compile_pattern(pattern).found_in("ab1-a b", 0.5)


@given(
    st.text(alphabet=r"ab[]{}&~|-,.:# _é€", min_size=1, max_size=6),
    st.text(alphabet=r"ab[]{}&~|-,.:# _é€", max_size=6),
)
@settings(max_examples=300)
def test_escaped_text_matches_itself_and_nothing_else(sought: str, text: str) -> None:
    escaped = "".join(letter if letter.isalnum() or letter == "_" else f"\\{letter}" for letter in sought)
    assert compile_pattern(escaped).found_in(text, 1) is (sought in text)


@given(st.sets(st.sampled_from(list("abc&~|,.:# _é€[{(+*?$")), min_size=1), st.characters())
@settings(max_examples=300)
def test_class_holds_its_characters_and_no_others(members: set[str], letter: str) -> None:
    assert compile_pattern(f"[{''.join(sorted(members))}]").found_in(letter, 1) is (letter in members)
