"""A real Secret Service for tests: GNOME Keyring on a D-Bus session of the test's own.

Nothing of the person who runs the tests is touched: home, runtime folder and bus are all temporary.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection

_BUS = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
_DESKTOP = {"DBUS", "GNOME", "XDG", "DISPLAY", "WAYLAND"}
_PASSWORD = b"only for this test"


@dataclass(frozen=True)
class SecretService:
    """What a process needs to reach it."""

    environment: dict[str, str]

    def __post_init__(self) -> None:
        assert "DBUS_SESSION_BUS_ADDRESS" in self.environment


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()


def _wait_for(name: str, address: str, process: subprocess.Popen[bytes]) -> None:
    """Until somebody answers to this name on the bus."""
    deadline = time.monotonic() + 20
    with open_dbus_connection(address) as connection:
        while time.monotonic() < deadline and process.poll() is None:
            question = new_method_call(_BUS, "NameHasOwner", "s", (name,))
            if connection.send_and_get_reply(question, timeout=5).body[0]:
                return
            time.sleep(0.02)
    raise RuntimeError(f"{name} did not appear on the bus; exit code {process.poll()}")


@contextlib.contextmanager
def running_secret_service(folder: Path) -> Iterator[SecretService]:
    """Start both daemons in ``folder``; end them, by their own ids, at the end."""
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    environment = {
        **{
            key: value for key, value in os.environ.items() if not key.startswith(("DBUS_", "GNOME_", "XDG_"))
        },
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(runtime),
        "XDG_DATA_HOME": str(folder / "share"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_CACHE_HOME": str(folder / "cache"),
    }
    with contextlib.ExitStack() as ends:
        bus = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"],
            env=environment,
            stdout=subprocess.PIPE,
        )
        ends.callback(_stop, bus)
        assert bus.stdout
        address = bus.stdout.readline().decode().strip()
        environment["DBUS_SESSION_BUS_ADDRESS"] = address
        keyring = subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground", "--components=secrets", "--unlock"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        ends.callback(_stop, keyring)
        assert keyring.stdin
        keyring.stdin.write(_PASSWORD)
        keyring.stdin.close()
        _wait_for("org.freedesktop.secrets", address, keyring)
        yield SecretService(environment)
