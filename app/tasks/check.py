"""*Test connection*: every check on the target app, each as it ends, then the verdict."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Params(BaseModel):
    """What to test. With a plan, ``tenant_url`` and ``profile`` may be left out.

    Attributes:
        tenant_url: as pasted; repaired as on the page Tenant URL.
        profile: name or path of the app profile.
        matching: SCIM paths of the matching attributes; empty means the plan's or the profile's.
        suffix: what is appended to the pasted address; None means the profile's.
    """

    model_config = ConfigDict(extra="forbid")

    tenant_url: str = ""
    profile: str = ""
    matching: list[str] = Field(default_factory=list)
    suffix: str | None = None
