"""A group that left the source loses its members, whatever becomes of the cycle that removes them."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest

from tests.engine.conftest import Bench
from tests.engine.faulty import FaultyScim
from tests.servers.raw_server import Request


@pytest.mark.parametrize("answered", ["lost answer", "reset"])
async def test_a_group_that_left_is_emptied_after_a_cycle_that_was_cut_off(
    tmp_path: Path, answered: str
) -> None:
    """The cycle ends at the request that removes its members: carried out, or never got."""
    async with FaultyScim() as app:
        bench = Bench(tmp_path / "state", app.tenant_url, app.token)
        key = bench.people.team(1, [bench.people.add(number) for number in (1, 2, 3)])
        await bench.run()
        assert len(app.state("Group")[0]["members"]) == 3
        del bench.people.teams[key]
        task = asyncio.create_task(bench.run())

        def cut(request: Request) -> str:
            if request.method != "PATCH" or b"members" not in request.body:
                return ""
            asyncio.get_running_loop().call_later(0.001, task.cancel)
            return answered

        app.fault = cut
        with contextlib.suppress(asyncio.CancelledError):
            await task
        app.mend()
        assert (await bench.run()).end.state == "succeeded"
        assert app.state("Group")[0]["members"] == []
        assert (await bench.run()).end.requests == 0
