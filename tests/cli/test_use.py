"""Wrong use, tokens, help, and what is said where."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.practice.app import PracticeApp
from app.setup.program import own_environment
from tests.cli.asking import (
    SECRET,
    Rollcall,
    make_plan,
    start,
    without_display,
)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nonsense"], "No such command"),
        (["sync"], "Missing argument"),
        (["sync", "missing.toml"], "PLAN-MISSING"),
        (["sync", "x.toml", "--once", "--every", "4"], "exclude each other"),
        (["sync", "x.toml", "--every", "0"], "0.0 is not in the range"),
        (["check", "https://user:pass@app.example.com"], "URL-CREDENTIALS"),
        (["check", "http://app.example.com"], "https"),
        (["check", "https://app.example.com"], "TOKEN-MISSING"),
        (["check", "https://app.example.com", "--token", "x"], "No such option"),
        (["log", "x.toml", "--status", "odd"], "Invalid value"),
    ],
)
def test_wrong_use_gives_2(rollcall: Rollcall, arguments: list[str], code: str) -> None:
    said = rollcall(*arguments)
    assert said.code == 2
    assert said.out == ""
    assert code in said.err


def test_a_problem_is_one_json_object_too(rollcall: Rollcall) -> None:
    said = rollcall("status", "missing.toml", "--json")
    assert said.code == 2
    assert said.lines[-1]["error"]["code"] == "PLAN-MISSING"
    assert said.err == ""


def test_a_broken_plan_is_told_by_line(rollcall: Rollcall, tmp_path: Path) -> None:
    plan = tmp_path / "broken.toml"
    plan.write_text("version = 1\n[scope]\nwho = 'everybody'\n", encoding="utf-8")
    said = rollcall("sync", plan)
    assert said.code == 2
    assert "line 3" in said.err


def test_an_unreachable_app_is_not_ready(rollcall: Rollcall) -> None:
    said = rollcall("check", "http://127.0.0.1:9", "--token-stdin", typed=SECRET)
    assert said.code == 1
    assert "NOT READY" in said.out


def test_tokens_come_from_standard_input_first(
    rollcall: Rollcall, practice: PracticeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROLLCALL_TOKEN", "a-wrong-one")
    assert rollcall("check", practice.tenant_url).code == 1
    assert (
        rollcall("check", practice.tenant_url, "--token-stdin", typed=f"Bearer {practice.token}\n").code == 0
    )


def test_a_token_that_cannot_be_kept_is_told(rollcall: Rollcall) -> None:
    said = rollcall("token", "set", "https://app.example.com", typed=SECRET)
    assert said.code == 1
    assert "could not be kept" in said.out
    assert SECRET not in said.out + said.err
    assert rollcall("token", "set", "https://app.example.com", typed=" \n").code == 2
    assert rollcall("token", "forget", "https://app.example.com").code == 0


def test_a_token_in_the_keyring_is_found(
    rollcall: Rollcall, practice: PracticeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keyring
    from keyring.backend import KeyringBackend

    kept: dict[tuple[str, str], str] = {}

    class Memory(KeyringBackend):
        priority = 5  # type: ignore[assignment]

        def get_password(self, service: str, username: str) -> str | None:
            return kept.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            kept[(service, username)] = password

        def delete_password(self, service: str, username: str) -> None:
            del kept[(service, username)]

    before = keyring.get_keyring()
    keyring.set_keyring(Memory())
    try:
        said = rollcall("token", "set", practice.tenant_url, "--json", typed=practice.token)
        assert (said.code, said.result["where"]) == (0, "keyring")
        assert list(kept.values()) == [practice.token]
        assert rollcall("check", practice.tenant_url).code == 0
        assert rollcall("token", "forget", practice.tenant_url).code == 0
        assert rollcall("check", practice.tenant_url).code == 2
    finally:
        keyring.set_keyring(before)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["check"],
        ["preview"],
        ["sync"],
        ["log"],
        ["status"],
        ["token"],
        ["token", "set"],
        ["token", "forget"],
        ["practice"],
        ["tour"],
    ],
)
def test_every_command_has_help(rollcall: Rollcall, arguments: list[str]) -> None:
    said = rollcall(*arguments, "--help")
    assert said.code == 0
    assert "Usage: rollcall" in said.out


def test_the_window_is_opened_by_its_commands(rollcall: Rollcall, tmp_path: Path) -> None:
    asked: list[list[str]] = []

    def desk(arguments: list[str]) -> int:
        asked.append(arguments)
        return 7

    for arguments in ([], ["practice"], ["tour", str(tmp_path)]):
        assert rollcall(*arguments, desk=desk).code == 7
    assert asked == [[], ["practice"], ["tour", str(tmp_path)]]


@pytest.mark.parametrize("arguments", [[], ["practice"], ["--data-dir", "{tmp}", "practice"]])
def test_no_display_is_told_with_what_to_do(arguments: list[str], tmp_path: Path) -> None:
    process = start(*(part.format(tmp=tmp_path) for part in arguments), environment=without_display())
    out, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert out == b""
    assert b"no display" in err
    assert b"rollcall tour FOLDER" in err


def test_output_is_utf8_whatever_the_system_says(practice: PracticeApp, tmp_path: Path) -> None:
    plan = make_plan(tmp_path, practice.tenant_url)
    environment = {"ROLLCALL_TOKEN": practice.token, "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    process = start("preview", str(plan), environment=environment)
    out, _ = process.communicate(timeout=60)
    assert "Nguyễn" in out.decode("utf-8") or "Søren" in out.decode("utf-8")


def test_a_reader_that_has_seen_enough_is_no_failure_to_shout_about(
    practice: PracticeApp, tmp_path: Path
) -> None:
    plan = make_plan(tmp_path, practice.tenant_url)
    process = start("preview", str(plan), "--json", environment={"ROLLCALL_TOKEN": practice.token})
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr as err:
        said = err.read()
    assert process.stdin is not None
    process.stdin.close()
    process.wait(timeout=30)
    assert b"Traceback" not in said


def test_the_data_folder_that_cannot_be_written_is_told(rollcall: Rollcall, tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("", encoding="utf-8")
    said = rollcall("status", "x.toml", "--data-dir", occupied)
    assert said.code == 1
    assert "DATA-FOLDER" in said.err


def test_what_is_asked_for_is_decided_before_anything_heavy_is_imported() -> None:
    heavy = ("PySide6", "pydantic", "click", "rich", "keyring", "httpx", "lark")
    code = f"import sys, app.__main__; print([name for name in {heavy} if name in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", code], env=own_environment(), capture_output=True, check=True, timeout=30
    )
    assert run.stdout.strip() == b"[]"
