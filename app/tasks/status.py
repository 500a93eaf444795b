"""How a plan stands: what it does now, its last cycles, when the next one is due."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Params(BaseModel):
    """How many of the last cycles to tell."""

    model_config = ConfigDict(extra="forbid")

    cycles: int = Field(default=10, ge=1, le=1000)
