"""The files of all three systems, read back by readers that are not ours."""

from __future__ import annotations

import configparser
import plistlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.schedule import launchd, systemd, windows
from app.schedule.job import ScheduledJob, job_for, job_name
from app.setup.problem import Problem

NAMES = ["pilot.toml", "my plan 100% $HOME.toml", 'a "quoted" $(x) \\ é.toml', "%h %% $$ ${X}.toml", "back\\"]
ANY_NAME = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/"), min_size=1, max_size=40
)


def job(name: str, folder: str = "/srv/a b", program: str = sys.executable) -> ScheduledJob:
    plan = Path(folder) / name
    return job_for(plan, 40, [program, "-m", "app", "sync", str(plan), "--once"], "/opt/roll call/100%")


def unit(content: bytes) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(content.decode())
    return parser


def words(line: str) -> list[str]:
    """A command line as systemd.syntax(7) says that it is read, where every word is in double quotes."""
    found = re.findall(r'"((?:[^"\\]|\\.)*)"', line)
    assert " ".join(f'"{each}"' for each in found) == line
    plain = [re.sub(r"\\(.)", r"\1", each).replace("%%", "%") for each in found]
    return [plain[0], *(each.replace("$$", "$") for each in plain[1:])]


@pytest.mark.parametrize("name", NAMES)
def test_systemd_units_say_what_is_to_be_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/home/ann/.config")
    made = job(name)
    timer, service = systemd.files(made).values()
    assert words(unit(service)["Service"]["ExecStart"]) == list(made.command)
    assert words(unit(service)["Service"]["Environment"]) == ["PYTHONPATH=/opt/roll call/100%"]
    assert unit(timer)["Timer"]["OnUnitInactiveSec"] == "40min"
    assert unit(timer)["Install"]["WantedBy"] == "timers.target"
    assert all(systemd.is_ours(each, made.plan) for each in (timer, service))
    assert not systemd.is_ours(service, Path("/srv/other.toml"))
    assert (systemd.minutes_in(timer), systemd.minutes_in(service)) == (40, 0)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="this computer has no systemd")
def test_systemd_itself_finds_no_fault(name: str, tmp_path: Path) -> None:
    made = job(name, str(tmp_path))
    files = []
    for path, content in systemd.files(made).items():
        (tmp_path / path.name).write_bytes(content)
        files.append(str(tmp_path / path.name))
    ran = subprocess.run(
        ["systemd-analyze", "verify", "--user", "--man=no", *files],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
        env={"PATH": "/usr/bin:/bin", "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)},
    )
    told = [line for line in ran.stderr.splitlines() if "rollcall-" in line]
    assert told == []
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("name", NAMES)
def test_launchd_agents_say_what_is_to_be_run(name: str) -> None:
    made = job(name)
    ((path, content),) = launchd.files(made).items()
    body = plistlib.loads(content)
    assert body["ProgramArguments"] == list(made.command)
    assert (body["StartInterval"], body["RunAtLoad"]) == (2400, True)
    assert path.name == f"{body['Label']}.plist"
    assert body["EnvironmentVariables"]["PYTHONPATH"] == made.python_path
    assert launchd.is_ours(content, made.plan)
    assert not launchd.is_ours(content, Path("/srv/other.toml"))
    assert launchd.minutes_in(content) == 40


def windows_words(line: str) -> list[str]:
    """A command line as Microsoft's C runtime reads it."""
    found: list[str] = []
    position = 0
    while position < len(line):
        word, quoted = "", False
        while position < len(line) and (quoted or line[position] not in " \t"):
            slashes = len(line) - position - len(line[position:].lstrip("\\"))
            position += slashes
            if position < len(line) and line[position] == '"':
                word += "\\" * (slashes // 2)
                if slashes % 2:
                    word += '"'
                else:
                    quoted = not quoted
                position += 1
            elif slashes:
                word += "\\" * slashes
            else:
                word += line[position]
                position += 1
        found.append(word)
        position += 1
    return found


@pytest.mark.parametrize("name", ["pilot.toml", "my plan 100 %.toml", "Ünicode & <x> 'y'.toml", "back\\"])
def test_windows_tasks_say_what_is_to_be_run(name: str) -> None:
    plan = Path("/srv/a b") / name
    made = job_for(plan, 40, ["C:\\Program Files\\Rollcall\\rollcall.exe", "sync", str(plan)], "")
    ((_, content),) = windows.files(made).items()
    task = ET.fromstring(content)
    space = {"t": windows.NAMESPACE}
    command = task.findtext("t:Actions/t:Exec/t:Command", namespaces=space)
    arguments = task.findtext("t:Actions/t:Exec/t:Arguments", namespaces=space)
    assert command is not None
    assert arguments is not None
    assert [command, *windows_words(arguments)] == list(made.command)
    assert task.findtext(".//t:Repetition/t:Interval", namespaces=space) == "PT40M"
    assert task.findtext(".//t:MultipleInstancesPolicy", namespaces=space) == "IgnoreNew"
    assert content[:2] in {b"\xff\xfe", b"\xfe\xff"}  # schtasks reads UTF-16
    order = [child.tag.partition("}")[2] for child in task]
    assert order == ["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"]
    assert windows.is_ours(content, plan)
    assert not windows.is_ours(content, Path("/srv/other.toml"))
    assert windows.minutes_in(content) == 40


@pytest.mark.parametrize("name", ["%TEMP%.toml", "$(Arg0).toml"])
def test_windows_paths_that_would_be_replaced_are_refused(name: str) -> None:
    with pytest.raises(Problem) as caught:
        windows.files(job(name))
    assert caught.value.code == "SCHEDULE-PATH"


@settings(max_examples=60)
@given(name=ANY_NAME)
def test_any_name_comes_back_as_it_was(name: str) -> None:
    made = job(name)
    assert re.fullmatch(r"rollcall-[a-z0-9-]+-[0-9a-f]{8}", made.name)
    assert words(unit(list(systemd.files(made).values())[1])["Service"]["ExecStart"]) == list(made.command)
    (agent,) = launchd.files(made).values()
    assert plistlib.loads(agent)["ProgramArguments"] == list(made.command)


def test_what_cannot_be_written_is_refused() -> None:
    for name in ("line\nend.toml", "half\ud800.toml", "bell\x07.toml"):
        with pytest.raises(Problem) as caught:
            job(name)
        assert caught.value.code == "SCHEDULE-PATH"
    for minutes in (0, 44_641):
        with pytest.raises(Problem) as caught:
            job_for(Path("/x.toml"), minutes, ["rollcall"], "")
        assert caught.value.code == "SCHEDULE-PACE"


def test_two_plans_of_one_name_do_not_meet() -> None:
    assert job_name(Path("/a/pilot.toml")) != job_name(Path("/b/pilot.toml"))
    assert job_name(Path("/a/日本.toml")).startswith("rollcall-plan-")


@pytest.mark.parametrize("content", [b"", b"<!DOCTYPE x>", b"\xff\xfe", b"{}", b"<plist>", b"\x00" * 9])
def test_garbage_is_nobodys(content: bytes) -> None:
    for module in (systemd, launchd, windows):
        assert not module.is_ours(content, Path(PurePosixPath("/srv/pilot.toml")))
        assert module.minutes_in(content) == 0
