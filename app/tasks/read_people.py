"""Read the people files once and tell what they hold, and which rows could not be read."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Params(BaseModel):
    """The files. Left out, the plan's are read.

    Attributes:
        users: the admin center's *Download users* file.
        groups: the groups file, or empty.
    """

    model_config = ConfigDict(extra="forbid")

    users: str = ""
    groups: str = ""
