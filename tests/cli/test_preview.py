"""``rollcall preview`` says for each person which clause let them in or kept them out."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.practice.app import PracticeApp
from app.setup.plan import AttributeMapping, Clause, Operator, ScopingFilter
from app.setup.plan_file import read_plan, write_plan
from tests.cli.asking import Rollcall, make_plan

NORWAY = "In scope: the filter \"Norway\" lets them in (country EQUALS 'Norway')."
KEPT_OUT = "\"Sales\" needs department EQUALS 'Sales'; \"Norway\" needs country EQUALS 'Norway'."


def _filter(name: str, attribute: str, value: str) -> ScopingFilter:
    return ScopingFilter(
        name=name, clauses=[Clause(attribute=attribute, operator=Operator.EQUALS, value=value)]
    )


@pytest.fixture
def plan(tmp_path: Path, empty_app: PracticeApp, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ROLLCALL_TOKEN", empty_app.token)
    path = make_plan(tmp_path, empty_app.tenant_url)
    made = read_plan(path)
    made.scope.filters = [_filter("Sales", "department", "Sales"), _filter("Norway", "country", "Norway")]
    write_plan(path, made)
    return path


def _under(out: str, heading: str) -> list[str]:
    """The lines below the one that ends like that, as long as they are further in."""
    lines = out.splitlines()
    place = next(number for number, line in enumerate(lines) if line.rstrip().endswith(heading))
    depth = len(lines[place]) - len(lines[place].lstrip())
    told = []
    for line in lines[place + 1 :]:
        if len(line) - len(line.lstrip()) <= depth:
            break
        told.append(line.strip())
    return told


def test_each_person_stands_under_the_clause_that_decided(rollcall: Rollcall, plan: Path) -> None:
    out = rollcall("preview", plan).out
    let_in = _under(out, NORWAY)
    assert any(line.startswith("create  jose.vanderberg@contoso.example") for line in let_in)
    assert not any("ann.nilsson@" in line for line in let_in)  # of Sales, which comes first
    kept = _under(out, KEPT_OUT)
    assert "department is 'Finance', country is 'United States'" in kept[0]
    assert kept[-1].startswith("and ")
    assert "--all" in kept[-1]
    assert "Left out: 85" in out
    assert "account is disabled, and disabled people are not created" in out


def test_all_names_everybody(rollcall: Rollcall, plan: Path) -> None:
    entries = [line for line in rollcall("preview", plan, "--json").lines if line.get("event") == "entry"]
    names = {line["name"] for line in entries}
    assert len(names) == 128
    out = rollcall("preview", plan, "--all").out
    assert {name for name in names if name not in out and "#EXT#" not in name} == set()
    assert "more; --all" not in out


def test_scope_tells_of_those_who_are_in_step_too(rollcall: Rollcall, plan: Path) -> None:
    assert rollcall("sync", plan).code == 0
    # Nobody changed, so a dry run has nobody to tell of.
    assert "Left out" not in rollcall("preview", plan).out
    told = rollcall("preview", plan, "--scope")
    assert told.code == 0
    assert "In scope: 36" in told.out
    assert "Not in scope: 84" in told.out
    assert len(_under(told.out, "Norway\" lets them in (country EQUALS 'Norway').")) == 9
    assert _under(told.out, KEPT_OUT)
    counted = rollcall("preview", plan, "--scope", "--json").result
    assert len(counted["people"]) == 120
    assert {person["in_scope"] for person in counted["people"]} == {True, False}


def test_who_leaves_the_scope_is_told_by_which_clause(rollcall: Rollcall, plan: Path) -> None:
    assert rollcall("sync", plan).code == 0
    made = read_plan(plan)
    made.scope.filters[1:] = []
    made.safety.deletion_threshold = 100
    write_plan(plan, made)
    out = rollcall("preview", plan).out
    gone = _under(out, "\"Sales\" needs department EQUALS 'Sales'.")
    assert "active = False; department is 'Design'" in gone[0]
    assert any(line.startswith("disable  jose.vanderberg@") for line in gone)
    members = _under(out, "Groups whose members change")
    assert all(" removed" in line for line in members)
    idle = _under(out, "Nothing differs. The filter \"Sales\" lets them in (department EQUALS 'Sales').")
    assert "ann.nilsson@contoso.example" in idle


def test_a_broken_expression_is_shown_with_the_place(rollcall: Rollcall, plan: Path) -> None:
    made = read_plan(plan)
    matched = AttributeMapping(target="userName", source="[userPrincipalName]", matching=1)
    made.mappings.users = [matched, AttributeMapping(target="title", source="Uper([jobTitle])")]
    write_plan(plan, made)
    said = rollcall("preview", plan)
    assert said.code == 1
    assert "title" in said.err
    shown = said.err.splitlines()
    place = next(number for number, line in enumerate(shown) if line.strip() == "Uper([jobTitle])")
    assert shown[place + 1].strip() == "^"
    assert shown[place + 1].index("^") == shown[place].index("U")
