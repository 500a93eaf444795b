"""Reports: nothing of the app's making becomes markup, and two of them can be compared."""

from __future__ import annotations

import dataclasses
import html.parser
import re
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.connection.comparing import compare, fails_on
from app.connection.finding import Advice, Finding, Group, Severity, Verdict
from app.connection.report import Report, ReportProblem, as_curl, as_json, as_markdown, read_report
from app.connection.report_html import as_html
from tests.connection.conftest import EVERYTHING, report_on
from tests.servers.quirk_server import QuirkServer

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
FINDINGS = st.builds(
    Finding,
    id=st.sampled_from(["C-URL", "P-FALSE"]),
    title=TEXTS,
    group=st.sampled_from([each.value for each in Group]),
    verdict=st.sampled_from(["pass", "fail", "warning", "skipped"]),
    severity=st.sampled_from(list(Severity)),
    code=TEXTS,
    outcome=TEXTS,
    remedy=TEXTS,
    sent=TEXTS,
    answered=TEXTS,
    seconds=st.just(0.5),
    fact=st.one_of(TEXTS, TEXTS.map(lambda text: f"https://{text}")),
)
VERDICT = Verdict(
    "ready", "S.", ["a"], 3, 1.5, [Advice("flag", "on", "Set it.")], {"rate": 25.0}, ["rollcall-check-x"]
)
REPORTS = st.builds(
    Report, app=TEXTS, tenant_url=TEXTS, level=st.just("write"), findings=st.lists(FINDINGS, max_size=3),
    verdict=st.sampled_from([None, VERDICT]),
)  # fmt: skip


class Tags(html.parser.HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}


@given(REPORTS)
def test_a_report_written_and_read_is_the_same(report: Report) -> None:
    assert read_report(as_json(report)) == report


@given(REPORTS)
def test_html_holds_no_tag_of_the_app_s_making(report: Report) -> None:
    tags = Tags(as_html(report))
    assert tags.seen <= {
        "a",
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "ul", "li", "code", "br",
        "strong", "details", "summary", "span", "pre",
    }  # fmt: skip
    assert tags.attributes <= {"lang", "charset", "http-equiv", "content", "class", "open", "href"}


def test_hostile_texts_stay_texts() -> None:
    evil = "<script>x</script> | **b** [l](javascript:x) ```\n# h"
    finding = Finding("C-URL", "t", "Connection", "fail", Severity.BLOCKER, "x", evil, evil, evil, evil)
    report = Report("InVision", "https://x.example/scim/v2", "read", [finding])
    assert "<script" not in as_html(report)
    text = as_markdown(report)
    outside = re.sub(r"(`{4,})\n.*?\n\1", "", text, flags=re.S)
    assert "<script" not in outside.replace("\\<script", "")
    assert not [line for line in outside.splitlines() if line.startswith("# h")]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": 2}', '{"format": 1, "findings": [1]}', "[" * 9999]
)
def test_what_is_no_report_is_refused(text: str) -> None:
    with pytest.raises(ReportProblem):
        read_report(text)


async def test_a_real_report_in_all_forms_and_compared(quirky: QuirkServer) -> None:
    async def made() -> Report:
        ran = await report_on(quirky.tenant_url, quirky.token, dataclasses.replace(EVERYTHING, groups=False))
        return Report("Quirk", quirky.tenant_url.text, "write", list(ran.findings.values()), ran.verdict)

    quirky.quirks |= {"false-400", "ctype-json"}
    before = await made()
    quirky.quirks = {"ctype-json", "case-sensitive", "post-200"}
    now = await made()
    for report in (before, now):
        for text in (as_json(report), as_markdown(report), as_html(report)):
            assert quirky.token not in text
            assert "C-URL" in text
    found = {each.id: each.kind for each in compare(before, now)}
    assert found == {"F-CASE": "worse", "U-201": "worse", "P-FALSE": "better"}
    assert compare(now, now) == []
    assert [each.id for each in fails_on(before.findings, Severity.BLOCKER)] == ["P-FALSE"]
    assert fails_on(now.findings, Severity.BLOCKER) == []
    assert {each.id for each in fails_on(now.findings, Severity.MAJOR)} == {"F-CASE", "U-201"}


def _as_a_shell_reads(command: str) -> list[str]:
    script = command.replace("curl", "printf '%s\\n'", 1)
    environment = {"SCIM_TOKEN": "the-token"}
    ran = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True, env=environment)
    return ran.stdout.splitlines()


async def test_a_request_copied_as_curl_gives_the_same_answer(quirky: QuirkServer) -> None:
    quirky.quirks.add("empty-404")
    ran = await report_on(quirky.tenant_url, quirky.token, level="read")
    command = as_curl(ran.findings["C-EMPTY"])
    assert "$SCIM_TOKEN" in command
    assert quirky.token not in command
    words = _as_a_shell_reads(command)
    assert words[:3] == ["-i", "-X", "GET"]
    assert words[3].startswith(quirky.tenant_url.base + "/Users?filter=")
    assert words[4:] == ["-H", "Authorization: Bearer the-token"]
