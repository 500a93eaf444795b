"""The commands of the engine beyond a cycle, on the real practice app."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import httpx
import pytest

from app import cli
from app.practice.app import PracticeApp
from tests.cli.asking import Rollcall, make_plan, names_in


def test_one_person_on_demand(
    rollcall: Rollcall, empty_app: PracticeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLLCALL_TOKEN", empty_app.token)
    plan = make_plan(tmp_path, empty_app.tenant_url)
    header, first = (tmp_path / "users.csv").read_text(encoding="utf-8-sig").splitlines()[:2]
    name = dict(zip(header.split(","), first.split(","), strict=False))["userPrincipalName"]

    told = rollcall("provision", plan, name, "--json")
    assert (told.code, told.lines[-1]["kind"]) == (0, "OnDemandReport")
    assert (told.result["action"], told.result["status"]) == ("create", "success")
    assert names_in(empty_app) == [name]

    again = rollcall("provision", plan, name)
    assert again.code == 0
    for part in ("1. Import: success", "2. Scope: success", "3. Match: success", "4. Action: skipped", name):
        assert part in again.out

    assert rollcall("provision", plan, "nobody@contoso.com").code == 1
    assert rollcall("provision", plan).code == 2
    assert rollcall("provision", plan, name, "--member", name).code == 2


def test_drift_is_shown_and_repaired(
    rollcall: Rollcall, empty_app: PracticeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLLCALL_TOKEN", empty_app.token)
    plan = make_plan(tmp_path, empty_app.tenant_url)
    assert rollcall("drift", plan, "--last").code == 1  # nothing was compared yet
    assert rollcall("sync", plan).code == 0
    whole = rollcall("drift", plan, "--json")
    assert (whole.code, whole.result["total"], whole.result["failures"]) == (0, 0, 0)
    assert whole.result["compared"] == 125

    headers = {"Authorization": f"Bearer {empty_app.token}"}
    users = f"{empty_app.tenant_url}/Users"
    everybody = httpx.get(f"{users}?count=200", headers=headers, trust_env=False).json()["Resources"]
    # Guests have another name in the source, and managers are referred to.
    plain = [each for each in everybody if "manager" not in str(each) and "contoso" in each["userName"]]
    first, second = plain[:2]
    httpx.delete(f"{users}/{first['id']}", headers=headers, trust_env=False)
    patch = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "displayName", "value": "Somebody [bold]"}],
    }
    httpx.patch(f"{users}/{second['id']}", headers=headers, json=patch, trust_env=False)
    found = rollcall("drift", plan)
    assert found.code == 1
    rows = rollcall("drift", plan, "--last", "--json").result["rows"]
    ids = {row["name"]: row["id"] for row in rows}
    assert {row["what"] for row in rows if row["name"] == first["userName"]} == {"missing"}
    # Long names take several lines of a table; ids and brackets stay as they are.
    for part in (ids[first["userName"]], ids[second["userName"]], "[bold]"):
        assert part in found.out
    repaired = rollcall("drift", plan, "--repair", ids[second["userName"]], "--json")
    assert (repaired.code, repaired.result["kind"]) == (0, "repair")
    assert rollcall("drift", plan, "--repair", ids[second["userName"]]).code == 1  # it is repaired already
    assert rollcall("drift", plan, "--repair-all").code == 0
    assert rollcall("drift", plan, "--json").result["total"] == 0
    assert rollcall("drift", plan, "--repair-all", "--last").code == 2


def test_a_cycle_compares_when_it_is_due(
    rollcall: Rollcall, empty_app: PracticeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLLCALL_TOKEN", empty_app.token)
    plan = make_plan(tmp_path, empty_app.tenant_url)
    plan.write_text(
        plan.read_text(encoding="utf-8").replace("compare_every_days = 0", "compare_every_days = 7")
    )
    said = rollcall("sync", plan, "--json")
    assert (said.code, said.lines[-1]["kind"]) == (0, "CycleSummary")
    assert [line["code"] for line in said.lines if line.get("event") == "notice"] == ["COMPARED"]
    again = rollcall("sync", plan, "--json")
    assert [line for line in again.lines if line.get("event") == "notice"] == []
    assert again.result["requests"] == 0


def test_the_mail_password_never_shows(rollcall: Rollcall, tmp_path: Path) -> None:
    plan = make_plan(tmp_path, "https://app.example.com/scim/v2")
    assert rollcall("mail", "test", plan).code == 1  # the plan names nobody
    text = plan.read_text(encoding="utf-8")
    text = text.replace('smtp_host = ""', 'smtp_host = "smtp.example.com"')
    plan.write_text(text.replace('smtp_user = ""', 'smtp_user = "relay"'), encoding="utf-8")
    for extra in ((), ("--json",)):
        said = rollcall("mail", "password", plan, *extra, typed="password-planted-5\n")
        assert said.code == 1  # the tests have no keyring
        assert "planted" not in said.out + said.err
    assert "ROLLCALL_MAIL_PASSWORD" in rollcall("mail", "password", plan, typed="password-planted-5").out
    assert rollcall("mail", "forget", plan).code == 0


@pytest.mark.skipif(
    sys.platform != "linux", reason="the other systems are tested by what is written for them"
)
def test_a_plan_is_scheduled_shown_and_taken_away(
    rollcall: Rollcall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A systemctl of the test's own: nothing is to be run on this computer.
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "systemctl").write_text("#!/bin/sh\nexit 0\n")
    (tools / "systemctl").chmod(0o755)
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    folder = tmp_path / "my plans"
    folder.mkdir()
    plan = make_plan(folder, "https://app.example.com/scim/v2")
    data = tmp_path / "some data"
    made = rollcall("schedule", "install", plan, "--every", "25", "--data-dir", data)
    assert made.code == 0
    assert "OnUnitInactiveSec=25min" in made.out
    assert "ran: systemctl --user enable --now rollcall-pilot-" in made.out
    shown = rollcall("schedule", "show", plan, "--json").result
    assert (shown["installed"], shown["every"], shown["system"]) == (True, 25, "systemd")
    assert [Path(file["path"]).is_file() for file in shown["files"]] == [True, True]
    # What the timer runs is a command that there is: it gets as far as the missing token.
    (line,) = [each for each in shown["files"][1]["text"].splitlines() if each.startswith("ExecStart=")]
    command = shlex.split(line.removeprefix("ExecStart="))
    assert command[:4] == [sys.executable, "-m", "app", "sync"]
    assert command[4:] == ["--scheduled", "--data-dir", str(data), str(plan)]
    ran = rollcall(*command[3:])
    assert (ran.code, "TOKEN-MISSING" in ran.err) == (2, True)
    gone = rollcall("schedule", "remove", plan)
    assert (gone.code, "(removed)" in gone.out) == (0, True)
    assert not any((tmp_path / "config").rglob("rollcall-*"))
    assert not rollcall("schedule", "show", plan, "--json").result["installed"]


def test_a_run_without_any_streams_does_its_work(
    empty_app: PracticeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As Windows' task scheduler starts a program that has no console.
    monkeypatch.setenv("ROLLCALL_TOKEN", empty_app.token)
    plan = make_plan(tmp_path, empty_app.tenant_url)
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", None)
        patched.setattr(sys, "stderr", None)
        code = cli.run(["sync", "--scheduled", str(plan)], lambda _: 0)
        opened = [sys.stdout, sys.stderr]
    for stream in opened:
        stream.close()
    assert code == 0
    assert len(names_in(empty_app)) == 117
