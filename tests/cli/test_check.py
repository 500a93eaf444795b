"""The command ``check``: levels, reports, comparing, what a pipeline stops on; and ``practice serve``."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import httpx
import pytest

from app.connection.journal import Journal, TestObject
from app.practice.app import PracticeApp
from app.setup.program import own_command, own_environment
from app.setup.tenant_url import TenantUrl
from tests.cli.asking import Rollcall
from tests.servers.quirk_server import QuirkServer

MAJOR = "chars-plus"
FIELDS = {"id", "verdict", "severity", "outcome", "remedy", "sent", "answered"}


@pytest.fixture
def url(practice: PracticeApp, monkeypatch: pytest.MonkeyPatch) -> str:
    """The practice app, its token where the command looks for it."""
    monkeypatch.setenv("ROLLCALL_TOKEN", practice.token)
    return practice.tenant_url


def test_a_line_a_check_and_the_verdict_last(rollcall: Rollcall, url: str) -> None:
    said = rollcall("check", url, "--level", "write", "--json")
    assert said.code == 0
    checks = [line for line in said.lines if line.get("event") == "check"]
    assert len(checks) > 40
    assert all(line.keys() >= FIELDS for line in checks)
    end = said.lines[-1]["result"]
    assert end["verdict"] == "ready"
    assert end["level"] == "write"
    assert end["figures"].keys() >= {"median-ms", "worst-ms", "rate", "member-portion", "listing-reliable"}
    assert {"advice", "changes", "leftovers"} <= end.keys()


def test_reports_in_every_format_and_the_comparison(rollcall: Rollcall, url: str, tmp_path: Path) -> None:
    for name, part in (("r.html", "<h2>Connection</h2>"), ("r.md", "## Connection"), ("r.json", '"C-URL"')):
        said = rollcall("check", url, "--report", tmp_path / name)
        assert said.code == 0
        assert part in (tmp_path / name).read_text("utf-8")
        assert "Written to" in said.out
    same = rollcall("check", url, "--compare", tmp_path / "r.json", "--json")
    kinds = [line["kind"] for line in same.lines if "kind" in line]
    assert kinds == ["ReportComparison", "CheckVerdict"]
    old = json.loads((tmp_path / "r.json").read_text("utf-8"))
    for finding in old["findings"]:
        if finding["id"] == "C-AUTH":
            finding.update(verdict="fail", code="ignored")
    (tmp_path / "r.json").write_text(json.dumps(old), encoding="utf-8")
    better = rollcall("check", url, "--compare", tmp_path / "r.json")
    assert "better" in better.out
    assert "C-AUTH" in better.out


@pytest.mark.parametrize(("limit", "code"), [("blocker", 0), ("major", 1), ("minor", 1)])
def test_what_a_pipeline_stops_on(
    rollcall: Rollcall, monkeypatch: pytest.MonkeyPatch, limit: str, code: int
) -> None:
    server = QuirkServer()
    try:
        server.quirks.add(MAJOR)
        monkeypatch.setenv("ROLLCALL_TOKEN", server.token)
        arguments = ("--profile", "scim", "--fail-on", limit)
        assert rollcall("check", server.tenant_url.text, *arguments).code == code
    finally:
        server.stop()


@pytest.mark.parametrize(
    "wrong",
    [
        ("--report", "r.txt"),
        ("--level", "all"),
        ("--fail-on", "everything"),
        ("--compare", "nowhere.json"),
    ],
)
def test_wrong_use_is_said_before_anything_is_sent(rollcall: Rollcall, wrong: tuple[str, str]) -> None:
    said = rollcall("check", "http://127.0.0.1:9/scim/v2", *wrong)
    assert said.code == 2
    assert said.out == ""


def test_what_an_earlier_test_left_is_told_and_cleaned_on_request(rollcall: Rollcall, url: str) -> None:
    base = TenantUrl.parse(url).base
    with Journal.fresh(base, "left") as journal:
        journal.intend(TestObject("Users", "userName", "rollcall-check-left@example.com"))
    told = rollcall("check", url)
    assert "rollcall-check-left@example.com" in told.err + told.out
    assert "--clean" in told.err + told.out
    again = rollcall("check", url, "--clean")
    assert "rollcall-check-left" not in again.err + again.out
    assert list(Journal.left_behind(base)) == []


def test_a_report_that_cannot_be_written(rollcall: Rollcall, url: str, tmp_path: Path) -> None:
    said = rollcall("check", url, "--report", tmp_path / "no" / "r.md")
    assert said.code == 1
    assert "FILE-WRITE" in said.err


def test_practice_serve_runs_until_it_is_stopped() -> None:
    process = subprocess.Popen(
        own_command("practice", "serve", "--port", "0"), env=own_environment(), stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    with process.stdout as told:
        where = json.loads(told.readline())
        graph = httpx.post(f"{where['graph']}/practice/sign-in", json={})
        assert graph.status_code == 200
        head = {"Authorization": f"Bearer {where['token']}"}
        assert httpx.get(f"{where['scim']}/Users", headers=head).status_code == 200
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(timeout=15) == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{where['scim']}/Users", headers=head)
