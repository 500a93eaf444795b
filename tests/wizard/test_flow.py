"""The order of the pages without any window."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.setup.plan import AttributeMapping, Place, SetupPlan
from app.wizard.flow import COMMIT, PAGES, Flow

URL = "https://contoso.example/scim/v2"
FLOW = Flow()


def real_plan() -> SetupPlan:
    plan = SetupPlan()
    plan.run.where = Place.THIS_COMPUTER
    plan.app.tenant_url = URL
    plan.source.users = "users.csv"
    plan.scope.who = "all"
    return plan


def all_known(**changed: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "prerequisites": {"a", "b"},
        "ticked": {"a", "b"},
        "token_for": URL,
        "check_for": URL,
        "check": "ready",
        "visited": set(FLOW.keys[:9]),
    }
    return {**facts, **changed}


def test_it_needs_no_qt_and_no_pydantic() -> None:
    code = (
        "import sys, app.wizard.flow; print(any(n.startswith(('PySide6', 'pydantic')) for n in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_order_is_the_tutorials() -> None:
    assert FLOW.keys == [
        "place",
        "before",
        "scim",
        "tenant",
        "connection",
        "people",
        "mappings",
        "scope",
        "safety",
        "review",
        "start",
        "done",
    ]
    walked = ["place"]
    while (after := FLOW.after(walked[-1])) is not None:
        walked.append(after)
    assert walked == FLOW.keys


def test_back_ends_at_the_commit_page() -> None:
    assert FLOW.before("place") is None
    assert FLOW.before("before") == "place"
    assert FLOW.before(COMMIT) == "safety"
    assert FLOW.before("start") is None
    assert FLOW.before("done") is None


def test_a_finished_plan_misses_nothing() -> None:
    assert {key: FLOW.missing(key, real_plan(), all_known()) for key in FLOW.keys} == {
        key: [] for key in FLOW.keys
    }


@pytest.mark.parametrize(
    ("key", "facts", "missing"),
    [
        ("before", {"ticked": {"a"}}, "one tick"),
        ("before", {"ticked": set()}, "2 ticks"),
        ("tenant", {"token_for": "https://other.example"}, "the secret token"),
        ("connection", {"check": None}, "a connection test for this tenant URL"),
        ("connection", {"check_for": "https://other.example"}, "a connection test for this tenant URL"),
        ("connection", {"check": "not-ready"}, "a connection test that passes"),
        ("mappings", {"mapping_problem": "a source for userName"}, "a source for userName"),
        ("review", {"check": "not-ready", "check_waived": True}, "a connection test that passes"),
    ],
)
def test_what_is_missing_by_what_is_known(key: str, facts: dict[str, Any], missing: str) -> None:
    assert FLOW.missing(key, real_plan(), all_known(**facts)) == [missing]


def test_a_waived_test_lets_one_look_further() -> None:
    facts = all_known(check="not-ready", check_waived=True)
    assert FLOW.missing("connection", real_plan(), facts) == []


def test_what_is_missing_by_the_plan() -> None:
    plan = real_plan()
    plan.app.tenant_url = ""
    plan.source.users = None
    plan.mappings.users = [AttributeMapping(target="userName", source="[mail]")]
    plan.scope.who = "assigned"
    plan.notifications.on_failure = True
    facts = all_known(token_for=None)
    assert FLOW.missing("tenant", plan, facts) == ["the tenant URL", "the secret token"]
    assert FLOW.missing("people", plan, facts) == ["the file of users"]
    assert FLOW.missing("mappings", plan, facts) == ["a matching attribute"]
    assert FLOW.missing("scope", plan, facts) == ["at least one person or group"]
    assert FLOW.missing("safety", plan, facts) == ["the notification e-mail address"]


def test_practice_needs_neither_ticks_nor_the_app() -> None:
    plan = real_plan()
    plan.run.where = Place.PRACTICE
    assert FLOW.may_skip("before", plan)
    assert FLOW.may_skip("scim", plan)
    assert FLOW.missing("before", plan, all_known(ticked=set())) == []
    plan.app.tenant_url = ""
    assert FLOW.missing("tenant", plan, all_known()) == ["the practice app"]


def test_turning_scim_on_may_always_be_skipped_the_ticks_only_in_practice() -> None:
    assert FLOW.may_skip("scim", real_plan())
    assert not FLOW.may_skip("before", real_plan())


def test_done_steps_are_those_visited_that_miss_nothing() -> None:
    assert FLOW.done(real_plan(), all_known(check="not-ready")) == frozenset(FLOW.keys[:9]) - {"connection"}
    assert FLOW.done(real_plan(), all_known(visited={"place"})) == frozenset({"place"})


def test_one_may_go_back_anywhere_but_forward_only_over_done_steps() -> None:
    plan, facts = real_plan(), all_known()
    assert FLOW.reachable("place", "scope", plan, facts)
    assert FLOW.reachable("scope", "place", plan, facts)
    assert FLOW.reachable("review", "place", plan, facts)
    assert not FLOW.reachable("scope", "place", plan, all_known(check="not-ready"))
    assert not FLOW.reachable("people", "place", plan, all_known(visited={"place"}))
    assert not FLOW.reachable("scope", "scope", plan, facts)


@pytest.mark.parametrize("key", FLOW.keys)
def test_nothing_is_reachable_while_the_work_runs_or_has_run(key: str) -> None:
    for current in ("start", "done"):
        assert not FLOW.reachable(key, current, real_plan(), all_known())
        assert not FLOW.reachable(current, key, real_plan(), all_known())


@pytest.mark.parametrize(
    ("last", "facts", "shown"),
    [
        ("scope", {}, "scope"),
        ("scope", {"check": None}, "connection"),
        ("scope", {"token_for": None}, "tenant"),
        ("start", {}, COMMIT),
        ("done", {}, COMMIT),
        ("a page of another version", {}, "place"),
    ],
)
def test_where_a_draft_goes_on(last: str, facts: dict[str, Any], shown: str) -> None:
    assert FLOW.resume(real_plan(), all_known(**facts), last) == shown


@given(
    where=st.sampled_from(list(Place)),
    url=st.sampled_from(["", URL]),
    known=st.fixed_dictionaries(
        {},
        optional={
            "ticked": st.sets(st.sampled_from("ab")),
            "token_for": st.sampled_from([URL, "other"]),
            "check_for": st.sampled_from([URL, "other"]),
            "check": st.sampled_from(["ready", "not-ready", None]),
            "check_waived": st.booleans(),
            "visited": st.sets(st.sampled_from(FLOW.keys)),
        },
    ),
    last=st.sampled_from(FLOW.keys),
    current=st.sampled_from(FLOW.keys),
    target=st.sampled_from(FLOW.keys),
)
def test_no_jump_ever_passes_something_that_is_missing(
    where: Place, url: str, known: dict[str, Any], last: str, current: str, target: str
) -> None:
    plan = SetupPlan()
    plan.run.where, plan.app.tenant_url = where, url
    facts = {"prerequisites": {"a", "b"}, **known}
    resumed = FLOW.resume(plan, facts, last)
    assert FLOW.keys.index(resumed) <= FLOW.keys.index(COMMIT)
    assert not any(FLOW.missing(key, plan, facts) for key in FLOW.keys[: FLOW.keys.index(resumed)])
    if FLOW.reachable(target, current, plan, facts) and FLOW.keys.index(target) > FLOW.keys.index(current):
        assert not any(FLOW.missing(key, plan, facts) for key in FLOW.keys[: FLOW.keys.index(target)])


def test_each_page_has_a_name_of_its_own() -> None:
    for attribute in ("key", "title", "module", "kind"):
        assert len({getattr(step, attribute) for step in PAGES}) == len(PAGES)
