"""Runs last: no secret of any test stands in any file that the suite has written (logs, states, reports)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.written import SECRETS, files_with_secrets


def test_no_file_of_the_suite_holds_a_secret(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    planted = b"planted-by-this-test-0123456789"
    (tmp_path / "planted.log").write_bytes(b'{"Authorization": "Bearer ' + planted + b'"}')
    assert files_with_secrets(tmp_path, {planted}) == [(tmp_path / "planted.log", planted)]
    found = files_with_secrets(tmp_path_factory.getbasetemp(), SECRETS)
    assert found == []
