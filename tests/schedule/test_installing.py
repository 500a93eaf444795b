"""Installing and removing: what was written is taken away, and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app.schedule.installing import System, install, remove, run_command, show
from app.schedule.job import job_for
from app.setup.problem import Problem
from app.setup.program import windowless_command

SYSTEMS: list[System] = ["systemd", "launchd", "windows"]


class Run:
    """Notes commands instead of running them."""

    def __init__(self, fault: str = "") -> None:
        self.commands: list[list[str]] = []
        self._fault = fault

    async def __call__(self, command: list[str]) -> str:
        self.commands.append(command)
        return self._fault


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    monkeypatch.setenv("ROLLCALL_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def everything(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("system", SYSTEMS)
async def test_what_is_installed_is_shown_and_taken_away_again(home: Path, system: System) -> None:
    plan = home / "my plan.toml"
    plan.write_text("version = 1")
    other = home / "data" / "kept.txt"
    other.parent.mkdir()
    other.write_text("mine")
    before = everything(home)
    assert not (await show(plan, system)).installed

    run = Run()
    made = await install(job_for(plan, 25, ["/usr/bin/rollcall", "sync", str(plan)], ""), system, run)
    assert (made.installed, made.minutes, made.faults) == (True, 25, [])
    assert everything(home) - before == set(made.files)
    assert all("my plan.toml" in text for text in made.files.values())
    assert len(run.commands) == len(made.commands) > 0

    again = await install(job_for(plan, 60, ["/usr/bin/rollcall", "sync", str(plan)], ""), system, Run())
    assert again.minutes == 60
    assert set(again.files) == set(made.files)
    assert (await show(plan, system)).minutes == 60

    run = Run()
    gone = await remove(plan, system, run)
    assert not gone.installed
    assert set(gone.files) == set(made.files)
    assert run.commands
    assert everything(home) == before
    run = Run()
    assert (await remove(plan, system, run)).files == {}
    assert run.commands == []


@pytest.mark.parametrize("system", SYSTEMS)
async def test_a_file_of_somebody_else_is_left_alone(home: Path, system: System) -> None:
    plan = home / "pilot.toml"
    job = job_for(plan, 25, ["/usr/bin/rollcall", "sync", str(plan)], "")
    made = await install(job, system, Run())
    path = next(iter(made.files))
    path.write_text("# mine now\n")
    run = Run()
    for doing in (install(job, system, run), remove(plan, system, run), show(plan, system)):
        with pytest.raises(Problem) as caught:
            await doing
        assert caught.value.code == "SCHEDULE-NOT-OURS"
    assert path.read_text() == "# mine now\n"
    assert run.commands == []


async def test_a_system_that_does_not_heed_is_told(home: Path) -> None:
    plan = home / "pilot.toml"
    run = Run("no bus")
    made = await install(job_for(plan, 25, ["/usr/bin/rollcall"], ""), "systemd", run)
    assert made.installed
    assert len(made.faults) == 2
    assert all("no bus" in fault for fault in made.faults)


async def test_a_folder_that_cannot_be_written_is_a_problem(home: Path) -> None:
    (home / ".config").write_text("a file where a folder should be")
    with pytest.raises(Problem) as caught:
        await install(job_for(home / "pilot.toml", 25, ["/usr/bin/rollcall"], ""), "systemd", Run())
    assert caught.value.code == "SCHEDULE-FILE"


async def test_commands_tell_what_went_wrong() -> None:
    assert await run_command([sys.executable, "-c", "pass"]) == ""
    assert (
        await run_command([sys.executable, "-c", "import sys; sys.exit('no  such\\nthing')"])
        == "no such thing"
    )
    assert await run_command([sys.executable, "-c", "raise SystemExit(3)"]) == "exit code 3"
    assert await run_command(["/no/such/program"])


@pytest.mark.parametrize(
    ("frozen", "program", "started"),
    [(True, "rollcall-cli.exe", "Rollcall.exe"), (False, "python.exe", "pythonw.exe")],
)
def test_windows_starts_it_without_a_console(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, frozen: bool, program: str, started: str
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "frozen", frozen, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / program))
    assert windowless_command("sync")[0] == str(tmp_path / program)
    (tmp_path / started).touch()
    assert windowless_command("sync")[0] == str(tmp_path / started)
    assert windowless_command("sync")[-1] == "sync"
