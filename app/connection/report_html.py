"""The report as one HTML file that needs nothing else: no script, no picture, nothing fetched."""

from __future__ import annotations

from html import escape

from app.connection.finding import Finding
from app.connection.report import Report, as_curl, group_line

_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; } summary { cursor: pointer; padding: .3rem 0; }
pre { overflow: auto; padding: .8rem; border: 1px solid #8886; border-radius: 6px; white-space: pre-wrap; }
.mark { display: inline-block; min-width: 5.5rem; font-weight: 600; }
.fail { color: #b3261e; } .warning { color: #8a5a00; } .pass { color: #1b6e3c; } .skipped { color: #666; }
@media (prefers-color-scheme: dark) {
 .fail { color: #ff8a80; } .warning { color: #ffcc66; } .pass { color: #7bd88f; } .skipped { color: #aaa; } }
"""


def as_html(report: Report) -> str:
    """The whole page. Everything that the app said is escaped, and no script may run in it."""
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">",
        f"<title>Connection report: {escape(report.app)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>Connection report: {escape(report.app)}</h1>",
        f"<p><code>{escape(report.tenant_url)}</code><br>{escape(report.made)}, "
        f"level {escape(report.level)}</p>",
    ]
    if report.verdict is not None:
        parts.append(f"<p><strong>{escape(report.verdict.sentence)}</strong></p>")
        parts.append("<ul>" + "".join(f"<li>{escape(each)}</li>" for each in report.verdict.advice) + "</ul>")
        parts.append(
            "<p>"
            + ", ".join(f"{escape(name)} {value:g}" for name, value in report.verdict.figures.items())
            + "</p>"
        )
    for group, findings in report.by_group():
        parts.append(f"<h2>{escape(group)}</h2><p>{escape(group_line(findings))}</p>")
        parts += [_finding(each) for each in findings]
    return "\n".join([*parts, "</body></html>\n"])


def _finding(each: Finding) -> str:
    opened = " open" if each.verdict == "fail" else ""
    parts = [
        f'<details{opened}><summary><span class="mark {each.verdict}">{each.verdict}</span> '
        f"{escape(each.id)}: {escape(each.title)} ({escape(each.severity)})</summary>",
        f"<p>{escape(each.outcome)}</p>",
    ]
    if each.remedy:
        parts.append(f"<p><strong>What to do:</strong> {escape(each.remedy)}</p>")
    if each.fact.startswith("https://"):
        link = escape(each.fact)
        parts.append(f'<p>Written down at <a href="{link}">{link}</a></p>')
    for word, text in (("Sent", each.sent), ("Answered", each.answered), ("As curl", as_curl(each))):
        if text:
            parts.append(f"<p>{word}</p><pre>{escape(text)}</pre>")
    return "".join([*parts, "</details>"])
