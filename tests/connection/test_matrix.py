"""Each way of being wrong alone: it is found, with the right id and outcome, and nothing else is claimed."""

from __future__ import annotations

import dataclasses

import pytest

from app.connection.check import CATALOGUE
from app.connection.finding import Severity
from app.scim.dialect import ENTERPRISE_SCHEMA
from tests.connection.conftest import EVERYTHING, report_on
from tests.servers.quirk_server import QuirkServer

EMAIL = 'emails[type eq "work"].value'

# quirk -> what must be found: id -> outcome. More than one where one fault shows in two ways.
MATRIX: dict[str, dict[str, str]] = {
    "url-404": {"C-URL": "not-scim"},
    "url-html": {"C-URL": "not-scim"},
    "url-redirect": {"C-URL": "REDIRECT-ELSEWHERE"},
    "auth-refused": {"C-AUTH": "refused"},
    "auth-forbidden": {"C-AUTH": "forbidden"},
    "auth-any": {"C-AUTH": "any-token"},
    "auth-none": {"C-AUTH": "no-token"},
    "empty-404": {"C-EMPTY": "status"},
    "empty-204": {"C-EMPTY": "status"},
    "empty-no-schemas": {"C-EMPTY": "shape"},
    "empty-no-resources": {"C-EMPTY": "shape"},
    "empty-total": {"C-EMPTY": "shape"},
    "ctype-json": {"C-CTYPE": "json"},
    "ctype-415": {"C-CTYPE": "unsupported"},
    "filter-ignored": {"C-IGNORE": "ignored"},
    "match-400:externalId": {"F-MATCH": "refused"},
    "match-none:externalId": {"F-MATCH": "not-found"},
    "case-sensitive": {"F-CASE": "not-found"},
    "attr-case": {"F-ATTRCASE": "refused"},
    "prefix-match": {"F-EXACT": "several"},
    "chars-apostrophe": {"F-CHARS": "refused"},
    "chars-plus": {"F-CHARS": "refused"},
    "chars-backslash": {"F-CHARS": "rare"},
    "and-400": {"F-AND": "refused"},
    "sparse-500": {"F-SPARSE": "refused"},
    "group-filter-none": {"F-GROUP": "not-found"},
    "members-included": {"F-GROUP": "members"},
    "inactive-hidden": {"F-INACTIVE": "hidden"},
    "inactive-404": {"F-INACTIVE": "hidden"},
    "roles-400": {"U-POST": "needs-less"},
    "enterprise-400": {"U-POST": "needs-less"},
    "null-400": {"U-NULL": "refused"},
    "post-200": {"U-201": "status"},
    "post-empty": {"U-201": "no-body"},
    "post-no-id": {"U-201": "no-id"},
    "post-numeric-id": {"U-201": "no-id"},
    "post-changed": {"U-201": "changed"},
    "post-missing": {"U-201": "missing"},
    "dup-201": {"U-409": "duplicate"},
    "dup-200": {"U-409": "status"},
    "dup-400": {"U-409": "status"},
    "dup-500": {"U-409": "status"},
    "dup-no-type": {"U-409": "no-type"},
    "bool-string": {"U-BOOLSTR": "text"},
    "op-lower-only": {"P-OP": "capitals"},
    "false-400": {"P-FALSE": "refused"},
    "false-stored": {"P-FALSE": "stored"},
    "false-silent": {"P-FALSE": "silent", "P-SILENT": "silent"},
    "bool-400": {"P-BOOL": "refused"},
    "bool-silent": {"P-BOOL": "silent", "P-SILENT": "silent"},
    "addactive-400": {"P-BOOL": "add"},
    "valuepath-400": {"P-VALUEPATH": "refused"},
    "valuepath-silent": {"P-VALUEPATH": "silent", "P-SILENT": "silent"},
    "absent-400": {"P-ABSENT": "refused"},
    "absent-silent": {"P-ABSENT": "silent", "P-SILENT": "silent"},
    "dotted-400": {"P-DOTTED": "refused"},
    "dotted-silent": {"P-DOTTED": "silent", "P-SILENT": "silent-unused"},
    "dotted-literal": {"P-DOTTED": "literal"},
    "urn-400": {"P-URN": "refused"},
    "urn-silent": {"P-URN": "silent", "P-SILENT": "silent"},
    "managertext-400": {"P-MANAGER": "object-only"},
    "manager-400": {"P-MANAGER": "refused"},
    "manager-silent": {"P-MANAGER": "silent", "P-SILENT": "silent"},
    "role-400": {"P-ROLE": "refused"},
    "remove-400": {"P-REMOVE": "refused"},
    "rename-400": {"P-RENAME": "refused"},
    "rename-silent": {"P-RENAME": "silent", "P-SILENT": "silent"},
    "rename-new-id": {"P-RENAME": "new-id"},
    "clash-200": {"P-CLASH": "status"},
    "clash-500": {"P-CLASH": "status"},
    "clash-duplicate": {"P-CLASH": "duplicate"},
    "patch404-500": {"P-404": "status"},
    "patch404-200": {"P-404": "status"},
    "not-atomic": {"P-ATOMIC": "half"},
    "group-urn-400": {"G-SCHEMA": "urn"},
    "madd-400": {"G-ADD": "refused"},
    "madd-silent": {"G-ADD": "silent", "P-SILENT": "silent"},
    "add-duplicates": {"G-ADD": "twice"},
    "add-again-500": {"G-ADD": "again"},
    "add-limit-50": {"G-ADD": "portion"},
    "add-limit-100": {},  # as many as Rollcall sends: no limit for this plan
    "remval-400": {"G-REMVAL": "refused"},
    "remval-silent": {"G-REMVAL": "silent", "P-SILENT": "silent"},
    "remval-all": {"G-REMVAL": "all"},
    "rempath-501": {"G-REMPATH": "refused"},
    "rempath-silent": {"G-REMPATH": "silent", "P-SILENT": "silent-unused"},
    "grename-501": {"G-REPLACE": "refused"},
    "grename-silent": {"G-REPLACE": "silent", "P-SILENT": "silent-minor"},
    "group-dup-201": {"G-UNIQUE": "twice"},
    "ghost-accepted": {"G-GHOST": "accepted"},
    "ghost-500": {"G-GHOST": "error"},
    "group-200": {"G-STATUS": "whole"},
    "del-200": {"X-DEL": "status"},
    "del-again-500": {"X-DEL": "again"},
    "page-ignored": {"O-PAGE": "repeats"},
    "rate-429": {"O-RATE": "limited"},
    "disc-404": {"O-DISC": "missing"},
    "disc-claims": {"O-DISC": "claims"},
    "etag-accepted": {"O-ETAG": "ignored"},
}


