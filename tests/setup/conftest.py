"""Fixtures of the setup tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.setup.redaction import secrets_seen
from tests.setup.secret_service import SecretService, running_secret_service


@pytest.fixture(scope="session")
def secret_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecretService]:
    """GNOME Keyring on a bus of its own."""
    with running_secret_service(tmp_path_factory.mktemp("secrets")) as service:
        yield service


@pytest.fixture(autouse=True)
def forgotten_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of made-up tokens of property tests are not carried on into the other tests."""
    monkeypatch.setattr(secrets_seen, "_forms", set())
    monkeypatch.setattr(secrets_seen, "_pattern", None)
