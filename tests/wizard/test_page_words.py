"""The sentences that pages are made of: numbers, addresses, filters, mapping rows. No window."""

from __future__ import annotations

import pytest

from app.setup.plan import AttributeMapping, Clause, Operator, Scope, ScopingFilter
from app.setup.profile import TargetAttribute
from app.wizard.pages import counting
from app.wizard.pages.email_address import address_fault, tidy_address
from app.wizard.pages.function_list import matching_functions
from app.wizard.pages.mapping_rows import MappingRows, source_kind
from app.wizard.pages.planned_people import LISTED_AT_MOST, PlannedPeople, PlannedPerson
from app.wizard.pages.scope_words import (
    assigned_in_words,
    clause_fault,
    filter_fault,
    filters_in_words,
    free_filter_name,
    scope_missing,
)
from app.worker.messages import FunctionRow

INVISION = [
    TargetAttribute(name="userName", filterable=True, required=True),
    TargetAttribute(name="active", filterable=False),
    TargetAttribute(name='emails[type eq "work"].value', filterable=False),
    TargetAttribute(name="name.givenName", filterable=False),
]


def rows_of(*rows: AttributeMapping) -> MappingRows:
    return MappingRows(list(rows), INVISION, "InVision")


USER_NAME = AttributeMapping(target="userName", source="[userPrincipalName]", matching=1)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.42, "0.4 seconds"),
        (1, "1 second"),
        (59.4, "59 seconds"),
        (60, "1 minute"),
        (185, "3 minutes 5 seconds"),
        (7800, "2 hours 10 minutes"),
    ],
)
def test_durations_are_said_in_the_largest_unit_that_helps(seconds: float, said: str) -> None:
    assert counting.duration(seconds) == said


def test_time_left_is_as_rough_as_the_estimate() -> None:
    assert counting.time_left(None) == ""
    assert counting.time_left(4) == "A few seconds left"
    assert counting.time_left(33) == "About 30 seconds left"
    assert counting.time_left(57) == "About 1 minute left"
    assert counting.time_left(600) == "About 10 minutes left"
    assert counting.time_left(7200) == "About 2 hours left"


def test_counts_name_only_what_happens_and_in_a_fixed_order() -> None:
    counts = {"none": 90, "disable": 1, "create": 1200, "update": 0}
    assert counting.planned(counts) == "create 1,200, disable 1"
    assert counting.happened(counts) == "1,200 created, 1 disabled"
    assert counting.writes(counts) == 1201
    assert counting.takes_away(counts) == 1
    assert counting.planned({"none": 4}) == ""


@pytest.mark.parametrize(
    ("pasted", "address"),
    [
        (" it@contoso.com ", "it@contoso.com"),
        ("IT desk <it@contoso.com>", "it@contoso.com"),
        ("mailto:it@contoso.com;", "it@contoso.com"),
    ],
)
def test_an_address_is_repaired_before_it_is_judged(pasted: str, address: str) -> None:
    assert tidy_address(pasted) == address
    assert address_fault(tidy_address(pasted)) == ""


@pytest.mark.parametrize(
    ("address", "hint"),
    [
        ("it.contoso.com", "an @"),
        ("@contoso.com", "before the @"),
        ("it@contoso", "whole domain"),
        ("it@contoso..com", "whole domain"),
        ("it@-contoso.com", "domain name"),
        ("a@contoso.com;b@contoso.com", "one address"),
        ("it..desk@contoso.com", "before the @"),
    ],
)
def test_a_wrong_address_is_told_what_to_mend(address: str, hint: str) -> None:
    assert hint in address_fault(address)


def test_an_empty_address_and_one_of_another_script_are_right() -> None:
    assert address_fault("") == ""
    assert address_fault("müller@bücher.example") == ""


def test_filters_say_and_within_and_or_between() -> None:
    sales = ScopingFilter(
        name="Sales",
        clauses=[
            Clause(attribute="department", operator=Operator.EQUALS, value="Sales"),
            Clause(attribute="country", operator=Operator.NOT_EQUALS, value="Norway"),
        ],
    )
    others = ScopingFilter(name="Rest", clauses=[Clause(attribute="mail", operator=Operator.IS_NOT_NULL)])
    assert filters_in_words([sales, others]) == (
        'People are in scope when department is exactly "Sales" and country is not "Norway", '
        "or when mail is not empty."
    )
    assert filters_in_words([others], "assigned") == "Assigned people are in scope when mail is not empty."
    assert free_filter_name([ScopingFilter(name="Filter 1"), sales]) == "Filter 2"


@pytest.mark.parametrize(
    ("clause", "hint"),
    [
        (Clause(attribute="", operator=Operator.EQUALS, value="x"), "Choose an attribute"),
        (Clause(attribute="department", operator=Operator.EQUALS, value=" "), "Type the value"),
        (Clause(attribute="age", operator=Operator.GREATER_THAN, value="ten"), "whole numbers"),
        (Clause(attribute="userType", operator=Operator.EQUALS, value="Guest"), "cannot use userType"),
    ],
)
def test_an_unfinished_condition_says_what_it_lacks(clause: Clause, hint: str) -> None:
    assert hint in clause_fault(clause)
    unfinished = ScopingFilter(name="One", clauses=[clause])
    assert "“One”, condition 1" in filter_fault(unfinished)
    assert scope_missing(Scope(who="all", filters=[unfinished])) == "a correction in the filter “One”"