async def test_a_right_server_is_ready_and_left_as_it_was(quirky: QuirkServer) -> None:
    before = quirky.state()
    report = await report_on(quirky.tenant_url, quirky.token)
    assert report.bad == {}
    assert set(report.findings) == set(CATALOGUE)
    assert all(each.verdict == "pass" for each in report.findings.values())
    assert (report.verdict.verdict, report.verdict.advice, report.verdict.leftovers) == ("ready", [], [])
    assert quirky.state() == before
    assert report.verdict.requests == len(quirky.log) <= 160
    assert report.verdict.seconds < 10
    assert report.verdict.figures["listing-reliable"] == 1
    assert report.verdict.figures["member-portion"] == 100


def test_each_check_says_where_its_fact_is_written_down() -> None:
    assert all(each.fact.startswith("https://") for each in CATALOGUE.values())


async def test_the_level_read_sends_nothing_but_gets(quirky: QuirkServer) -> None:
    report = await report_on(quirky.tenant_url, quirky.token, level="read")
    assert report.bad == {}
    assert {each.split()[0] for each in quirky.log} == {"GET"}
    assert {each for each in CATALOGUE if not CATALOGUE[each].writes} == set(report.findings)


@pytest.mark.parametrize("quirk", list(MATRIX))
async def test_each_quirk_is_found_and_nothing_else(quirky: QuirkServer, quirk: str) -> None:
    before = quirky.state()
    quirky.quirks.add(quirk)
    report = await report_on(quirky.tenant_url, quirky.token)
    assert report.bad == MATRIX[quirk]
    # What the app itself asks to have sent once more (429) comes on top.
    assert report.verdict.requests <= 160 or quirk == "rate-429"
    for each in report.findings.values():
        if each.id in report.bad:
            assert each.remedy
            assert each.sent or each.id == "P-SILENT"
        assert quirky.token not in repr(each)
        assert "{" not in each.outcome + each.remedy
    quirky.quirks.clear()
    assert quirky.state() == before
    assert report.verdict.leftovers == []


@pytest.mark.parametrize("quirk", ["del-stays", "del-500"])
async def test_what_cannot_be_removed_is_told_kept_and_removed_by_the_next_run(
    quirky: QuirkServer, quirk: str
) -> None:
    before = quirky.state()
    quirky.quirks.add(quirk)
    report = await report_on(quirky.tenant_url, quirky.token)
    assert report.bad == {"X-DEL": "stays" if quirk == "del-stays" else "refused"}
    assert report.verdict.leftovers
    assert report.verdict.requests <= 160
    assert all(name.startswith("rollcall-check-") for name in report.verdict.leftovers)
    quirky.quirks.clear()
    report = await report_on(quirky.tenant_url, quirky.token)
    assert report.verdict.leftovers == []
    assert quirky.state() == before


