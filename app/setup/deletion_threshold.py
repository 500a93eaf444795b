"""The threshold of the deletion guard: a number, a share of those linked, or one that fits the company.

Microsoft's default of 500 guards nobody who has 450 people: half an export disables all the others without a
question.
"""

from __future__ import annotations

import math
import re
from typing import Annotated, Final, TypeAlias

from pydantic import BeforeValidator

FITTING: Final = "fitting"
"""The smaller of 500 and a tenth of those linked, and at least 5."""
MOST: Final = 500
LEAST: Final = 5
_SHARE: Final = re.compile(r"(\d{1,3}(?:\.\d+)?) ?%")


def _read(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if value == FITTING or (isinstance(value, str) and _share(value)):
        return value
    raise ValueError(
        f'a whole number (0 turns the guard off), a share such as "10 %" of those linked, or "{FITTING}"'
    )


def _share(text: str) -> float:
    """The percentage of a share; 0 for any other text."""
    found = _SHARE.fullmatch(text.strip())
    share = float(found[1]) if found else 0.0
    return share if share <= 100 else 0.0


DeletionThreshold: TypeAlias = Annotated[int | str, BeforeValidator(_read)]
"""As a plan holds it."""


def in_people(threshold: int | str, linked: int | None) -> int:
    """How many people and groups it is; 0 means that the guard is off.

    Args:
        linked: how many people are linked to accounts; None where that is not known.

    Example:
        >>> in_people("fitting", 450), in_people("fitting", 8), in_people("10 %", 30), in_people(70, 30)
        (45, 5, 3, 70)
    """
    if isinstance(threshold, int):
        return threshold
    if linked is None:
        return MOST
    if threshold == FITTING:
        return max(LEAST, min(MOST, linked // 10))
    return max(1, math.floor(linked * _share(threshold) / 100))


def in_words(threshold: int | str) -> str:
    """What a plan says, for lists: ``500``, ``10 % of those linked``."""
    if isinstance(threshold, int):
        return f"{threshold:,}"
    if threshold == FITTING:
        return f"a tenth of those linked, at least {LEAST} and at most {MOST}"
    return f"{threshold} of those linked"
