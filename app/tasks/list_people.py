"""Part of the list of users and groups, searched, as the page Scope shows it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Params(BaseModel):
    """Which part.

    Attributes:
        search: text anywhere in the name or what stands beside it, upper or lower case alike.
        kind: users, groups, or both.
    """

    model_config = ConfigDict(extra="forbid")

    search: str = ""
    kind: Literal["user", "group", "all"] = "all"
    offset: int = Field(default=0, ge=0)
    limit: int = Field(default=100, ge=1, le=5000)
