"""A dry run: who would be created, updated, disabled or deleted. Only reads are sent."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Params(BaseModel):
    """How much to tell.

    Attributes:
        entries: the most rows told of each action, so that a window is not flooded; 0 means all. The summary
            always counts all.
    """

    model_config = ConfigDict(extra="forbid")

    entries: int = Field(default=200, ge=0)
