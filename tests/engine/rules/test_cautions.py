"""What is said of a plan before it runs, and forbids nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.rules.cautions import cautions
from app.engine.rules.compiled import compile_rules
from app.engine.state.store import Store
from app.people.csv_source import CsvDirectory
from app.setup.plan import Clause, Operator, Scope, ScopingFilter, SetupPlan
from app.setup.profile import load_profile


@pytest.mark.parametrize(
    ("attribute", "said"),
    [
        ("Department", "write [department]"),
        ("departmnt", "Did you mean [department]?"),
        ("floor", "no attribute [floor]"),
        ("department", ""),
        ("objectId", ""),
    ],
)
def test_a_filter_on_an_attribute_that_the_source_does_not_have(
    tmp_path: Path, attribute: str, said: str
) -> None:
    users = tmp_path / "users.csv"
    users.write_text("userPrincipalName,department\nann@contoso.com,Sales\n", "utf-8")
    clause = Clause(attribute=attribute, operator=Operator.EQUALS, value="Sales")
    plan = SetupPlan(scope=Scope(who="all", filters=[ScopingFilter(name="Sales", clauses=[clause])]))
    profile = load_profile("invision")
    with Store.open(tmp_path / "state") as store:
        told = cautions(compile_rules(plan, profile, CsvDirectory(users)), profile, store, mappings=False)
    found = [each for each in told if "no attribute" in each]
    assert bool(found) is bool(said)
    assert not said or said in found[0]
