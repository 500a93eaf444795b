"""The provisioning log: filters, order and pages of any length. Source: entra.md, section 4."""

from __future__ import annotations

from app.practice.tenant.fault import not_found
from app.practice.tenant.odata import compile_filter, one_page
from app.practice.tenant.request import Answer, Request, route
from app.practice.tenant.tenant import Tenant


@route("GET", "/auditLogs/provisioning", "logs")
def _provisioning(tenant: Tenant, request: Request) -> Answer:
    rows = tenant.log
    if "$filter" in request.query:
        test = compile_filter(request.query["$filter"], exact=True).test
        rows = [row for row in rows if test(row)]
    rising = request.query.get("$orderby", "activityDateTime desc").endswith(" asc")
    rows = rows if rising else rows[::-1]
    return Answer(body=one_page(rows, request.query, request.url))


@route("GET", "/auditLogs/provisioning/{row}", "logs")
def _row(tenant: Tenant, request: Request, row: str) -> Answer:
    found = next((each for each in tenant.log if each["id"] == row), None)
    if found is None:
        raise not_found(row)
    return Answer(body=found)
