"""Restart and staged deletions as commands, on the real practice app."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.practice.app import PracticeApp
from app.setup.plan_file import read_plan, write_plan
from tests.cli.asking import Rollcall, make_plan, names_in


def test_staged_deletions_are_shown_and_decided_and_a_restart_begins_anew(
    rollcall: Rollcall, empty_app: PracticeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLLCALL_TOKEN", empty_app.token)
    path = make_plan(tmp_path, empty_app.tenant_url)
    plan = read_plan(path)
    plan.safety.deletion_threshold, plan.safety.delete_after_days = 1, 0
    write_plan(path, plan)
    assert rollcall("sync", path).code == 0
    before = names_in(empty_app)
    users = tmp_path / "users.csv"
    header, *rows = users.read_text(encoding="utf-8-sig").splitlines()
    users.write_text("\n".join([header, *rows[2:]]), encoding="utf-8")

    assert rollcall("sync", path).code == 1
    listed = rollcall("staged", path, "--json")
    assert listed.code == 1
    first, second = listed.result["rows"]
    assert (first["action"], first["decision"]) == ("delete", "")
    assert first["name"] in rollcall("staged", path).out
    assert rollcall("staged", path, "--allow", "user:nobody").code == 1
    assert rollcall("staged", path, "--allow-all", "--reject-all").code == 2
    assert rollcall("staged", path, "--allow", first["id"], "--reject", second["id"]).code == 0
    assert rollcall("staged", path).code == 0
    # Those who stay have a manager who left the file: that is no reason to call all well.
    said = rollcall("sync", path)
    assert said.code == 1
    assert "could not be read" in said.out
    assert set(before) - set(names_in(empty_app)) == {first["name"]}

    assert rollcall("restart", path, "--reset", "Everything").code == 1
    told = rollcall("restart", path)
    assert (told.code, "initial cycle" in told.out) == (0, True)
    status = rollcall("status", path, "--json").result
    assert (status["next_kind"], status["next_why"]) == ("initial", "It was restarted.")
    assert "initial" in rollcall("preview", path).err + rollcall("preview", path).out
    assert status["users"] > 0
    told = rollcall("restart", path, "--reset", "Full")
    assert told.code == 0
    assert "matched anew" in told.out
    assert rollcall("status", path, "--json").result["users"] == 0
