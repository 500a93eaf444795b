"""The whole road on the real practice app, for programs and for people."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from app.practice.app import PracticeApp
from app.setup.plan import Place
from tests.cli.asking import (
    Rollcall,
    make_plan,
    names_in,
    people_in,
    writes,
)


def test_the_whole_road(
    rollcall: Rollcall, empty_app: PracticeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLLCALL_TOKEN", empty_app.token)
    plan = make_plan(tmp_path, empty_app.tenant_url)

    checked = rollcall("check", empty_app.tenant_url, "--json")
    assert (checked.code, checked.result["verdict"]) == (0, "ready")
    assert {"C-URL", "C-AUTH", "C-EMPTY"} <= {line["id"] for line in checked.lines if "id" in line}

    assert rollcall("status", plan, "--json").result["state"] == "never-run"
    planned = rollcall("preview", plan, "--json")
    assert planned.code == 0
    assert planned.result["counts"]["create"] == 125
    assert len([line for line in writes(planned.lines) if line["status"] == "planned"]) == 125
    assert people_in(empty_app) == 0

    first = rollcall("sync", plan, "--json")
    assert (first.code, first.result["state"], first.result["kind"]) == (0, "succeeded", "initial")
    assert people_in(empty_app) == 117

    second = rollcall("sync", plan, "--once", "--json")
    assert (second.code, second.result["kind"]) == (0, "incremental")
    assert writes(second.lines) == []
    assert second.result["requests"] == 0

    assert "128 of 128 rows" in rollcall("log", plan, "--limit", "200").out
    rows = list(
        csv.DictReader(io.StringIO(rollcall("log", plan, "--format", "csv", "--user", "o'brien").out))
    )
    assert {row["name"] for row in rows} == {name for name in names_in(empty_app) if "o'brien" in name}
    lines = rollcall("log", plan, "--format", "json", "--status", "success").out.splitlines()
    assert {json.loads(line)["status"] for line in lines} == {"success"}

    status = rollcall("status", plan, "--json").result
    assert (status["state"], status["users"], status["groups"]) == ("idle", 117, 8)
    assert [cycle["cycle"] for cycle in status["cycles"]] == [2, 1]


def test_tables_for_a_person(
    rollcall: Rollcall, empty_app: PracticeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLLCALL_TOKEN", empty_app.token)
    plan = make_plan(tmp_path, empty_app.tenant_url)
    checked = rollcall("check", empty_app.tenant_url, "--matching", "userName", "--profile", "scim")
    assert "PASS  C-AUTH" in checked.out
    assert "READY" in checked.out
    assert checked.err == ""
    planned = rollcall("preview", plan)
    assert "ivana.o'brien@contoso.example" in planned.out
    assert "nguyen.dvorak@contoso.example" in planned.out
    synced = rollcall("sync", plan)
    assert synced.code == 0
    assert "create" in synced.out
    assert "125" in synced.out
    log = rollcall("log", plan, "--user", "björn", "--status", "failure")
    assert "No row" in log.out
    status = rollcall("status", plan)
    assert "idle" in status.out
    assert "succeeded" in status.out


def test_failures_give_1_and_their_reason(
    rollcall: Rollcall, empty_app: PracticeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLLCALL_TOKEN", empty_app.token)
    plan = make_plan(tmp_path, empty_app.tenant_url)
    # Refused by any SCIM server: a boolean where a name should be is not the issue, a missing userName is.
    text = plan.read_text(encoding="utf-8")
    plan.write_text(
        text + '\n[[mappings.users]]\ntarget = "userName"\nsource = "[mail]"\nmatching = 1\n',
        encoding="utf-8",
    )
    synced = rollcall("sync", plan)
    assert synced.code == 1
    assert "No matching attribute has a value" in synced.out
    failed = rollcall("log", plan, "--status", "failure", "--format", "json").out.splitlines()
    assert len(failed) == 2


def test_a_practice_plan_runs_by_itself(rollcall: Rollcall, tmp_path: Path) -> None:
    plan = make_plan(tmp_path, "", Place.PRACTICE, "invision")
    for _ in range(2):
        # Each run has an app of its own, so each begins with an empty state, and finds nobody it remembers.
        synced = rollcall("sync", plan, "--json")
        assert synced.code == 0
        assert synced.result["cycle"] == 1
        assert any("practice app was started" in line.get("text", "") for line in synced.lines)


def test_a_plan_for_entra_is_refused_with_what_to_do(rollcall: Rollcall, tmp_path: Path) -> None:
    plan = make_plan(tmp_path, "https://app.example.com", Place.ENTRA)
    for command in ("preview", "sync"):
        said = rollcall(command, plan)
        assert said.code == 1
        assert "PLACE-ENTRA" in said.err
        assert "What to do" in said.err


def test_data_dir_moves_everything(
    rollcall: Rollcall,
    practice: PracticeApp,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    data_folder: Path,
) -> None:
    monkeypatch.setenv("ROLLCALL_TOKEN", practice.token)
    elsewhere = tmp_path / "elsewhere"
    plan = make_plan(tmp_path, practice.tenant_url)
    rollcall("--data-dir", elsewhere, "preview", plan)
    rollcall("status", plan, "--data-dir", elsewhere)
    assert list(elsewhere.glob("plans/pilot-*"))
    assert list(data_folder.iterdir()) == []
