"""Who is in and out of scope, and why."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Params(BaseModel):
    """How many of the people to name, those in scope first."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=200, ge=0, le=5000)
