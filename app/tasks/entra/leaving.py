"""How many people a change of scope takes out, counted in the tenant before it is made."""

from __future__ import annotations

from app.engine.rules.scoping import CompiledScope, ScopeProblem, compile_scope
from app.entra.assignments import list_assigned, resolve_all
from app.entra.graph import GraphClient, path_to
from app.entra.names import GRAPH_NAMES, translated
from app.entra.steps.step import Leaving
from app.people.record import Record
from app.setup.plan import Scope

NAMED = 5


class LeavingCount:
    """Counts for one app. Whoever is assigned in the tenant counts as assigned before and after: the road
    takes nobody's assignment away."""

    def __init__(self, client: GraphClient) -> None:
        self._client = client

    async def __call__(self, service_principal: str, before: Scope, after: Scope) -> Leaving:
        """Look at everybody whom provisioning is about.

        Raises:
            Problem: a filter cannot be evaluated, or the tenant cannot be read.
        """
        old, new = _compiled(before), _compiled(after)
        assigned = await self._assigned(service_principal, after)
        leaving: list[str] = []
        coming = unsure = 0
        clauses = [clause for scope in (before, after) for each in scope.filters for clause in each.clauses]
        wanted = sorted({GRAPH_NAMES.get(clause.attribute, clause.attribute) for clause in clauses})
        select = ",".join(dict.fromkeys(["id", "userPrincipalName", *wanted]))
        async for found in self._client.pages("/users", {"$select": select, "$top": "999"}):
            values = {name: value for name, value in translated(found).items() if value not in (None, "")}
            record = Record("user", str(found.get("id") or ""), values)
            here = record.id in assigned
            try:
                was, will = old.decide(record, here).in_scope, new.decide(record, here).in_scope
            except ScopeProblem:
                unsure += 1
                continue
            if was and not will:
                leaving.append(record.name)
            coming += will and not was
        return Leaving(len(leaving), coming, unsure, leaving[:NAMED])

    async def _assigned(self, service_principal: str, scope: Scope) -> set[str]:
        """Object ids of people who are assigned, or will be: themselves, or as direct members of a group."""
        if scope.who == "all":
            return set()
        found: set[str] = set()
        groups: set[str] = set()
        for each in await list_assigned(self._client, service_principal):
            (found if each.kind == "user" else groups).add(each.principal)
        for principal in await resolve_all(self._client, scope.assigned):
            (found if principal.kind == "user" else groups).add(principal.id)
        for group in groups:
            path = path_to("groups", group, "members", "microsoft.graph.user")
            async for member in self._client.pages(path, {"$select": "id", "$top": "999"}):
                found.add(str(member.get("id") or ""))
        return found


def _compiled(scope: Scope) -> CompiledScope:
    filters = [each for each in scope.filters if each.clauses]
    return compile_scope(scope.model_copy(update={"filters": filters}))
