"""The report of *Test connection*: JSON for machines and comparing, Markdown for the vendor."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from app.connection.finding import Advice, Finding, Group, Severity, Verdict
from app.setup.curl_command import curl_command
from app.setup.problem import Problem

FORMAT = 1


class ReportProblem(Problem):
    """A file that is no report, or one of a newer Rollcall."""


@dataclass(frozen=True, slots=True)
class Report:
    """One run of the checks.

    Attributes:
        app: the app's title.
        tenant_url: what was tested.
        level: ``read`` or ``write``.
        findings: in the order in which they ended.
        verdict: None when the run was stopped.
        made: when, in UTC.
    """

    app: str
    tenant_url: str
    level: str
    findings: list[Finding]
    verdict: Verdict | None = None
    made: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    def by_group(self) -> Iterator[tuple[str, list[Finding]]]:
        """The findings by what they mean for the person; the worst first in each group."""
        order = {"fail": 0, "warning": 1, "skipped": 2, "pass": 3}
        weight = {severity.value: number for number, severity in enumerate(Severity)}
        for group in Group:
            listed = [each for each in self.findings if each.group == group.value]
            if listed:
                yield (
                    group.value,
                    sorted(listed, key=lambda each: (order[each.verdict], weight[each.severity], each.id)),
                )


def group_line(findings: list[Finding]) -> str:
    """One line on a group: how many checks went how."""
    counts = {
        word: sum(each.verdict == mark for each in findings)
        for mark, word in (
            ("pass", "passed"),
            ("warning", "with a warning"),
            ("fail", "failed"),
            ("skipped", "not tried"),
        )
    }
    return ", ".join(f"{number} {word}" for word, number in counts.items() if number)


def as_json(report: Report) -> str:
    """Stable ids and outcomes; `read_report` reads it."""
    return json.dumps({"format": FORMAT, **asdict(report)}, indent=2, ensure_ascii=False) + "\n"


def read_report(text: str) -> Report:
    """Read what `as_json` wrote.

    Raises:
        ReportProblem: it is something else, or of a newer format.
    """
    try:
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise ReportProblem(
                "REPORT-VERSION",
                "The report was written by another version of Rollcall.",
                f"Its format is {data['format']}, this Rollcall reads {FORMAT}.",
                "Make the report again with this version.",
            )
        findings = [Finding(**{**each, "severity": Severity(each["severity"])}) for each in data["findings"]]
        verdict = _verdict(data["verdict"]) if data["verdict"] is not None else None
        return Report(data["app"], data["tenant_url"], data["level"], findings, verdict, data["made"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ReportProblem(
            "REPORT-FORMAT",
            "The file is not a report of Test connection.",
            "It is no JSON of Rollcall's, or was changed by hand.",
            "Choose a report that was saved as JSON.",
        ) from error


def _verdict(data: dict[str, Any]) -> Verdict:
    known = {each.name for each in fields(Verdict)}
    changes = [Advice(**each) for each in data["changes"]]
    return Verdict(**{**{name: data[name] for name in known}, "changes": changes})


def as_curl(finding: Finding) -> str:
    """The finding's request as a curl command; the token is a variable, never the token."""
    return curl_command(finding.sent)


def as_markdown(report: Report) -> str:
    """For the vendor: what was sent, what was answered, what should be."""
    lines = [
        f"# Connection report: {_plain(report.app)}",
        "",
        f"- Tenant URL: `{_code(report.tenant_url)}`",
        f"- Made: {report.made}, level {report.level}",
    ]
    if report.verdict is not None:
        lines += [f"- Verdict: **{report.verdict.verdict}**. {_plain(report.verdict.sentence)}", ""]
        lines += [f"- {_plain(each)}" for each in report.verdict.advice]
        lines += [f"- {name}: {value:g}" for name, value in report.verdict.figures.items()]
    for group, findings in report.by_group():
        lines += ["", f"## {group}", "", group_line(findings), ""]
        lines += ["| check | result | severity | what was seen |", "|---|---|---|---|"]
        lines += [
            f"| {each.id} {_plain(each.title)} | {each.verdict} | {each.severity} | {_plain(each.outcome)} |"
            for each in findings
        ]
        for each in findings:
            if each.verdict in {"fail", "warning"}:
                lines += _details(each)
    return "\n".join(lines) + "\n"


def _details(each: Finding) -> list[str]:
    lines = ["", f"### {each.id}: {_plain(each.outcome)}", "", _plain(each.remedy), ""]
    if each.fact:
        lines += [f"Written down at: {_plain(each.fact)}", ""]
    for word, text in (("Sent", each.sent), ("Answered", each.answered), ("As curl", as_curl(each))):
        if text:
            fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
            lines += [f"{word}:", "", fence, text, fence, ""]
    return lines


def _plain(text: str) -> str:
    """Text of the app's making must not become markup, in a table least of all."""
    flat = " ".join(text.split())
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", flat)


def _code(text: str) -> str:
    return text.replace("`", "'")
