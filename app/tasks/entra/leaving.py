"""How many people a change of scoping filters takes out of scope, counted in the tenant before it is made."""

from __future__ import annotations

from app.engine.rules.scoping import CompiledScope, ScopeProblem, compile_scope
from app.entra.assignments import list_assigned
from app.entra.graph import GraphClient, path_to
from app.entra.names import GRAPH_NAMES, translated
from app.entra.steps.step import Leaving
from app.people.record import Record
from app.setup.plan import Scope, ScopingFilter

NAMED = 5


class LeavingCount:
    """Counts for one app.

    Args:
        everybody: all people of the tenant are provisioned, assigned or not.
    """

    def __init__(self, client: GraphClient, *, everybody: bool) -> None:
        self._client = client
        self._everybody = everybody

    async def __call__(
        self, service_principal: str, before: list[ScopingFilter], after: list[ScopingFilter]
    ) -> Leaving:
        """Look at everybody whom provisioning is about.

        Raises:
            Problem: a filter cannot be evaluated, or the tenant cannot be read.
        """
        old, new = _compiled(before), _compiled(after)
        among = None if self._everybody else await self._assigned(service_principal)
        leaving: list[str] = []
        coming = unsure = 0
        attributes = sorted({clause.attribute for each in (*before, *after) for clause in each.clauses})
        select = ",".join(
            dict.fromkeys(["id", "userPrincipalName", *(GRAPH_NAMES.get(name, name) for name in attributes)])
        )
        async for found in self._client.pages("/users", {"$select": select, "$top": "999"}):
            if among is not None and found.get("id") not in among:
                continue
            values = {name: value for name, value in translated(found).items() if value not in (None, "")}
            record = Record("user", str(found.get("id") or ""), values)
            try:
                was, will = old.decide(record, True).in_scope, new.decide(record, True).in_scope
            except ScopeProblem:
                unsure += 1
                continue
            if was and not will:
                leaving.append(record.name)
            coming += will and not was
        return Leaving(len(leaving), coming, unsure, leaving[:NAMED])

    async def _assigned(self, service_principal: str) -> set[str]:
        """Object ids of people who are assigned, themselves or as direct members of a group."""
        found: set[str] = set()
        for each in await list_assigned(self._client, service_principal):
            if each.kind == "user":
                found.add(each.principal)
            elif each.kind == "group":
                path = path_to("groups", each.principal, "members", "microsoft.graph.user")
                async for member in self._client.pages(path, {"$select": "id", "$top": "999"}):
                    found.add(str(member.get("id") or ""))
        return found


def _compiled(filters: list[ScopingFilter]) -> CompiledScope:
    return compile_scope(Scope(who="all", filters=[each for each in filters if each.clauses]))
