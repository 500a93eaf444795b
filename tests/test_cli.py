"""The commands, against the real practice app: the whole road, exit codes, who hears what, and no secret."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from app import cli
from app.practice.app import PracticeApp
from app.practice.people import write_people
from app.setup.plan import Place, SetupPlan
from app.setup.plan_file import write_plan
from app.setup.program import own_command, own_environment

SECRET = "tok/planted+8c1f52aa90=="


@dataclass(frozen=True)
class Said:
    """What one command did."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output of a command with --json; every line of it."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def result(self) -> dict[str, Any]:
        """The end, which is the last line."""
        end: dict[str, Any] = self.lines[-1]["result"]
        return end


Rollcall = Callable[..., Said]


@pytest.fixture
def rollcall(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Rollcall:
    """Runs a command in this process; ``typed`` is its standard input."""

    def run(*arguments: str | Path, typed: str = "", desk: cli.Desk | None = None) -> Said:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        code = cli.run([str(argument) for argument in arguments], desk or (lambda _: 0))
        out, err = capfd.readouterr()
        return Said(code, out, err)

    return run


@pytest.fixture(scope="module")
def practice() -> Iterator[PracticeApp]:
    with PracticeApp.start() as running:
        yield running


@pytest.fixture
def empty_app() -> Iterator[PracticeApp]:
    with PracticeApp.start() as running:
        yield running


def make_plan(folder: Path, url: str, where: Place = Place.THIS_COMPUTER, profile: str = "scim") -> Path:
    write_people(folder)
    plan = SetupPlan()
    plan.app.profile = profile
    plan.app.tenant_url = url
    plan.run.where = where
    plan.source.users, plan.source.groups = "users.csv", "groups.csv"
    plan.scope.who = "all"
    path = folder / "pilot.toml"
    write_plan(path, plan)
    return path


def writes(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in entries if line.get("event") == "entry" and line["action"] != "none"]


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


def names_in(practice: PracticeApp) -> list[str]:
    headers = {"Authorization": f"Bearer {practice.token}"}
    answer = httpx.get(f"{practice.tenant_url}/Users?count=500", headers=headers, trust_env=False).json()
    return [user["userName"] for user in answer["Resources"]]


def people_in(practice: PracticeApp) -> int:
    return len(names_in(practice))


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
        assert "PLACE-LATER" in said.err
        assert "What to do" in said.err


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


# In processes of their own


def start(*arguments: str, **more: Any) -> subprocess.Popen[bytes]:
    environment = own_environment() | more.pop("environment", {})
    return subprocess.Popen(
        own_command(*arguments),
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def without_display(**more: str) -> dict[str, str]:
    hidden = dict.fromkeys(("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"), "")
    return hidden | more


@pytest.mark.parametrize("arguments", [[], ["practice"], ["--data-dir", "{tmp}", "practice"]])
def test_no_display_is_told_with_what_to_do(arguments: list[str], tmp_path: Path) -> None:
    process = start(*(part.format(tmp=tmp_path) for part in arguments), environment=without_display())
    out, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert out == b""
    assert b"no display" in err
    assert b"rollcall tour FOLDER" in err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to consoles, not to processes")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_while_waiting_for_the_next_cycle(
    practice: PracticeApp, tmp_path: Path, number: signal.Signals
) -> None:
    plan = make_plan(tmp_path, practice.tenant_url, profile="invision")
    process = start(
        "sync", str(plan), "--every", "40", "--json", environment={"ROLLCALL_TOKEN": practice.token}
    )
    assert process.stdout is not None
    for line in process.stdout:
        if b"The next cycle begins in 40 minutes" in line:
            break
    process.send_signal(number)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 130
    assert b"Traceback" not in err


class Slow(BaseHTTPRequestHandler):
    """Finds nobody and creates everybody, slowly."""

    made: list[str]
    counting = threading.Lock()

    def do_GET(self) -> None:
        self._say(
            200,
            {
                "totalResults": 0,
                "Resources": [],
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            },
        )

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.counting:
            self.made.append(body["userName"])
            number = len(self.made)
        threading.Event().wait(0.2)
        self._say(201, body | {"id": f"id-{number}"})

    def _say(self, status: int, body: dict[str, Any]) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/scim+json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:
        return


class Echo(Slow):
    """Repeats the token in everything it says, as some apps do in their error pages."""

    def do_GET(self) -> None:
        token = self.headers.get("Authorization", "")
        self._say(self.status, {"detail": f"you sent {token}", "schemas": ["x"], "status": str(self.status)})

    do_POST = do_GET
    status = 401


@pytest.fixture
def serve() -> Iterator[Callable[[type[BaseHTTPRequestHandler]], str]]:
    servers: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def begin(handler: type[BaseHTTPRequestHandler]) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}/scim/v2"

    yield begin
    for server, thread in servers:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to consoles, not to processes")
