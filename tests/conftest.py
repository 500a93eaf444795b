"""What every test stands on: folders of its own, no real keyring, no real screen, nothing left behind."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

# Before anything imports Qt or keyring: a test never opens a window on the desk of whoever runs it, and
# never reads that person's keyring. Tests that need the real thing (tests/setup, tests/e2e) set it up
# themselves, in processes and buses of their own.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"

import psutil  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402

from tests.written import remember_secrets  # noqa: E402

pytest_plugins = ["tests.servers.fixtures"]
remember_secrets()

settings.register_profile(
    "rollcall",
    deadline=None,  # two busy cores: a slow example says nothing about the code
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    max_examples=100,
)
settings.load_profile("rollcall")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--kills``: how many cycles tests/engine/cycle/test_kill.py kills; a full run takes 500.

    ``--stories``: how many stories tests/engine/cycle/test_stories.py makes up; a full run takes 1,000.
    """
    parser.addoption("--kills", type=int, default=15)
    parser.addoption("--stories", type=int, default=40)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What searches all that was written comes last."""
    items.sort(key=lambda item: item.path.name == "test_no_secret_written.py")


@pytest.fixture(autouse=True)
def data_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own."""
    folder = tmp_path_factory.mktemp("rollcall-data")
    monkeypatch.setenv("ROLLCALL_DATA_DIR", str(folder))
    return folder


def _children() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread or a process running.

    Session-wide servers are started by fixtures that this one does not see the inside of: what they start
    is marked by the fixtures' own scope, so only what appears between set-up and end of a test counts.
    """
    # Fixtures of wider scope are set up before function-scoped ones, so their processes are in `before`.
    before = _children()
    threads = set(threading.enumerate())
    yield
    for child in _children() - before:
        try:
            process = psutil.Process(child)
            process.wait(timeout=3)
        except psutil.NoSuchProcess:
            continue
        except psutil.TimeoutExpired:
            command = " ".join(process.cmdline())
            process.kill()
            pytest.fail(f"{request.node.nodeid} left a process behind: {command}")
    for thread in set(threading.enumerate()) - threads:
        thread.join(timeout=3)
        if thread.is_alive() and not thread.daemon:
            pytest.fail(f"{request.node.nodeid} left a thread behind: {thread.name}")
