"""The tasks that look at people: reading, listing, expressions, previews, the scope's count."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.setup.plan import AttributeMapping, Clause, Operator, ScopingFilter, SetupPlan
from app.setup.problem import Problem
from app.tasks.context import Context
from tests.tasks.conftest import Hear

FIRST = "ann.nilsson@contoso.example"
SECOND = "jose.vanderberg@contoso.example"


async def test_read_people_counts_what_files_hold(hear: Hear) -> None:
    _, summary = await hear("read-people")
    assert (summary.users, summary.groups) == (120, 8)
    assert (summary.enabled, summary.disabled) == (117, 3)
    assert (summary.guests, summary.without_mail) == (2, 2)
    assert {"userPrincipalName", "manager", "department"} <= set(summary.attributes)
    assert summary.faults == []


async def test_read_people_tells_rows_it_cannot_read(hear: Hear, tmp_path: Path) -> None:
    users = tmp_path / "users.csv"
    lines = users.read_text(encoding="utf-8-sig").splitlines()
    lines[3] = lines[3].replace("zoe.mensah@contoso.example", "", 1)
    users.write_text("\n".join(lines), encoding="utf-8")
    _, summary = await hear("read-people", users=str(users))
    assert summary.groups == 0
    assert [fault.line for fault in summary.faults] == [4]


async def test_people_without_a_file_are_a_problem(hear: Hear, plan: SetupPlan) -> None:
    plan.source.users = None
    with pytest.raises(Problem) as caught:
        await hear("list-people")
    assert caught.value.code == "NO-USERS-FILE"
    plan.source.kind = "entra"
    with pytest.raises(Problem) as caught:
        await hear("list-people")
    assert caught.value.code == "SIGN-IN-NEEDED"


async def test_list_people_pages_and_searches(hear: Hear, plan: SetupPlan) -> None:
    plan.scope.assigned = [f"user:{SECOND.upper()}", "group:Designers"]
    _, page = await hear("list-people", offset=0, limit=3)
    assert page.total == 128
    assert [row.name for row in page.rows][:2] == [FIRST, SECOND]
    assert [row.assigned for row in page.rows] == [False, True, False]
    _, rest = await hear("list-people", offset=126, limit=50)
    assert len(rest.rows) == 2
    _, found = await hear("list-people", search="  O'BRIEN  ivana ")
    assert [row.name for row in found.rows] == ["ivana.o'brien@contoso.example"]
    _, groups = await hear("list-people", kind="group", search="équipe")
    assert [(row.name, row.kind, row.detail) for row in groups.rows] == [
        ("Équipe Paris", "group", "24 members")
    ]
    _, nobody = await hear("list-people", search="nobody at all")
    assert (nobody.total, nobody.rows) == (0, [])


async def test_list_people_sees_a_changed_file(hear: Hear, tmp_path: Path) -> None:
    await hear("list-people")
    users = tmp_path / "users.csv"
    lines = users.read_text(encoding="utf-8-sig").splitlines()
    users.write_text("\n".join(lines[:11]), encoding="utf-8")
    os.utime(users, ns=(1, 1))
    _, page = await hear("list-people", kind="user")
    assert page.total == 10


async def test_an_expression_is_tried_on_a_person(hear: Hear) -> None:
    _, report = await hear("check-expression", expression='Join(" ", [givenName], [surname])', person=SECOND)
    assert (report.ok, report.value) == (True, "José Van der Berg")
    _, first = await hear("check-expression", expression="[mail]")
    assert first.value == FIRST
    _, empty = await hear("check-expression", expression="[mobile]", person=SECOND)
    assert (empty.ok, empty.value) == (True, None)


async def test_a_wrong_expression_is_placed(hear: Hear) -> None:
    _, report = await hear("check-expression", expression="Join(", person="")
    assert not report.ok
    assert report.line == 1
    assert report.column >= 5
    assert "^" in report.caret
    assert report.message


async def test_an_expression_is_checked_without_people_too(hear: Hear, plan: SetupPlan) -> None:
    plan.source.users = None
    _, report = await hear("check-expression", expression="ToUpper([surname], )")
    assert report.value is None
    assert report.ok


async def test_active_wants_true_or_false(hear: Hear) -> None:
    _, report = await hear("check-expression", expression="[surname]", target="active")
    assert any("True or False" in warning for warning in report.warnings)


async def test_preview_of_a_person(hear: Hear, plan: SetupPlan) -> None:
    _, preview = await hear("preview-person", person=SECOND)
    values = {row.target: row.value for row in preview.values}
    assert preview.name == SECOND
    assert preview.in_scope
    assert values["userName"] == SECOND
    assert values["active"] == "True"
    assert values["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"] == FIRST
    plan.scope.who = "assigned"
    _, preview = await hear("preview-person", person=SECOND)
    assert not preview.in_scope
    assert "not assigned" in preview.reasons[0]
    assert {row.target: row.value for row in preview.values}["active"] == "False"


async def test_preview_tells_a_broken_row_at_its_spot(hear: Hear, plan: SetupPlan) -> None:
    plan.mappings.users = [
        AttributeMapping(target="userName", source="[userPrincipalName]", matching=1),
        AttributeMapping(target="title", source="Join("),
        AttributeMapping(target="displayName", source="[displayName]"),
        AttributeMapping(target="displayName", source="[surname]"),
    ]
    _, preview = await hear("preview-person", person=SECOND)
    rows = [(row.target, row.value, bool(row.error)) for row in preview.values]
    assert rows == [
        ("userName", SECOND, False),
        ("title", None, True),
        ("displayName", "José Van der Berg", False),
        ("displayName", None, True),
    ]


async def test_preview_warns_of_traps_in_the_mapping(hear: Hear, plan: SetupPlan) -> None:
    plan.mappings.users = [
        AttributeMapping(target="userName", source="[userPrincipalName]", matching=1),
        AttributeMapping(target="title", source='Switch([department], , "Sales", "Seller")'),
    ]
    _, preview = await hear("preview-person", person=SECOND)
    assert any(warning.startswith("title: ") for warning in preview.warnings)
    assert any("stays in the app (" in warning for warning in preview.warnings)


async def test_preview_of_nobody(hear: Hear) -> None:
    with pytest.raises(Problem) as caught:
        await hear("preview-person", person="nobody")
    assert caught.value.code == "NO-SUCH-PERSON"


async def test_the_scope_is_counted_with_reasons(hear: Hear, plan: SetupPlan) -> None:
    plan.scope.who = "assigned"
    plan.scope.assigned = ["group:Designers", f"user:{FIRST}", "user:nobody@contoso.example", "group:Nowhere"]
    _, count = await hear("count-scope", limit=5)
    assert (count.in_scope, count.out_of_scope, count.groups_in_scope) == (16, 104, 1)
    assert [person.in_scope for person in count.people] == [True] * 5 + [False] * 5
    assert all(person.reason for person in count.people)
    assert len(count.warnings) == 2
    plan.scope.filters = [
        ScopingFilter(name="Oslo", clauses=[Clause(attribute="city", operator=Operator.EQUALS, value="Oslo")])
    ]
    _, filtered = await hear("count-scope", limit=0)
    assert 0 < filtered.in_scope < 16
    assert filtered.people == []


async def test_a_scope_that_cannot_be_is_a_problem(hear: Hear, plan: SetupPlan) -> None:
    plan.scope.filters = [
        ScopingFilter(name="x", clauses=[Clause(attribute="city", operator=Operator.REGEX_MATCH, value="(")])
    ]
    with pytest.raises(Problem):
        await hear("count-scope")


async def test_people_files_may_stand_anywhere(
    hear: Hear, context: Context, plan: SetupPlan, tmp_path: Path
) -> None:
    context.plan_path = None
    plan.source.users = str(tmp_path / "users.csv")
    plan.source.groups = str(tmp_path / "groups.csv")
    _, page = await hear("list-people")
    assert page.total == 128


async def test_the_functions_of_expressions_are_listed(hear: Hear) -> None:
    _, told = await hear("list-functions")
    assert {"Join", "Switch", "NormalizeDiacritics"} <= {row.name for row in told.functions}
