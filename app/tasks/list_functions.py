"""The functions of the expression language, for the mapping editor's list."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from pydantic import BaseModel, ConfigDict

from app.engine.expressions import FUNCTIONS
from app.tasks.context import Context
from app.tasks.results import FunctionList, FunctionRow


class Params(BaseModel):
    """Nothing to choose."""

    model_config = ConfigDict(extra="forbid")


async def run(context: Context, params: Params) -> AsyncGenerator[FunctionList, None]:
    """All of them, in alphabetical order."""
    yield FunctionList(
        functions=[
            FunctionRow(name=one.name, signature=one.signature, summary=one.summary) for one in FUNCTIONS
        ]
    )
