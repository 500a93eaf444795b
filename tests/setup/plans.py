"""Plans for property tests: any decision that a person could make."""

from __future__ import annotations

from hypothesis import strategies as st

from app.setup.plan import (
    Actions,
    AppChoice,
    AttributeMapping,
    Clause,
    Mappings,
    Notifications,
    Operator,
    Place,
    Run,
    Safety,
    Scope,
    ScopingFilter,
    SetupPlan,
    Source,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ['"', "'''", '"""', "\\", "a\nb", "\r\n", "\x7f", "# no comment", "[x]", "a = 1", "\u0085", "\x00", "{"]
)
_FILTERS = st.builds(
    ScopingFilter,
    name=TEXT,
    clauses=st.lists(
        st.builds(Clause, attribute=TEXT, operator=st.sampled_from(Operator), value=st.none() | TEXT),
        max_size=3,
    ),
)
_ROWS = st.none() | st.lists(
    st.builds(
        AttributeMapping,
        target=TEXT,
        source=TEXT,
        matching=st.integers(0, 3),
        apply=st.sampled_from(["always", "on-create"]),
        default=st.none() | TEXT,
    ),
    max_size=4,
)
_ASSIGNED = st.builds(
    "{}:x{}".format, st.sampled_from(["user", "group"]), TEXT.filter(lambda t: "\n" not in t)
)

PLANS = st.builds(
    SetupPlan,
    app=st.builds(AppChoice, profile=TEXT, tenant_url=TEXT),
    run=st.builds(Run, where=st.sampled_from(Place)),
    source=st.builds(
        Source, kind=st.sampled_from(["csv", "entra"]), users=st.none() | TEXT, groups=st.none() | TEXT
    ),
    scope=st.builds(
        Scope,
        who=st.sampled_from(["assigned", "all"]),
        assigned=st.lists(_ASSIGNED, max_size=3),
        filters=st.lists(_FILTERS, max_size=3),
    ),
    mappings=st.builds(Mappings, users=_ROWS, groups=_ROWS),
    actions=st.builds(Actions),
    safety=st.builds(
        Safety, deletion_threshold=st.integers(0, 10**6), delete_after_days=st.integers(0, 10**4)
    ),
    notifications=st.builds(Notifications, email=TEXT, on_failure=st.booleans()),
)
