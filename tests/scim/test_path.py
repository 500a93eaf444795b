"""Attribute paths: reading, writing, and the traps that real servers fall into."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scim.path import AttributePath, PathProblem

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,8}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
PATHS = st.builds(
    AttributePath,
    urn=st.sampled_from(["", ENTERPRISE, "urn:ietf:params:scim:schemas:extension:x.y:2.0:User"]),
    name=NAMES,
    conditions=st.lists(st.tuples(NAMES, TEXTS), max_size=2, unique_by=lambda pair: pair[0].casefold()).map(
        tuple
    ),
    sub=st.one_of(st.just(""), NAMES),
)


@given(PATHS)
def test_a_path_written_and_read_is_the_same(path: AttributePath) -> None:
    assert AttributePath.parse(str(path)) == path


@given(PATHS, st.one_of(TEXTS, st.booleans()), PATHS)
def test_what_is_put_is_got_and_others_are_left_alone(
    path: AttributePath, value: Any, other: AttributePath
) -> None:
    names = {name.casefold() for name, _ in path.conditions}
    if (path.sub or "value").casefold() in names:  # the path contradicts itself: it writes what it asks for
        return
    resource: dict[str, Any] = {}
    path.put(resource, value)
    assert path.get(resource) == value
    if other.name.casefold() != path.name.casefold():
        before = other.get(resource)
        path.put(resource, "changed")
        assert other.get(resource) == before


@pytest.mark.parametrize(
    ("text", "urn", "name", "sub"),
    [
        ("userName", "", "userName", ""),
        ("name.givenName", "", "name", "givenName"),
        (f"{ENTERPRISE}:department", ENTERPRISE, "department", ""),
        (f"{ENTERPRISE}:manager.value", ENTERPRISE, "manager", "value"),
        ("urn:ietf:params:scim:schemas:core:2.0:User:name.givenName", "", "name", "givenName"),
    ],
)
def test_the_dot_of_a_urn_is_no_separator(text: str, urn: str, name: str, sub: str) -> None:
    path = AttributePath.parse(text)
    assert (path.urn, path.name, path.sub) == (urn, name, sub)


def test_conditions_with_brackets_quotes_and_and() -> None:
    path = AttributePath.parse(r'emails[type eq "a]\"b\\" AND primary eq True].value')
    assert path.conditions == (("type", 'a]"b\\'), ("primary", "True"))
    resource: dict[str, Any] = {}
    path.put(resource, "x")
    assert resource == {"emails": [{"type": 'a]"b\\', "primary": True, "value": "x"}]}


def test_names_are_found_in_any_letter_case() -> None:
    resource = {"Emails": [{"Type": "WORK", "Value": "a@b.c"}], ENTERPRISE.upper(): {"Department": "Sales"}}
    assert AttributePath.parse('emails[type eq "work"].value').get(resource) == "a@b.c"
    assert AttributePath.parse(f"{ENTERPRISE}:department").get(resource) == "Sales"
    AttributePath.parse('emails[type eq "work"].value').put(resource, "new")
    assert resource["Emails"] == [{"Type": "WORK", "Value": "new"}]


def test_complex_and_several_values() -> None:
    resource = {
        "manager": {"value": "m-1"},
        "emails": [{"value": "a"}, {"value": "b", "primary": True}],
        "roles": [{"value": "Admin"}, {"value": "User"}],
    }
    assert AttributePath.parse("manager").get(resource) == "m-1"
    assert AttributePath.parse("emails.value").get(resource) == "b"
    assert AttributePath.parse("roles").get(resource) == ["Admin", "User"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ".value",
        "emails[",
        "emails[]",
        'emails[type ne "x"]',
        'emails[type eq "x"',
        'emails[type eq "x"]value',
        'emails.value[type eq "x"]',
        'emails[type eq "x" and]',
        "http://x:userName",
        "a.b.c",
        "user Name",
        'emails[type eq "x"].',
    ],
)
def test_what_is_no_path_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(PathProblem) as caught:
        AttributePath.parse(text)
    assert caught.value.why
    assert caught.value.remedy


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        path = AttributePath.parse(text)
    except PathProblem:
        return
    assert AttributePath.parse(str(path)) == path
