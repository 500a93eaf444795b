"""The commands that watch and steer a job of Microsoft's service, on a practice tenant."""

from __future__ import annotations

import time
from pathlib import Path

from app.setup.plan import Clause, Operator, ScopingFilter
from app.setup.plan_file import read_plan, write_plan
from tests.cli.asking import Rollcall, Said
from tests.cli.entra_tenant import NAME, Tenant


def status_when(rollcall: Rollcall, plan: Path, *, done: bool) -> Said:
    """The status, once the initial cycle is done."""
    deadline = time.monotonic() + 30
    while True:
        said = rollcall("entra", "status", plan, "--json")
        assert said.lines, said.err
        if not done or said.result.get("initial_done") or time.monotonic() > deadline:
            return said
        time.sleep(0.3)


def test_sign_in_and_prerequisites(rollcall: Rollcall, plan: Path, inside: Tenant) -> None:
    signed = rollcall("entra", "signin", "--graph", inside.url, "--write")
    assert signed.code == 0, signed.err
    assert "Signed in as" in signed.out
    assert inside.token not in signed.out
    checked = rollcall("entra", "check", plan)
    assert checked.code == 0, checked.err
    assert "MET" in checked.out
    assert rollcall("entra", "signout", "--graph", inside.url).code == 0


def test_a_job_is_watched_and_steered(rollcall: Rollcall, plan: Path, inside: Tenant) -> None:
    applied = rollcall("entra", "apply", plan, "--no-own-check")
    assert applied.code == 0, applied.out + applied.err
    inside.control("cycle")
    done = status_when(rollcall, plan, done=True)
    assert done.code == 0
    assert done.result["state"] == "active"
    shown = rollcall("status", plan)
    assert "active" in shown.out

    log = rollcall("log", plan)
    assert log.code == 0, log.err
    assert "create" in log.out
    rows = rollcall("log", plan, "--format", "json", "--status", "success")
    assert rows.code == 0
    assert len(rows.lines) >= 2
    assert rollcall("log", plan, "--cycle", "1").code == 2

    one = rollcall("entra", "provision", plan, "ann.nilsson@contoso.example", "--json")
    assert one.code == 0, one.out
    assert one.result["name"]
    assert rollcall("entra", "provision", plan).code == 2

    assert rollcall("entra", "pause", plan).code == 0
    assert [job["schedule"]["state"] for job in inside.jobs(NAME)] != ["Active"]
    _narrow(plan)
    stopped = rollcall("entra", "apply", plan, "--no-own-check")
    assert stopped.code == 1
    assert "PEOPLE-LEAVE" in stopped.out
    meant = rollcall("entra", "apply", plan, "--no-own-check", "--resume", "--people-may-leave", "--no-start")
    assert meant.code == 0, meant.out + meant.err
    assert "initial one" in meant.err
    restored = rollcall("entra", "restore-mappings", plan)
    assert restored.code == 0, restored.err

    assert rollcall("entra", "resume", plan).code == 0
    assert [job["schedule"]["state"] for job in inside.jobs(NAME)] == ["Active"]
    assert rollcall("entra", "restart", plan, "--reset", "Watermark,Escrows").code == 0
    assert rollcall("entra", "restart", plan, "--reset", "Nonsense").code != 0
    assert rollcall("entra", "undo", plan, "--yes").code == 0


def _narrow(plan: Path) -> None:
    """Give the plan a filter that nobody passes."""
    changed = read_plan(plan)
    clause = Clause(attribute="department", operator=Operator.EQUALS, value="Nowhere")
    changed.scope.filters = [ScopingFilter(name="Nowhere", clauses=[clause])]
    write_plan(plan, changed)
