"""Keep a secret token for a tenant URL: cleaned, in the system keyring where there is one."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Params(BaseModel):
    """The token and whose it is.

    Attributes:
        suffix: what is appended to the address; None means the plan's profile, or ``/scim/v2``.
        keep: False holds the token in memory only.
    """

    model_config = ConfigDict(extra="forbid")

    tenant_url: str
    token: str = Field(repr=False)
    suffix: str | None = None
    keep: bool = True
