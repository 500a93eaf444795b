"""Remove the secret token of a tenant URL from the keyring and from memory."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Params(BaseModel):
    """Whose."""

    model_config = ConfigDict(extra="forbid")

    tenant_url: str
    suffix: str | None = None
