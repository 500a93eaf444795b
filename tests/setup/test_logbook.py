"""The log file: rotated, private, one record a line, and free of every known secret."""

from __future__ import annotations

import base64
import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from app.setup import logbook
from app.setup.logbook import close_log, open_log
from app.setup.redaction import secrets_seen
from app.setup.tenant_url import TenantUrl
from app.setup.token_store import TokenStore

TOKEN = 'sown/token+with="specials"&\u00fc-0123456789'


@pytest.fixture
def log() -> Iterator[logging.Handler]:
    root = logging.getLogger()
    level = root.level
    handler = open_log("worker")
    yield handler
    close_log(handler)
    root.setLevel(level)


def _everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_planted_token_is_in_no_byte_that_is_written(log: logging.Handler, data_folder: Path) -> None:
    TokenStore().put(TenantUrl.parse("https://contoso.com"), TOKEN)
    logger = logging.getLogger("app.scim")
    logger.info("token %s", TOKEN)
    logger.info("sent %s", json.dumps({"headers": {"Authorization": f"Bearer {TOKEN}"}}))
    logger.info("url https://x.example/?t=%s", quote(TOKEN, safe=""))
    logger.info("basic %s", base64.b64encode(f"u:{TOKEN}".encode()).decode())
    logger.info({"token": TOKEN})
    try:
        int(TOKEN)
    except ValueError:
        logger.exception("failed with %r", TOKEN)
    logger.warning("stack", stack_info=True)
    written = _everything(data_folder)
    assert written.count(b"[secret]") >= 7
    for piece in ("sown/", "sown%", "0123456789", quote(TOKEN, safe="")):
        assert piece.encode() not in written
    assert base64.b64encode(TOKEN.encode())[4:-4] not in written


def test_the_file_is_where_it_is_said_to_be_and_private(log: logging.Handler, data_folder: Path) -> None:
    logging.getLogger("app").info("hello")
    path = data_folder / "logs" / "worker.log"
    assert path.read_text(encoding="utf-8").rstrip().endswith("INFO    app: hello")
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600


def test_files_are_rotated_and_the_oldest_removed(data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logbook, "LARGEST", 2000)
    secrets_seen.add(TOKEN)
    handler = open_log("small")
    for number in range(400):
        logging.getLogger("app").warning("line %d %s", number, TOKEN)
    close_log(handler)
    files = sorted((data_folder / "logs").iterdir())
    assert [path.name for path in files] == [
        "small.log",
        *(f"small.log.{n}" for n in range(1, logbook.KEPT + 1)),
    ]
    assert all(path.stat().st_size <= 2000 for path in files)
    assert b"sown" not in _everything(data_folder)
    assert b"line 399" in files[0].read_bytes()


def test_text_with_line_ends_cannot_pass_for_a_record(log: logging.Handler, data_folder: Path) -> None:
    logging.getLogger("app").info("one\n2026-01-01 00:00:00,000 ERROR   app: forged\r\nlast")
    lines = (data_folder / "logs" / "worker.log").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 3
    assert lines[1].startswith("    2026")


def test_opening_again_gives_the_same_file(log: logging.Handler) -> None:
    assert open_log("worker") is log
    other = open_log("window")
    assert other is not log
    close_log(other)


def test_what_no_encoding_can_carry_is_still_logged(log: logging.Handler, data_folder: Path) -> None:
    logging.getLogger("app").info("half \ud800 a character")
    assert b"half \\ud800 a character" in (data_folder / "logs" / "worker.log").read_bytes()
