"""The plan file: what is written is read back, a person's comments stay, faults name their place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.setup import plan_file, whole_file
from app.setup.plan import AttributeMapping, Clause, EntraChoice, Operator, Place, ScopingFilter, SetupPlan
from app.setup.plan_file import PlanProblem, parse_plan, read_plan, write_plan
from tests.setup.plans import BY_HAND


@pytest.fixture
def pilot(tmp_path: Path) -> Path:
    path = tmp_path / "pilot.toml"
    path.write_text(BY_HAND, encoding="utf-8")
    return path


def test_reads_the_plan_of_the_design(pilot: Path) -> None:
    plan = read_plan(pilot)
    assert plan.run.where is Place.THIS_COMPUTER
    assert plan.scope.filters[0].clauses[1] == Clause(
        attribute="country", operator=Operator.EQUALS, value="Norway"
    )
    assert plan.mappings.users is not None
    assert plan.mappings.users[0].matching == 1
    assert plan.mappings.groups is None


def test_writing_an_unchanged_plan_changes_no_byte(pilot: Path) -> None:
    before = pilot.read_bytes()
    write_plan(pilot, read_plan(pilot))
    assert pilot.read_bytes() == before


def test_comments_and_order_stay_when_values_change(pilot: Path) -> None:
    plan = read_plan(pilot)
    plan.app.profile = "scim"
    plan.safety.deletion_threshold = 20
    plan.scope.assigned = ["group:Designers"]
    assert plan.mappings.users is not None
    plan.mappings.users[1].source = "ToUpper([givenName])"
    write_plan(pilot, plan)
    text = pilot.read_text(encoding="utf-8")
    assert read_plan(pilot) == plan
    for comment in (
        "Ask Kari",
        "the designers' app",
        "agreed with sales",
        "as HR spells it",
        "shown in the sidebar",
    ):
        assert comment in text
    changed = [new for old, new in zip(BY_HAND.splitlines(), text.splitlines(), strict=True) if old != new]
    assert len(changed) == 4


def test_comments_of_other_rows_stay_when_rows_come_and_go(pilot: Path) -> None:
    plan = read_plan(pilot)
    assert plan.mappings.users is not None
    plan.mappings.users.insert(0, AttributeMapping(target="active", source="True", apply="on-create"))
    del plan.mappings.users[1]
    plan.scope.filters.append(ScopingFilter(name="Guests"))
    plan.mappings.groups = []
    write_plan(pilot, plan)
    text = pilot.read_text(encoding="utf-8")
    assert read_plan(pilot) == plan
    assert "shown in the sidebar" in text
    assert "as HR spells it" in text
    assert "Ask Kari" in text


def test_what_is_at_its_usual_value_is_not_added_to_a_short_file(tmp_path: Path) -> None:
    path = tmp_path / "short.toml"
    path.write_text('version = 1\n[app]\ntenant_url = "https://x.example"\n', encoding="utf-8")
    plan = read_plan(path)
    plan.run.where = Place.THIS_COMPUTER
    write_plan(path, plan)
    assert read_plan(path) == plan
    text = path.read_text(encoding="utf-8")
    assert 'where = "this-computer"' in text
    assert "[actions]" not in text


def test_a_new_file_explains_every_part(tmp_path: Path) -> None:
    path = tmp_path / "new.toml"
    write_plan(path, SetupPlan())
    text = path.read_text(encoding="utf-8")
    for section in ("app", "run", "source", "scope", "actions", "safety", "notifications"):
        lines = text.splitlines()
        assert lines[lines.index(f"[{section}]") - 1].startswith("# ")
    assert '# users = "users.csv"' in text
    assert read_plan(path) == SetupPlan()


def test_the_part_for_entra_is_there_only_when_it_says_something(tmp_path: Path) -> None:
    path = tmp_path / "tenant.toml"
    write_plan(path, SetupPlan())
    assert "[entra]" not in path.read_text(encoding="utf-8")
    plan = SetupPlan()
    plan.run.where = Place.ENTRA
    plan.entra = EntraChoice(cloud="us-l4", application_name="InVision test", add_roles=["Reviewer"])
    write_plan(path, plan)  # over the old text
    assert read_plan(path) == plan
    fresh = tmp_path / "fresh.toml"
    write_plan(fresh, plan)
    lines = fresh.read_text(encoding="utf-8").splitlines()
    assert lines[lines.index("[entra]") - 1].startswith("# Where Microsoft's own service")
    assert any(line.startswith('cloud = "us-l4"  # global,') for line in lines)
    assert read_plan(fresh) == plan
    plan.entra = EntraChoice()
    write_plan(fresh, plan)
    assert read_plan(fresh) == plan


def test_the_sender_of_mail_is_called_from_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "mail.toml"
    text = 'version = 1\n[notifications]\nemail = "it@contoso.com"\nfrom = "rollcall@contoso.com"  # ours\n'
    path.write_text(text, encoding="utf-8")
    plan = read_plan(path)
    assert plan.notifications.sender == "rollcall@contoso.com"
    plan.notifications.sender = "it@contoso.com"
    write_plan(path, plan)
    assert 'from = "it@contoso.com"  # ours' in path.read_text(encoding="utf-8")
    assert read_plan(path) == plan


def test_brackets_without_end_are_a_problem() -> None:
    with pytest.raises(PlanProblem) as caught:
        parse_plan("version = " + "[" * 100_000, Path("deep.toml"))
    assert caught.value.code == "PLAN-SYNTAX"


@pytest.mark.parametrize(
    ("old", "new", "code", "told"),
    [
        ("version = 1", "version = 2", "NEWER", "line 2: this plan is of version 2"),
        ("version = 1", "version = true", "VERSION", "line 2"),
        ("version = 1", "", "VERSION", "has no key version"),
        ("[app]", "[app", "SYNTAX", "line 4"),
        (
            "profile    =",
            "profil     =",
            "VALUE",
            "line 5: the key app.profil is not known. Probably profile is",
        ),
        ("[safety]", "[saftey]", "VALUE", "line 42: the key saftey is not known. Probably safety is meant."),
        (
            '"this-computer"',
            '"here"',
            "VALUE",
            "line 9: the value of run.where is not allowed. Found: 'here'.",
        ),
        ('"this-computer"', '"here"', "VALUE", "Allowed: 'this-computer', 'entra', 'practice'."),
        (
            "500",
            '"many"',
            "VALUE",
            "line 43: the value of safety.deletion_threshold is not allowed. Found: 'many'",
        ),
        ("500", "-1", "VALUE", "Allowed: a whole number (0 turns the guard off)"),
        ("500", "true", "VALUE", "Allowed: a whole number (0 turns the guard off)"),
        (
            "user:ann",
            "ann",
            "VALUE",
            "scope.assigned[1] is not allowed. Found: 'ann@contoso.com'. Allowed: user:",
        ),
        (
            '"EQUALS", value = "Norway"',
            '"LIKE", value = "x"',
            "VALUE",
            "scope.filters[1].clauses[2].operator",
        ),
        ('target = "name', 'goal = "name', "VALUE", "line 34: the key mappings.users[2].goal is not known"),
        ("create = true", 'create = "perhaps"', "VALUE", "Allowed: true or false."),
        ('profile    = "invision"', 'token = "s3cr3tvalue"', "VALUE", "`rollcall token set`"),
    ],
)
def test_faults_name_line_key_and_what_is_allowed(
    pilot: Path, old: str, new: str, code: str, told: str
) -> None:
    pilot.write_text(BY_HAND.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PlanProblem) as caught:
        read_plan(pilot)
    assert caught.value.code == f"PLAN-{code}"
    assert str(pilot) in caught.value.what
    assert told in str(caught.value)
    assert "s3cr3tvalue" not in str(caught.value) + caught.value.details


def test_several_faults_are_all_told(pilot: Path) -> None:
    pilot.write_text(BY_HAND.replace("500", "-1").replace("30", "-2"), encoding="utf-8")
    with pytest.raises(PlanProblem) as caught:
        read_plan(pilot)
    assert "one more fault" in caught.value.remedy
    assert "delete_after_days" in caught.value.details


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "PLAN-MISSING"),
        (BY_HAND.encode("utf-16"), "PLAN-ENCODING"),
        (b"version = 1\n# \xfc", "PLAN-ENCODING"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, content: bytes | None, code: str) -> None:
    path = tmp_path / "plan.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PlanProblem) as caught:
        read_plan(path)
    assert caught.value.code == code


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_bytes(b"\xef\xbb\xbf" + BY_HAND.replace("\n", "\r\n").encode())
    plan = read_plan(path)
    plan.safety.deletion_threshold = 7
    write_plan(path, plan)
    assert read_plan(path) == plan
    assert b"Ask Kari before changing the scope!\r\n" in path.read_bytes()


@pytest.mark.parametrize("content", ["version = 2\n", "not a plan at all\n", 'name = "other"\n'])
def test_a_file_that_is_no_plan_of_ours_is_not_replaced(tmp_path: Path, content: str) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(PlanProblem):
        write_plan(path, SetupPlan())
    assert path.read_text(encoding="utf-8") == content


def test_a_crash_while_writing_leaves_the_old_plan(pilot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_file.os, "fsync", fail)
    plan = read_plan(pilot)
    plan.safety.deletion_threshold = 1
    with pytest.raises(PlanProblem) as caught:
        write_plan(pilot, plan)
    assert caught.value.code == "PLAN-WRITE"
    assert "No space left" in caught.value.what
    assert pilot.read_text(encoding="utf-8") == BY_HAND
    assert os.listdir(pilot.parent) == [pilot.name]


def test_a_plan_is_replaced_in_one_step(pilot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Path, target: Path) -> None:
        assert "deletion_threshold = 1\n" in self.read_text(encoding="utf-8")
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "replace", fail)
    plan = read_plan(pilot)
    plan.safety.deletion_threshold = 1
    with pytest.raises(PlanProblem):
        write_plan(pilot, plan)
    assert pilot.read_text(encoding="utf-8") == BY_HAND
    assert os.listdir(pilot.parent) == [pilot.name]


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(PlanProblem) as caught:
        write_plan(tmp_path / "nowhere" / "plan.toml", SetupPlan())
    assert caught.value.code == "PLAN-WRITE"


def test_a_link_keeps_pointing_and_permissions_stay(pilot: Path) -> None:
    pilot.chmod(0o640)
    link = pilot.parent / "link.toml"
    link.symlink_to(pilot)
    plan = read_plan(link)
    plan.safety.deletion_threshold = 3
    write_plan(link, plan)
    assert link.is_symlink()
    assert read_plan(pilot) == plan
    assert pilot.stat().st_mode & 0o777 == 0o640


LAYOUTS = {
    "inline": (
        'app = { profile = "x", tenant_url = "y" }\nmappings = { users = [ {target="a", source="b"} ] }\n'
    ),
    "dotted": ('app.profile = "x"\nscope.who = "all"\nsafety.delete_after_days = 3\n'),
    "scattered": (
        "[scope]\n"
        'who = "all"\n'
        "[app]\n"
        'profile = "x"\n'
        "[[scope.filters]]\n"
        'name = "a"\n'
        "[run]\n"
        'where = "practice"\n'
    ),
    "filters first": ('[[scope.filters]]\nname = "a"\n[app]\nprofile = "x"\n'),
    "rows in brackets": (
        '[mappings]\nusers = [\n {target = "a", source = "b"},\n {target = "c"},\n]\ngroups = []\n'
    ),
    "clauses as tables": (
        '[[scope.filters]]\nname = "a"\n[[scope.filters.clauses]]\nattribute = "x"\noperator = "IS NULL"\n'
    ),
    "quoted keys": ("'app'.profile = 'x'\n\"run\" = {where = 'practice'}\n"),
    "many lines": ("[notifications]\nemail = \"\"\"a\nb\"\"\"\n[app]\nprofile = '''x'''\n"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_any_layout_can_be_changed(tmp_path: Path, layout: str) -> None:
    path = tmp_path / "plan.toml"
    text = f"# keep me\nversion = 1 # and me\n{LAYOUTS[layout]}"
    path.write_text(text, encoding="utf-8")
    plan = read_plan(path)
    plan.app.profile = "changed"
    plan.mappings.users = [AttributeMapping(target="c", source="d"), AttributeMapping(target="a")]
    plan.scope.filters = [ScopingFilter(name="new"), *plan.scope.filters]
    write_plan(path, plan)
    assert read_plan(path) == plan
    beside = tmp_path / "plan.toml.before"
    kept = beside if beside.exists() else path
    assert "# keep me\nversion = 1 # and me\n" in kept.read_text(encoding="utf-8")
    assert kept is path or layout == "dotted"


def test_a_layout_that_cannot_be_changed_is_kept_beside(pilot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_file, "changed_text", lambda old, plan: old)
    plan = read_plan(pilot)
    plan.app.profile = "other"
    write_plan(pilot, plan)
    assert read_plan(pilot) == plan
    assert pilot.with_name("pilot.toml.before").read_text(encoding="utf-8") == BY_HAND
