"""Bodies made from a pattern are the dialect's own."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from app.engine.cycle.bodies import Bodies
from app.scim.dialect import AADOPTSCIM, CLASSIC, MANAGER_PATH

TARGETS = [
    "userName",
    "active",
    "displayName",
    "name.givenName",
    "name.familyName",
    'emails[type eq "work"].value',
    'emails[type eq "work"].type',
    'emails[type eq "home"].value',
    'roles[primary eq "True"].value',
    'addresses[type eq "work"].locality',
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber",
    MANAGER_PATH,
]
VALUES = st.one_of(
    st.text(min_size=1, max_size=8), st.booleans(), st.lists(st.text(min_size=1, max_size=3), min_size=1)
)


@given(st.lists(st.dictionaries(st.sampled_from(TARGETS), VALUES), min_size=1, max_size=4))
def test_bodies_are_the_dialects(people):
    for dialect in (CLASSIC, AADOPTSCIM):
        bodies = Bodies(dialect)
        for values in [*people, *people]:
            assert bodies.text(values) == json.dumps(dialect.new_user(values)).encode()
