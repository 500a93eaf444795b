"""Start the practice app and write its sample people. A second start makes a new, empty one."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Params(BaseModel):
    """How strict it is: ``tolerant`` takes all that Microsoft Entra sends, ``strict`` what the RFC allows."""

    model_config = ConfigDict(extra="forbid")

    policy: Literal["tolerant", "strict"] = "tolerant"
