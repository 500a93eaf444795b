"""Runbooks: every call is there, no secret is, and nothing of a plan is read as code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.entra.road import planned_calls
from app.entra.runbook.markdown import markdown
from app.entra.runbook.powershell import powershell
from app.entra.runbook.quoting import ps, tf
from app.entra.runbook.terraform import not_covered, terraform
from app.entra.wish import Wish
from app.setup.plan import Clause, Operator, ScopingFilter, SetupPlan
from app.setup.plan_file import read_plan
from app.setup.profile import load_profile
from tests.entra.small_tenant import TOKEN
from tests.entra.walking import URL, whole_plan, wish_of

NASTY = 'x\'); Remove-Item / #\u2019 $(calc) `" ${file("/etc/passwd")} %{ if true } \n```\nend'


@pytest.fixture
def whole(tmp_path: Path) -> Wish:
    path = whole_plan(tmp_path / "plan")
    return wish_of(path, read_plan(path))


def nasty_wish() -> Wish:
    plan = SetupPlan()
    plan.entra.application_name = NASTY
    plan.entra.role = NASTY
    plan.scope.assigned = [f"group:{NASTY[:20]}"]
    clause = Clause(attribute="department", operator=Operator.EQUALS, value=NASTY)
    plan.scope.filters = [ScopingFilter(name=NASTY, clauses=[clause])]
    return Wish(plan, load_profile("invision"), URL, TOKEN)


def test_the_calls_are_those_that_the_road_makes_and_hold_no_secret(whole: Wish) -> None:
    calls = planned_calls(whole)
    assert [call.step for call in calls if call.changes] == [
        "application", "job", "credentials", "mappings", "roles", "assignments", "assignments", "start",
    ]  # fmt: skip
    assert TOKEN not in repr(calls)
    assert any(call.path.endswith("/validateCredentials") and not call.changes for call in calls)


def test_markdown_has_every_call_in_order(whole: Wish) -> None:
    text = markdown(whole, "https://graph.microsoft.us")
    numbers = [int(found) for found in re.findall(r"^(\d+)\. ", text, re.M)]
    assert numbers == list(range(1, len(planned_calls(whole)) + 1))
    assert "https://graph.microsoft.us/v1.0" in text
    assert TOKEN not in text
    assert "[secret]" in text
    # A code block that begins also ends, whatever names are in it.
    fences = [line.strip() for line in markdown(nasty_wish(), "x").splitlines() if line.strip()[:3] == "```"]
    assert fences == ["```http", "```"] * len(planned_calls(nasty_wish()))


def test_powershell_leaves_the_secret_to_whoever_runs_it(whole: Wish) -> None:
    text = powershell(whole)
    assert TOKEN not in text
    assert "<<" not in text
    assert "#?" not in text
    assert "[securestring]$SecretToken" in text
    assert "foreach ($role in @('Reviewer'))" in text
    assert (
        "Add-Assignment 'ann@contoso.com' @(Get-MgUser -Filter \"userPrincipalName eq 'ann@contoso.com'\")"
        in text
    )
    assert "Start-MgServicePrincipalSynchronizationJob" in text
    assert text.count("{") == text.count("}")
    everybody = whole.plan.model_copy(deep=True)
    everybody.scope.who = "all"
    everybody.entra.add_roles = []
    short = powershell(Wish(everybody, whole.profile, URL, TOKEN, start=False))
    for absent in ("Add-Assignment", "appRoles", "Start-Mg"):
        assert absent not in short


def _code(text: str) -> str:
    """PowerShell without what is in single quotes, doubled ones and typographic ones included."""
    return re.sub(r"'(?:[^'\u2018\u2019\u201a\u201b]|['\u2018\u2019\u201a\u201b]{2})*'", "''", text)


def test_nothing_of_a_plan_is_read_as_code() -> None:
    code = _code(powershell(nasty_wish()))
    assert "Remove-Item" not in re.sub(r'"(?:`.|[^"`])*"', '""', code)
    lines = terraform(nasty_wish()).splitlines()
    hcl = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    outside = re.sub(r'"(?:\\.|[^"\\])*"', '""', hcl)
    assert "Remove-Item" not in outside
    assert not re.search(r"(?<!\$)\$\{", hcl)
    assert not re.search(r"(?<!%)%\{", hcl)
    assert ps("it's \u2019") == "'it''s \u2019\u2019'"
    assert tf('${x} "q"\n') == '"$${x} \\"q\\"\\n"'


def test_terraform_covers_what_the_provider_has_and_names_the_rest(whole: Wish) -> None:
    text = terraform(whole)
    for resource in (
        "azuread_application_from_template", "azuread_application_app_role", "azuread_synchronization_secret",
        "azuread_synchronization_job", "azuread_app_role_assignment",
    ):  # fmt: skip
        assert f'resource "{resource}"' in text
    assert "value = var.secret_token" in text
    assert TOKEN not in text
    for missing in not_covered(whole):
        assert f"#   - {missing}" in text
    assert any("scoping filters (Design)" in each for each in not_covered(whole))
    assert text.count("{") == text.count("}")


def test_an_existing_app_is_used_in_all_of_them(whole: Wish) -> None:
    plan = whole.plan.model_copy(deep=True)
    plan.entra.application = "44444444-aaaa-4bbb-8ccc-000000000001"
    wish = Wish(plan, whole.profile, URL, TOKEN)
    for text in (markdown(wish, "x"), powershell(wish), terraform(wish)):
        assert plan.entra.application in text
        assert "nstantiate" not in text
        assert "from_template" not in text
