"""Plans for tests: one written by hand, and any decision that a person could make."""

from __future__ import annotations

from hypothesis import strategies as st

from app.setup.plan import (
    Actions,
    AppChoice,
    AttributeMapping,
    Clause,
    EntraChoice,
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

BY_HAND = """\
# Our pilot. Ask Kari before changing the scope!
version = 1

[app]
profile    = "invision"          # the designers' app
tenant_url = "https://contoso.invisionapp.com/scim/v2"

[run]
where = "this-computer"

[source]
kind   = "csv"
users  = "users.csv"
groups = "groups.csv"

[scope]
who      = "assigned"
assigned = ["user:ann@contoso.com", "group:Designers"]
[[scope.filters]]   # agreed with sales
name    = "Sales in Norway"
clauses = [
  { attribute = "department", operator = "EQUALS", value = "Sales" },   # as HR spells it
  { attribute = "country",    operator = "EQUALS", value = "Norway" },
]

# userName must stay first
[[mappings.users]]
target   = "userName"
source   = "[userPrincipalName]"
matching = 1
apply    = "always"

[[mappings.users]]
target = "name.givenName"   # shown in the sidebar
source = "[givenName]"

[actions]
create = true
update = true
delete = true

[safety]
deletion_threshold = 500
delete_after_days  = 30

[notifications]
email      = "it@contoso.com"
on_failure = true
"""

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
        Safety,
        deletion_threshold=st.integers(0, 10**6),
        delete_after_days=st.integers(0, 10**4),
        compare_every_days=st.integers(0, 365),
    ),
    notifications=st.builds(
        Notifications,
        email=TEXT,
        on_failure=st.booleans(),
        on_quarantine=st.booleans(),
        on_guard=st.booleans(),
        smtp_host=TEXT,
        smtp_port=st.integers(1, 65535),
        smtp_security=st.sampled_from(["starttls", "tls", "none"]),
        smtp_user=TEXT,
        sender=TEXT,
    ),
    entra=st.builds(
        EntraChoice,
        cloud=st.sampled_from(["global", "us-l4", "us-l5", "china", "practice"]),
        tenant=TEXT,
        client_id=TEXT,
        application=TEXT,
        application_name=TEXT,
        graph=TEXT,
        role=TEXT,
        add_roles=st.lists(TEXT, max_size=2),
    )
    | st.builds(EntraChoice),
)
