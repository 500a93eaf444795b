"""The reference's samples of Graph's answers. They stand beside the repository; without them tests fail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference"


def sample(name: str) -> dict[str, Any]:
    """What Graph answers in this sample."""
    path = REFERENCE / "graph_samples.json"
    assert path.exists(), f"the reference data is missing: {path}"
    found: dict[str, Any] = next(each for each in json.loads(path.read_text()) if each["name"] == name)
    return dict(found["response"])


def reference(name: str) -> Any:
    """One of the reference's JSON files."""
    path = REFERENCE / name
    assert path.exists(), f"the reference data is missing: {path}"
    return json.loads(path.read_text())
