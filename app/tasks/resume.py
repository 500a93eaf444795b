"""Let a paused plan go on."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Params(BaseModel):
    """The plan of the request is meant."""

    model_config = ConfigDict(extra="forbid")
