"""On demand by Microsoft's service: its headline follows the status too, not the action alone."""

from __future__ import annotations

import json
from itertools import product

import pytest

from app.entra.assignments import Principal
from app.entra.on_demand import read_answer
from app.tasks.entra.provision import report

ANN = Principal("user", "1", "Ann", "ann@contoso.com")


def answer(action: str, result: str, code: str = "", message: str = "") -> dict[str, str]:
    details = {"errorCode": code, "errorMessage": message}
    value = [{"action": action, "provisioningSteps": [], "modifiedProperties": []}]
    return {"key": json.dumps({"result": result, "details": details}), "value": json.dumps(value)}


@pytest.mark.parametrize(
    ("action", "result"),
    list(product(["Create", "Update", "Disable", "Delete"], ["Success", "Failure", "Skipped", "Warning"])),
)
def test_each_pair(action: str, result: str) -> None:
    found = report(ANN, read_answer(answer(action, result, message="x")), 0.0)
    assert (found.action, found.status) == (action.lower(), result.lower())
    done = f"ann@contoso.com was {action.lower().rstrip('e')}ed"
    assert found.sentence.startswith(done) == (result in {"Success", "Warning"})
    assert ("could not be" in found.sentence) == (result == "Failure")


def test_the_words_of_the_service_are_kept_beside_the_advice() -> None:
    message = "The key name cannot\nhave special characters. \x1b[31m" + "x" * 900
    code = "SystemForCrossDomainIdentityManagementServiceIncompatible"
    found = report(ANN, read_answer(answer("Create", "Failure", code, message)), 0.0)
    assert found.sentence.startswith("ann@contoso.com could not be created in the app.")
    said = f"{found.sentence} {found.answer}"
    assert "The key name cannot have special characters." in " ".join(said.split())
    assert len(found.answer) < 600
