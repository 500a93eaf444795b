"""What one person would look like in the app, and why they are in scope or not."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Params(BaseModel):
    """Whom: object id or name of a user; empty means the first one."""

    model_config = ConfigDict(extra="forbid")

    person: str = ""
