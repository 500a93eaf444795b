"""Whatever is done to the app and to the source, one repair of everything leaves no difference."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.drift.test_drift import Meddler, compared, repaired, settled

PEOPLE = 6
DEEDS = st.tuples(
    st.sampled_from(
        ["delete", "rename", "off", "on", "leave", "disable", "unassign", "join", "drop", "title"]
    ),
    st.integers(0, PEOPLE - 1),
)


async def do(meddler: Meddler, bench: Any, keys: list[str], deed: str, number: int) -> None:
    name = f"user{number}@contoso.com"
    if deed == "leave":
        bench.people.persons.pop(keys[number], None)
    elif deed == "unassign":
        with suppress(ValueError):
            bench.plan.scope.assigned.remove(f"user:{name}")
    elif deed in {"disable", "title"}:
        if person := bench.people.persons.get(keys[number]):
            person.update({"accountEnabled": False} if deed == "disable" else {"jobTitle": "Chief"})
    elif deed == "delete":
        await meddler.delete(name)
    elif deed == "rename":
        await meddler.set(name, "displayName", "Somebody")
    elif deed in {"on", "off"}:
        await meddler.set(name, "active", deed == "on")
    else:
        group = f"/Groups/{meddler.account('Designers')['id']}"
        member = meddler.account(name)["id"]
        if deed == "join":
            await meddler.patch(group, "add", "members", [{"value": member}])
        else:
            await meddler.patch(group, "remove", f'members[value eq "{member}"]', None)


@settings(max_examples=7)
@given(deeds=st.lists(DEEDS, min_size=1, max_size=6))
def test_a_repair_leaves_no_difference(tolerant_scim, make_bench, deeds):
    asyncio.run(_one(tolerant_scim, make_bench, deeds))


async def _one(server, make_bench, deeds):
    server.reset()
    bench = make_bench(server)
    shutil.rmtree(bench.folder, ignore_errors=True)
    keys = [bench.people.add(number) for number in range(PEOPLE)]
    bench.people.persons[keys[1]]["manager"] = keys[0]
    bench.plan.scope.who = "assigned"
    bench.plan.scope.assigned = [f"user:user{number}@contoso.com" for number in range(PEOPLE)]
    bench.people.team(1, keys[:4], "Designers")
    bench.plan.scope.assigned.append("group:Designers")
    # Without the membership of an assigned group, being unassigned would not count.
    bench.plan.scope.assigned.remove("group:Designers")
    bench.plan.scope.assigned.append(f"group:{next(iter(bench.people.teams))}")
    await bench.run()
    meddler = Meddler(bench, server)
    for deed, number in deeds:
        with suppress(ValueError):  # that account is gone already
            await do(meddler, bench, keys, deed, number)
    found = await compared(bench)
    if found.rows:
        await repaired(bench)
    assert settled(await compared(bench)), (deeds, found.rows)
    # A cycle has no more to do to what was repaired than one request to look whether the app is there.
    assert (await bench.run()).end.failures == 0
    assert settled(await compared(bench))