def test_conditions_that_need_no_value_are_whole_without_one() -> None:
    for operator in Operator:
        fault = clause_fault(Clause(attribute="department", operator=operator))
        assert bool(fault) is operator.takes_value


def test_an_assigned_scope_needs_somebody() -> None:
    assert scope_missing(Scope()) == "at least one person or group"
    assert scope_missing(Scope(assigned=["user:ann@contoso.com"])) == ""
    assert assigned_in_words(["user:a@x.com", "group:Design"]) == "a@x.com and the group Design"
    assert assigned_in_words([f"user:{n}" for n in range(5)] + ["group:g"]) == "5 people and 1 group"


def test_a_matching_attribute_without_filtering_is_refused_with_a_way_out() -> None:
    rows = rows_of(USER_NAME, AttributeMapping(target="name.givenName", source="[givenName]", matching=2))
    fault = rows.fault(rows.rows[1], 1)
    assert "does not support filtering on name.givenName" in fault
    assert "Match by userName" in fault
    trouble = rows.trouble()
    assert trouble is not None
    assert (trouble.place, trouble.missing) == (1, "a correction in row 2 (name.givenName)")


def test_attribute_names_are_compared_without_case() -> None:
    rows = rows_of(USER_NAME)
    assert rows.filtering("USERNAME") == "Yes"
    assert "filled by row 1" in rows.fault(AttributeMapping(target="Username", source="[mail]"))
    assert rows.filtering("nickName") == "Not known"
    assert "Test connection" in rows.matching_warning("nickName")
    assert rows.matching_refusal("nickName") == ""


def trouble_of(*rows: AttributeMapping) -> str:
    trouble = rows_of(*rows).trouble()
    return trouble.sentence if trouble is not None else ""


def test_what_a_mapping_lacks_is_named() -> None:
    external = AttributeMapping(target="externalId", source="[objectId]", matching=1)
    assert "No row is a matching" in trouble_of(AttributeMapping(target="userName", source="[mail]"))
    assert "demands userName" in trouble_of(external)
    assert "precedence 1 already" in trouble_of(USER_NAME, external)
    assert "Choose what" in rows_of().fault(AttributeMapping(target="active"))
    assert rows_of().fault(AttributeMapping(target="active", default="True")) == ""
    assert trouble_of(USER_NAME) == ""


def test_rows_that_everything_hangs_on_cannot_be_removed() -> None:
    rows = rows_of(USER_NAME, AttributeMapping(target="active", source='"True"'))
    assert "demands userName" in rows.removal_refusal(0)
    assert rows.removal_refusal(1) == ""
    assert rows.next_precedence() == 2
    assert rows.unused() == ['emails[type eq "work"].value', "name.givenName"]


@pytest.mark.parametrize(
    ("source", "kind"),
    [("[mail]", "Direct"), ('"x"', "Constant"), ('Join(" ", [a], [b])', "Expression"), ("", "None")],
)
def test_a_source_is_of_one_of_the_portals_kinds(source: str, kind: str) -> None:
    assert source_kind(AttributeMapping(target="t", source=source)) == kind


def test_the_dry_runs_list_is_bounded_and_says_so() -> None:
    people = PlannedPeople()
    people.rows = [
        *(PlannedPerson("create", "user", f"p{n}", "", failed=False) for n in range(LISTED_AT_MOST)),
        PlannedPerson("update", "user", "u", "", failed=False),
        PlannedPerson("update", "user", "f", "", failed=True),
        PlannedPerson("skipped", "user", "out", "", failed=False),
        PlannedPerson("none", "user", "idle", "", failed=False),
    ]
    people.end({"create": LISTED_AT_MOST + 7, "update": 1, "skipped": 2, "failure": 1}, 1)
    assert people.cut("create") == "The first 500 of 507 are listed."
    assert people.cut("changes") == "The first 502 of 509 are listed."
    assert people.changes == LISTED_AT_MOST + 8
    assert [row.name for row in people.shown("left")] == ["out", "idle"]
    assert {people.cut(which) for which in ("update", "failure", "left")} == {""}


def test_functions_are_found_by_name_first_and_by_meaning() -> None:
    functions = [
        FunctionRow(name="Item", signature="Item(attribute, index)", summary="One item, to pick from many."),
        FunctionRow(name="ToUpper", signature="ToUpper(source)", summary="Capitals."),
        FunctionRow(name="ToLower", signature="ToLower(source)", summary="Small letters."),
    ]
    assert [one.name for one in matching_functions(functions, "to")] == ["ToLower", "ToUpper", "Item"]
    assert [one.name for one in matching_functions(functions, "capitals")] == ["ToUpper"]
    assert matching_functions(functions, "zzz") == []