def test_ctrl_c_stops_a_cycle_in_good_order(serve: Callable[..., str], tmp_path: Path) -> None:
    class Server(Slow):
        made: list[str] = []

    url = serve(Server)
    plan = make_plan(tmp_path, url, profile="invision")
    environment = {"ROLLCALL_TOKEN": SECRET}
    process = start("sync", str(plan), "--json", environment=environment)
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(json.loads(line))
        if lines[-1].get("action") == "create":
            process.send_signal(signal.SIGINT)
            break
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err == b""
    end = json.loads(out.splitlines()[-1])
    assert end["result"]["state"] == "stopped"
    assert 0 < len(Server.made) < 117
    made = list(Server.made)
    assert len(made) == len(set(made))

    # What was created is known: the next run creates the others only.
    again = start("sync", str(plan), "--json", environment=environment)
    out, _ = again.communicate(timeout=60)
    assert again.returncode == 0
    assert len(Server.made) == len(set(Server.made)) == 117


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to consoles, not to processes")
def test_ctrl_c_ends_a_check_that_waits_for_an_answer(serve: Callable[..., str]) -> None:
    asked = threading.Event()
    go_on = threading.Event()

    class Silent(Slow):
        def do_GET(self) -> None:
            asked.set()
            go_on.wait(30)

    process = start("check", serve(Silent), environment={"ROLLCALL_TOKEN": SECRET})
    assert asked.wait(20)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=10)
    go_on.set()
    assert process.returncode == 130
    assert b"CANCELLED" in err
    assert b"Traceback" not in err


def test_a_failing_cycle_does_not_end_every_but_a_wrong_start_does(
    rollcall: Rollcall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rollcall("sync", "missing.toml", "--every", "1").code == 2
    monkeypatch.setenv("ROLLCALL_TOKEN", SECRET)
    plan = make_plan(tmp_path, "http://127.0.0.1:9", profile="invision")
    process = start("sync", str(plan), "--every", "0.001", "--json", environment={"ROLLCALL_TOKEN": SECRET})
    assert process.stdout is not None
    ends = 0
    for line in process.stdout:
        ends += b"CycleSummary" in line
        if ends == 2:
            break
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == 130 if sys.platform != "win32" else True


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


@pytest.mark.parametrize("status", [400, 401])
def test_no_secret_is_written_anywhere(
    serve: Callable[..., str], tmp_path: Path, data_folder: Path, status: int
) -> None:
    class Server(Echo):
        pass

    Server.status = status
    url = serve(Server)
    plan = make_plan(tmp_path, url, profile="invision")
    said = b""
    for arguments in (
        ["check", url],
        ["check", url, "--json"],
        ["preview", str(plan)],
        ["sync", str(plan), "--json"],
        ["log", str(plan)],
        ["status", str(plan), "--json"],
    ):
        process = start(*arguments, environment={"ROLLCALL_TOKEN": SECRET})
        out, err = process.communicate(timeout=60)
        said += out + err
    assert b"you sent" in said, "the server's words never came through, so this test proves nothing"
    written = b"".join(path.read_bytes() for path in data_folder.rglob("*") if path.is_file())
    assert len(written) > 1000
    for secret in (SECRET, SECRET.replace("/", "\\/"), "tok%2Fplanted", "planted+8c1f52aa90"):
        assert secret.encode() not in said
        assert secret.encode() not in written


def test_the_data_folder_that_cannot_be_written_is_told(rollcall: Rollcall, tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("", encoding="utf-8")
    said = rollcall("status", "x.toml", "--data-dir", occupied)
    assert said.code == 1
    assert "DATA-FOLDER" in said.err


def test_the_environment_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "ROLLCALL_TOKEN" not in os.environ
