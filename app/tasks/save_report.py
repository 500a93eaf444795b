"""Write the report of *Test connection* to a file, to send to whoever runs the target app."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from app.tasks.events import CheckOutcome
from app.tasks.results import CheckVerdict


class Params(BaseModel):
    """What was found, and where to write it.

    Attributes:
        path: the file; ``.json`` gives JSON, anything else text.
        tenant_url: what was tested.
        outcomes: the checks as they came.
        verdict: the end of the check; None when it was stopped.
    """

    model_config = ConfigDict(extra="forbid")

    path: str
    tenant_url: str
    outcomes: list[CheckOutcome]
    verdict: CheckVerdict | None = None
