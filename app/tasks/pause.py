"""Pause a plan: no cycle begins until it is resumed, and a running one holds."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Params(BaseModel):
    """The plan of the request is meant."""

    model_config = ConfigDict(extra="forbid")
