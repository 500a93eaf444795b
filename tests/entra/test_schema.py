"""The plan put into a synchronization schema: in place, whole, and with what nobody has heard of kept."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from app.entra.schema import apply_plan, find_mapping, rows_of, sendable, wanted_expressions
from app.entra.schema_file import load_schema, save_schema
from app.entra.schema_scope import Operators, filters_of, same_scope, scope_of
from app.entra.schema_sources import attributes_in, direct, expression_of, question, squeezed
from app.entra.wish import Wish
from app.setup.plan import AttributeMapping, Clause, Operator, ScopingFilter, SetupPlan
from app.setup.problem import Problem
from app.setup.profile import load_profile, user_mappings
from tests.entra.small_tenant import OPERATORS, TOKEN, schema_of

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "reference" / "graph_samples.json"
WIRE = Operators(OPERATORS)


def wish(plan: SetupPlan, profile: str = "invision") -> Wish:
    return Wish(plan, load_profile(profile), "https://contoso.invisionapp.com/scim/v2", TOKEN)


def sample(name: str) -> dict[str, Any]:
    found = next(each for each in json.loads(SAMPLES.read_text(encoding="utf-8")) if each["name"] == name)
    response: dict[str, Any] = found["response"]
    return response


def people(schema: dict[str, Any]) -> dict[str, Any]:
    found = find_mapping(schema, "User")
    assert found is not None
    return found[1]


def test_put_in_twice_changes_nothing_the_second_time() -> None:
    schema = schema_of("x")
    before = copy.deepcopy(schema)
    change = apply_plan(schema, wish(SetupPlan()), {}, WIRE)
    assert schema == before
    assert change.rule == "03f7d90d-bf71-41b1-bda6-aaf0ddbee5d8#V2"
    assert change.schema["somethingNew"] == [1, 2]
    assert people(change.schema)["unheardOf"] == {"kept": True}
    assert apply_plan(change.schema, wish(SetupPlan()), {}, WIRE).sentences == []


def test_rows_of_the_apps_own_stay_until_a_person_decides_on_the_rows() -> None:
    kept = apply_plan(schema_of("x"), wish(SetupPlan()), {}, WIRE)
    assert "title" in [row.target for row in rows_of(people(kept.schema))]
    plan = SetupPlan()
    plan.mappings.users = user_mappings(plan, load_profile("invision"))
    gone = apply_plan(schema_of("x"), wish(plan), {}, WIRE)
    assert [row.target for row in rows_of(people(gone.schema))] == [row.target for row in plan.mappings.users]
    assert "People: title is taken out." in gone.sentences


def test_another_matching_row_stops_matching() -> None:
    schema = schema_of("x")
    people(schema)["attributeMappings"][2]["matchingPriority"] = 1
    change = apply_plan(schema, wish(SetupPlan()), {}, WIRE)
    assert [row.target for row in rows_of(people(change.schema)) if row.matching] == ["userName"]
    assert "People: title matches no more." in change.sentences


def test_double_rows_are_taken_out() -> None:
    schema = schema_of("x")
    rows = people(schema)["attributeMappings"]
    rows.append(copy.deepcopy(rows[0]))
    change = apply_plan(schema, wish(SetupPlan()), {}, WIRE)
    targets = [row["targetAttributeName"] for row in people(change.schema)["attributeMappings"]]
    assert targets.count("userName") == 1
    assert any("double rows" in text for text in change.sentences)


def test_a_row_takes_its_source_from_what_the_service_parsed() -> None:
    plan = SetupPlan()
    expression = 'Join(" ", [givenName], [surname])'
    row = AttributeMapping(target="displayName", source=expression, apply="on-create", default="nobody")
    plan.mappings.users = [*user_mappings(plan, load_profile("invision")), row]
    asked = wanted_expressions(wish(plan), schema_of("x"))
    assert asked == {expression: "displayName"}
    parsed = {"expression": expression, "name": "Join", "type": "Function", "parameters": [{"key": "k"}]}
    change = apply_plan(schema_of("x"), wish(plan), {expression: parsed}, WIRE)
    made = people(change.schema)["attributeMappings"][-1]
    assert made["source"] == parsed
    assert (made["flowType"], made["defaultValue"], made["matchingPriority"]) == (
        "ObjectAddOnly",
        "nobody",
        0,
    )
    assert wanted_expressions(wish(plan), change.schema) == {}


def test_what_differs_in_blanks_only_is_the_same_expression() -> None:
    assert squeezed('Switch([a], ,"x y", "z")') == squeezed('Switch( [a],,"x y","z" )')
    assert squeezed('Join(" ", [a])') != squeezed('Join("", [a])')
    assert squeezed(r'Replace([a], "\" ,", , , "b")') == squeezed(r'Replace([a],"\" ,",,,"b")')


@pytest.mark.parametrize(
    ("source", "default", "wanted"),
    [
        ({"expression": '"Norway"', "name": "Norway", "type": "Constant"}, None, '"Norway"'),
        ({"expression": None, "name": "Norway", "type": "Constant"}, None, '"Norway"'),
        (None, "Norway", '"Norway"'),
    ],
)
def test_constants_of_both_kinds_are_left_as_they_are(source: Any, default: Any, wanted: str) -> None:
    schema = schema_of("x")
    people(schema)["attributeMappings"][2] |= {"source": source, "defaultValue": default}
    plan = SetupPlan()
    plan.mappings.users = [
        *user_mappings(plan, load_profile("invision")),
        AttributeMapping(target="title", source=wanted),
    ]
    change = apply_plan(schema, wish(plan), {wanted: {"expression": wanted}}, WIRE)
    assert not any("title" in text for text in change.sentences)


def test_groups_are_turned_off_where_the_app_takes_none_and_on_where_it_does() -> None:
    off = apply_plan(schema_of("x"), wish(SetupPlan()), {}, WIRE)
    found = find_mapping(off.schema, "Group")
    assert found is not None
    assert found[1]["enabled"] is False
    plan = SetupPlan()
    profile = load_profile("scim")
    sources = {row.source: {"expression": row.source} for row in [*profile.users, *profile.groups]}
    on = apply_plan(off.schema, wish(plan, "scim"), sources, WIRE)
    found = find_mapping(on.schema, "Group")
    assert found is not None
    assert found[1]["enabled"] is True
    assert "Groups: provisioning is turned on." in on.sentences


def test_actions_are_compared_as_a_set_of_words() -> None:
    plan = SetupPlan()
    assert not any("actions" in text for text in apply_plan(schema_of("x"), wish(plan), {}, WIRE).sentences)
    plan.actions.delete = False
    change = apply_plan(schema_of("x"), wish(plan), {}, WIRE)
    assert people(change.schema)["flowTypes"] == "Add,Update"
    assert "People: the actions become Add, Update." in change.sentences


def test_filters_become_groups_and_come_back() -> None:
    filters = [
        ScopingFilter(
            name="Design",
            clauses=[
                Clause(attribute="department", operator=Operator.EQUALS, value="Design"),
                Clause(attribute="accountEnabled", operator=Operator.IS_TRUE),
                Clause(attribute="country", operator=Operator.NOT_EQUALS, value="Norway"),
            ],
        ),
        ScopingFilter(
            name="Oslo", clauses=[Clause(attribute="city", operator=Operator.INCLUDES, value="Oslo")]
        ),
    ]
    scope = scope_of(filters, WIRE)
    assert scope is not None
    first = scope["groups"][0]["clauses"]
    assert [each["operatorName"] for each in first] == ["EQUALS", "IS_TRUE", "NOT_EQUALS"]
    assert [each["targetOperand"]["values"] for each in first] == [["Design"], [], ["Norway"]]
    assert filters_of(scope, WIRE) == filters
    again = copy.deepcopy(scope)
    again["groups"].reverse()
    assert same_scope(scope, again)
    again["groups"][0]["clauses"][0]["sourceOperandName"] = "state"
    assert not same_scope(scope, again)


def test_other_kinds_of_filters_that_are_there_stay() -> None:
    present = {"groups": [], "categoryFilterGroups": [{"name": "x", "clauses": []}], "inputFilterGroups": []}
    kept = scope_of([], WIRE, present)
    assert kept is not None
    assert kept["categoryFilterGroups"] == present["categoryFilterGroups"]
    assert scope_of([], WIRE, {"groups": [{"name": "old", "clauses": []}]}) is None


def test_an_operator_that_the_service_does_not_name_is_refused() -> None:
    filters = [ScopingFilter(name="x", clauses=[Clause(attribute="a", operator=Operator.BIT_AND, value="1")])]
    with pytest.raises(Problem) as caught:
        scope_of(filters, WIRE)
    assert caught.value.code == "OPERATOR-UNKNOWN"
    assert "REGEX_MATCH" in caught.value.why


@pytest.mark.parametrize("spelling", ["GREATER_THAN", "Greater_Than", "GreaterThan", "GREATER THAN"])
def test_operators_are_found_however_they_are_spelled(spelling: str) -> None:
    assert Operators([spelling]).wire(Operator.GREATER_THAN) == spelling
    assert Operators([spelling]).plan(spelling) is Operator.GREATER_THAN


def test_the_documented_sample_is_read_as_the_plan_has_it() -> None:
    schema = sample("schema")
    mapping = people(schema)
    rows = rows_of(mapping)
    assert [(row.target, row.source, row.matching) for row in rows] == [
        ("userName", "[userPrincipalName]", 1),
        ("active", 'Switch([IsSoftDeleted], , "False", "True", "True", "False")', 0),
    ]
    assert [each.name for each in filters_of(mapping["scope"], WIRE)] == ["Sales only"]
    assert "@odata.context" not in sendable(schema)


def test_a_schema_without_people_says_so() -> None:
    with pytest.raises(Problem) as caught:
        apply_plan({"synchronizationRules": []}, wish(SetupPlan()), {}, WIRE)
    assert caught.value.code == "SCHEMA-NO-USERS"


def test_expressions_are_asked_about_with_the_sample_persons_attributes() -> None:
    asked = question('Append([givenName], "[surname]")')
    assert asked["testInputObject"]["properties"] == [{"key": "givenName", "value": "Zoe"}]
    assert attributes_in('Append([givenName], "[surname]", [givenName])') == ["givenName"]
    assert (direct(" [mail] "), direct('"[mail]"'), direct("[a][b]")) == ("mail", "", "")
    assert expression_of({"name": "mail", "type": "Attribute"}) == "[mail]"


def test_a_saved_schema_is_never_written_over_and_is_read_back(tmp_path: Path) -> None:
    plan = tmp_path / "pilot.toml"
    first = save_schema({"synchronizationRules": [], "n": 1}, plan)
    second = save_schema({"synchronizationRules": [], "n": 2}, plan)
    assert first != second
    assert [load_schema(path)["n"] for path in (first, second)] == [1, 2]
    first.write_text("[]", encoding="utf-8")
    with pytest.raises(Problem) as caught:
        load_schema(first)
    assert caught.value.code == "SCHEMA-FILE"
