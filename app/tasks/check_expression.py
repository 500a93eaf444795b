"""Whether a mapping expression is right, and what it gives for one person."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Params(BaseModel):
    """The expression and on whom to try it.

    Attributes:
        person: object id or name of a user; empty means the first one.
        target: the SCIM path it is for, so that a value of the wrong type is told; may be empty.
    """

    model_config = ConfigDict(extra="forbid")

    expression: str
    person: str = ""
    target: str = ""
