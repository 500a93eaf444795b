"""Rollcall's own check beside Microsoft's: it speaks where the two disagree, and only there."""

from __future__ import annotations

import pytest

from app.entra.road import RoadEvent
from app.entra.schema_sources import SAMPLE
from app.tasks.entra.own_check import Own, disagreement
from app.tasks.entra.wishing import evaluate


@pytest.mark.parametrize(
    ("ready", "state", "code", "told"),
    [
        (True, "done", "ENTRA-REACHES-APP", ""),
        (False, "done", "ENTRA-REACHES-APP", "Microsoft Entra reaches the app, but"),
        (True, "failed", "GRAPH-CREDENTIALS", "AzureActiveDirectory"),
        (False, "failed", "GRAPH-CREDENTIALS", ""),
        (True, "failed", "GRAPH-DENIED", ""),
    ],
)
def test_disagreement(ready: bool, state: str, code: str, told: str) -> None:
    event = RoadEvent("connection", "x", state, code=code)  # type: ignore[arg-type]
    notice = disagreement(Own(ready, "It is not ready."), event)
    assert (notice is None) == (told == "")
    if notice is not None:
        assert told in notice.text
        assert notice.code == "CHECKS-DISAGREE"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('Append([mailNickname], "@x.com")', "zoe.lund@x.com"),
        ('Switch([IsSoftDeleted], , "False", "True", "True", "False")', "True"),
        ("[physicalDeliveryOfficeName]", ""),
        ("Guid()", None),
        ("Now()", None),
        ("Nonsense([mail])", None),
    ],
)
def test_own_evaluation_is_compared_only_where_it_can_be(expression: str, value: str | None) -> None:
    assert evaluate(expression, SAMPLE) == value
