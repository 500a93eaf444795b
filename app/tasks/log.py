"""Part of the provisioning log, filtered, searched and sorted."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Params(BaseModel):
    """Which part.

    Attributes:
        status, action: only rows with this one; empty means any.
        user: text anywhere in the name or an id.
        cycle: only rows of this cycle; 0 means any.
        sort: the column to sort by.
    """

    model_config = ConfigDict(extra="forbid")

    status: str = ""
    action: str = ""
    user: str = ""
    cycle: int = Field(default=0, ge=0)
    sort: Literal["time", "name", "action", "status", "cycle"] = "time"
    descending: bool = True
    offset: int = Field(default=0, ge=0)
    limit: int = Field(default=100, ge=1, le=5000)
