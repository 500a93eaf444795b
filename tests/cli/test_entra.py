"""The commands for Microsoft Entra on a practice tenant: the whole way, killed, undone, no token anywhere."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from app.entra.road_journal import Journal
from app.practice.app import PracticeApp
from app.setup.folders import state_folder
from app.setup.program import own_command, own_environment
from tests.cli.asking import Rollcall
from tests.cli.entra_tenant import Tenant


def test_plan_apply_and_undo(rollcall: Rollcall, plan: Path, inside: Tenant, practice: PracticeApp) -> None:
    shown = rollcall("entra", "plan", plan, "--json")
    assert shown.code == 0
    rows = shown.result["rows"]
    assert [row["method"] for row in rows].count("PUT") == 2
    assert practice.token not in shown.out
    assert inside.apps("InVision pilot") == []

    applied = rollcall("entra", "apply", plan, "--json")
    assert applied.code == 0, applied.out
    steps = [line for line in applied.lines if line.get("event") == "road-step"]
    assert [step["step"] for step in steps if step["state"] == "done"] == [
        "application", "template", "connection", "job", "credentials", "mappings", "assignments", "start",
    ]  # fmt: skip
    assert applied.result["state"] == "done"
    assert [job["schedule"]["state"] for job in inside.jobs("InVision pilot")] == ["Active"]
    assert inside.assigned("InVision pilot") == ["Ann Nilsson", "InVision pilot"]

    again = rollcall("entra", "apply", plan, "--no-own-check")
    assert again.code == 1
    assert "JOB-RUNNING" in again.out
    touched = rollcall("entra", "apply", plan, "--touch-running", "--no-own-check")
    assert touched.code == 0, touched.out + touched.err
    assert len(inside.apps("InVision pilot")) == 1

    refused = rollcall("entra", "undo", plan)
    assert refused.code == 2
    undone = rollcall("entra", "undo", plan, "--yes", "--json")
    assert undone.code == 0, undone.out
    assert undone.result["state"] == "undone"
    assert inside.apps("InVision pilot") == []
    nothing = rollcall("entra", "undo", plan, "--yes")
    assert nothing.code == 1
    assert "NOTHING-TO-UNDO" in nothing.err


def test_a_failure_tells_what_was_done_and_resume_goes_on(
    rollcall: Rollcall, plan: Path, inside: Tenant
) -> None:
    inside.control("trouble", method="PUT", path=".*/secrets", status=400)
    failed = rollcall("entra", "apply", plan, "--no-own-check")
    assert failed.code == 1
    assert "It stopped at: Save credentials" in failed.out
    assert "What to do:" in failed.out
    plain = rollcall("entra", "apply", plan, "--no-own-check")
    assert plain.code == 1
    assert "ROAD-UNFINISHED" in plain.err
    resumed = rollcall("entra", "apply", plan, "--resume", "--no-own-check", "--no-start")
    assert resumed.code == 0, resumed.out + resumed.err
    assert len(inside.jobs("InVision pilot")) == 1
    assert rollcall("entra", "undo", plan, "--yes").code == 0


def test_a_process_that_is_killed_resumes_and_makes_nothing_twice(
    rollcall: Rollcall, plan: Path, inside: Tenant, practice: PracticeApp
) -> None:
    inside.control("lag", times=1)
    arguments = ("entra", "apply", str(plan), "--no-own-check", "--patience", "4", "--json", "--resume")
    for kind in ("application", "job", "secrets", "assignment"):
        output = plan.with_name(f"{kind}.out")
        with output.open("wb") as file:
            process = subprocess.Popen(
                own_command(*arguments),
                env=own_environment() | {"ROLLCALL_TOKEN": practice.token},
                stdout=file,
                stderr=subprocess.STDOUT,
            )
            _kill_when_about(process, plan, kind, output)
    resumed = rollcall(*arguments)
    assert resumed.code == 0, resumed.out[-2000:]
    assert len(inside.apps("InVision pilot")) == 1
    assert len(inside.jobs("InVision pilot")) == 1
    assert inside.assigned("InVision pilot") == ["Ann Nilsson", "InVision pilot"]
    assert rollcall("entra", "undo", plan, "--yes").code == 0
    assert inside.apps("InVision pilot") == []


def test_ctrl_c_stops_between_two_calls(
    rollcall: Rollcall, plan: Path, inside: Tenant, practice: PracticeApp
) -> None:
    inside.control("lag", times=1)
    process = subprocess.Popen(
        own_command("entra", "apply", str(plan), "--no-own-check", "--json"),
        env=own_environment() | {"ROLLCALL_TOKEN": practice.token},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if b"Adding InVision pilot" in line:
            process.send_signal(signal.SIGINT)
            break
    last = process.stdout.read().decode().splitlines()[-1]
    process.stdout.close()
    assert process.wait() == 130
    assert json.loads(last)["error"]["code"] == "CANCELLED"
    journal = Journal.read(state_folder(plan))
    assert journal is not None
    assert [entry.state for entry in journal.entries] in ([], ["done"], ["refused"])
    assert rollcall("entra", "apply", plan, "--no-own-check", "--resume").code == 0
    assert rollcall("entra", "undo", plan, "--yes").code == 0


def _kill_when_about(process: subprocess.Popen[bytes], plan: Path, kind: str, output: Path) -> None:
    """Kill it as soon as its notes say that such a call is about to be sent, or was."""
    folder = state_folder(plan)
    deadline = time.monotonic() + 40
    try:
        while time.monotonic() < deadline and process.poll() is None:
            journal = Journal.read(folder)
            if journal is not None and any(entry.kind == kind for entry in journal.entries):
                process.send_signal(signal.SIGKILL)
                break
            time.sleep(0.002)
        else:
            pytest.fail(f"it never came to {kind}: {output.read_text(encoding='utf-8')[-1500:]}")
    finally:
        process.kill()
        process.wait()


def test_no_token_is_in_anything_that_was_written(
    rollcall: Rollcall, plan: Path, inside: Tenant, practice: PracticeApp, data_folder: Path
) -> None:
    said = [rollcall("entra", "apply", plan, "--json"), rollcall("entra", "undo", plan, "--yes")]
    said += [rollcall("export", plan, "--as", kind) for kind in ("markdown", "powershell", "terraform")]
    assert [each.code for each in said] == [0] * 5
    files = [path for folder in (data_folder, plan.parent) for path in folder.rglob("*") if path.is_file()]
    assert any(path.name == "road.json" for path in files)
    written = [path.read_bytes().decode("utf-8", "replace") for path in files]
    for text in [*written, *(each.out + each.err for each in said)]:
        assert practice.token not in text
        assert json.dumps(practice.token)[1:-1] not in text


def test_export_writes_what_can_be_carried_out_elsewhere(
    rollcall: Rollcall, plan: Path, tmp_path: Path
) -> None:
    script = rollcall("export", plan, "--as", "powershell", "--output", tmp_path / "setup.ps1", "--json")
    assert script.code == 0
    assert script.result["path"] == str(tmp_path / "setup.ps1")
    assert "Invoke-MgInstantiateApplicationTemplate" in (tmp_path / "setup.ps1").read_text(encoding="utf-8")
    assert rollcall("export", plan, "--as", "terraform").out.startswith("# Provisioning to InVision")
    assert rollcall("export", plan, "--as", "nonsense").code == 2


def test_apps_and_who_is_assigned(rollcall: Rollcall, plan: Path, inside: Tenant) -> None:
    found = rollcall("entra", "apps", plan, "--json")
    assert found.code == 0
    assert [app["name"] for app in found.result["gallery"]] == ["InVision"]
    assert "separate app" in found.result["advice"]
    none = rollcall("entra", "assigned", plan)
    assert none.code == 1
    assert "NOT-SET-UP" in none.err


@pytest.mark.parametrize("url", ["https://graph.microsoft.com", "http://10.0.0.1:80", "nonsense"])
def test_only_a_tenant_on_this_computer_is_taken_for_practice(
    rollcall: Rollcall, plan: Path, url: str
) -> None:
    said = rollcall("entra", "apps", plan, "--graph", url)
    assert said.code == 2
    assert "GRAPH-NOT-LOOPBACK" in said.err
