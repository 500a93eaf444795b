"""One cycle: users, then groups, then memberships are brought in step with the directory."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Params(BaseModel):
    """Nothing to choose: the plan says it all."""

    model_config = ConfigDict(extra="forbid")
