"""The wizard's frame with a plan for Microsoft Entra and a scripted worker."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.setup.plan import Place
from app.worker.messages import SignedIn
from tests.wizard.stage import Stage

READS = SignedIn(
    user="admin@contoso.com", tenant="t-1", tenant_name="Contoso", scopes=["User.Read", "Directory.Read.All"]
)
WRITES = READS.model_copy(update={"scopes": [*READS.scopes, "Synchronization.ReadWrite.All"]})


@pytest.fixture
def reads() -> SignedIn:
    return READS


@pytest.fixture
def writes() -> SignedIn:
    return WRITES


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Stage:
    made = Stage(qtbot, tmp_path)
    made.setup.plan.run.where = Place.ENTRA
    made.setup.plan.source.users = None
    made.setup.plan.entra.application_name = "InVision SCIM"
    made.setup.facts["signed_in"] = READS
    return made
