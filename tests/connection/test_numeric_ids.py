"""Apps that count their objects: ids are JSON numbers, and the check goes through to its end."""

from __future__ import annotations

from tests.connection.conftest import report_on
from tests.servers.quirk_server import QuirkServer


async def test_ids_that_are_numbers_stop_no_check_and_leave_nothing_behind(quirky: QuirkServer) -> None:
    before = {kind: len(held) for kind, held in quirky.store.items()}
    quirky.quirks.add("numeric-ids")
    report = await report_on(quirky.tenant_url, quirky.token)
    # Microsoft's service wants a text: that is told, and nothing else is wrong with the app.
    assert report.bad == {"U-201": "no-id"}
    assert {kind: len(held) for kind, held in quirky.store.items()} == before