@pytest.mark.parametrize(
    ("quirks", "flag", "change", "value"),
    [
        ({"false-400"}, False, "flag", "on"),
        ({"remval-all"}, False, "flag", "on"),
        ({"op-lower-only"}, False, "flag", "on"),
        ({"dotted-literal"}, True, "flag", "off"),
        ({"rempath-501"}, True, "flag", "off"),
        ({"false-400", "remval-all"}, False, "flag", "on"),
        ({"dotted-silent", "rempath-501"}, True, "flag", "off"),
        ({"false-400", "dotted-silent"}, False, "none", ""),
        ({"remval-400", "rempath-501"}, False, "none", ""),
        ({"false-silent", "rempath-silent"}, False, "none", ""),
        ({"remval-all", "dotted-400"}, True, "none", ""),
        ({"match-400:externalId"}, False, "matching", "userName"),
        ({"group-urn-400"}, False, "groups", "off"),
        ({"add-limit-50"}, False, "member-portion", "50"),
        ({"add-limit-37"}, False, "member-portion", "37"),
        ({"manager-400"}, False, "drop-mapping", f"{ENTERPRISE_SCHEMA}:manager"),
        ({"urn-400"}, False, "drop-mapping", f"{ENTERPRISE_SCHEMA}:department"),
        ({"role-400"}, False, "drop-mapping", 'roles[primary eq "True"].value'),
        ({"valuepath-400"}, False, "drop-mapping", 'phoneNumbers[type eq "mobile"].value'),
    ],
)
async def test_the_advice_can_be_followed(
    quirky: QuirkServer, quirks: set[str], flag: bool, change: str, value: str
) -> None:
    quirky.quirks |= quirks
    usage = dataclasses.replace(EVERYTHING, flag=flag)
    report = await report_on(quirky.tenant_url.with_flag(flag), quirky.token, usage)
    assert (change, value) in {(each.change, each.value) for each in report.verdict.changes}
    assert report.verdict.verdict != "ready"
    if change == "none":
        assert report.verdict.verdict == "not-ready"
        assert not [each for each in report.verdict.changes if each.change == "flag"]
    if change == "flag":
        usage = dataclasses.replace(EVERYTHING, flag=value == "on")
        better = await report_on(quirky.tenant_url.with_flag(value == "on"), quirky.token, usage)
        assert better.verdict.verdict == "ready"


@pytest.mark.parametrize("quirk", ["dotted-literal", "dotted-silent", "rempath-501", "rempath-silent"])
async def test_the_other_dialect_s_faults_are_information(quirky: QuirkServer, quirk: str) -> None:
    quirky.quirks.add(quirk)
    report = await report_on(quirky.tenant_url, quirky.token)
    assert report.bad == MATRIX[quirk]
    assert (report.verdict.verdict, report.verdict.changes) == ("ready", [])
    assert {report.findings[each].severity for each in report.bad} == {Severity.INFO}


async def test_the_rate_that_an_app_holds_is_advice(quirky: QuirkServer) -> None:
    quirky.quirks.add("rate-429")
    report = await report_on(quirky.tenant_url, quirky.token, level="read")
    (change,) = [each for each in report.verdict.changes if each.change == "rate"]
    assert 0 < float(change.value) <= EVERYTHING.rate
    assert 0 < report.verdict.figures["rate"] <= EVERYTHING.rate


async def test_a_run_keeps_to_the_rate_and_to_its_time(quirky: QuirkServer) -> None:
    report = await report_on(quirky.tenant_url, quirky.token, dataclasses.replace(EVERYTHING, rate=50.0))
    assert report.bad == {}
    times = quirky.times
    busiest = max(sum(begin <= each < begin + 1 for each in times) for begin in times)
    # A few may go at once at the start; the two without the right token have a pace of their own.
    assert busiest <= 50 + 12
    assert len(times) <= 160
    assert report.verdict.seconds < 10


async def test_what_is_not_of_this_run_is_never_written_to(quirky: QuirkServer) -> None:
    others = {f"/scim/v2/{kind}/{each}" for kind, kept in quirky.state().items() for each in kept}
    await report_on(quirky.tenant_url, quirky.token)
    written = {each.partition(" ")[2] for each in quirky.log if not each.startswith("GET")}
    assert not written & others


async def test_what_the_plan_does_not_use_does_not_decide(quirky: QuirkServer) -> None:
    quirky.quirks |= {"group-urn-400", "urn-400", "manager-400", "valuepath-400", "role-400"}
    small = dataclasses.replace(
        EVERYTHING, matching=("userName",), targets=frozenset({"userName", "active"}), groups=False
    )
    report = await report_on(quirky.tenant_url, quirky.token, small)
    assert report.verdict.verdict == "ready"
    assert {"G-SCHEMA", "P-URN", "P-MANAGER", "P-ROLE"} <= set(report.bad)
    whole = await report_on(quirky.tenant_url, quirky.token)
    assert whole.verdict.verdict == "not-ready"


def test_every_check_can_be_reached_and_every_outcome_is_complete() -> None:
    for each in CATALOGUE.values():
        assert set(each.needs) <= set(CATALOGUE)
        assert set(each.after) <= {*CATALOGUE, "*"}
        for key, rule in each.outcomes.items():
            assert rule.sentence, (each.id, key)
            assert rule.remedy or rule.verdict in {"pass", "skipped"}, (each.id, key)
    proven = {(name, code) for found in MATRIX.values() for name, code in found.items()}
    assert {name for name, _ in proven} | {"C-TLS"} == set(CATALOGUE)
