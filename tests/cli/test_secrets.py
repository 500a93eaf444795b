"""No secret is written anywhere, whatever the app repeats."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.asking import (
    SECRET,
    Echo,
    make_plan,
    start,
)


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
