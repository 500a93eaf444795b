"""Plans of the shared reference that once misled, each with what is right about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.rules.cautions import cautions
from app.engine.rules.compiled import compile_rules
from app.engine.state.store import Store
from app.people.csv_source import CsvDirectory
from app.people.record import NamedDirectory
from app.scim.path import AttributePath, PathProblem
from app.setup.plan_file import read_plan
from app.setup.problem import Problem
from app.setup.profile import load_profile

CASES = Path(__file__).parents[4] / "shared" / "reference" / "cases"


def told(name: str, tmp_path: Path) -> list[str]:
    """What is said of a plan before it runs."""
    plan = read_plan(CASES / name)
    directory = CsvDirectory(CASES / str(plan.source.users))
    rules = compile_rules(plan, load_profile(plan.app.profile), directory)
    with Store.open(tmp_path) as store:
        return cautions(rules, load_profile(plan.app.profile), store)


def test_attributes_that_the_source_lacks_are_told_with_the_nearest_name(tmp_path: Path) -> None:
    said = "\n".join(told("map_wrong_case.toml", tmp_path))
    assert "no attribute [DisplayName]" in said
    assert "write [displayName]" in said
    assert "no attribute [extensionAttribute2]" in said


def test_mappings_that_disable_nobody_are_told_before_the_first_run(tmp_path: Path) -> None:
    assert any("Nobody who leaves is disabled" in each for each in told("map_no_active.toml", tmp_path))


def test_operators_are_read_in_microsofts_spellings(tmp_path: Path) -> None:
    told("sc_includes.toml", tmp_path)
    assert read_plan(CASES / "sc_includes.toml").scope.filters[0].clauses[0].operator == "INCLUDES"


def test_a_filter_on_what_the_source_does_not_have_lets_nobody_in() -> None:
    class Tenant:
        """The tenant, which is not read for extension attributes."""

        faults = ()

        def users(self) -> object:
            return iter(())

        def groups(self) -> object:
            return iter(())

        def attribute_names(self) -> list[str]:
            return ["userPrincipalName", "department", "accountEnabled"]

    assert isinstance(Tenant(), NamedDirectory)
    plan = read_plan(CASES / "tenant_ext1_null.toml")
    with pytest.raises(Problem, match="no attribute extensionAttribute1") as caught:
        compile_rules(plan, load_profile("scim"), Tenant())  # type: ignore[arg-type]
    assert caught.value.code == "SCOPE-ATTRIBUTE-UNKNOWN"


def test_a_text_in_a_condition_stands_in_quotes() -> None:
    with pytest.raises(PathProblem, match="type eq"):
        AttributePath.parse("emails[type eq work].value")
    assert AttributePath.parse("roles[primary eq True].value").conditions == (("primary", "True"),)
