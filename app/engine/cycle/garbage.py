"""Python's collector of cyclic garbage, told to look less often while a cycle runs.

A cycle makes dozens of containers for each person and drops them at once; none of them is part of a ring. The
collector looked through them after every 700 and found nothing, which took a fifteenth of the whole time.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_THRESHOLD: Final = 20_000  # containers made and not dropped before the collector looks again


@contextmanager
def rare_collections() -> Iterator[None]:
    """Collect less often inside; what was set before is set again afterwards."""
    before = gc.get_threshold()
    gc.set_threshold(max(_THRESHOLD, before[0]) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
