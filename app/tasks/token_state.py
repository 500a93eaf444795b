"""Whether a secret token is kept for a tenant URL, and where. Never the token."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Params(BaseModel):
    """Whose."""

    model_config = ConfigDict(extra="forbid")

    tenant_url: str
    suffix: str | None = None
