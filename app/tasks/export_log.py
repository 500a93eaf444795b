"""Write the provisioning log to a file; cells that a spreadsheet would run as a formula are defused."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Params(BaseModel):
    """Where to, how, and which rows (as for the task ``log``)."""

    model_config = ConfigDict(extra="forbid")

    path: str
    format: Literal["csv", "json"] = "csv"
    status: str = ""
    action: str = ""
    user: str = ""
    cycle: int = Field(default=0, ge=0)
    sort: Literal["time", "name", "action", "status", "cycle"] = "time"
    descending: bool = True
