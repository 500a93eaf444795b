"""The state on the disk: locks, versions, damage, full disks."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from app.engine.state import schema
from app.engine.state.cycles import standing
from app.engine.state.link import Link
from app.engine.state.store import Store
from app.setup.problem import Problem

ROOT = Path(__file__).parents[3]


def filled(folder: Path, people: int = 50) -> None:
    with Store.open(folder) as store:
        for n in range(people):
            store.put_link(Link("user", str(n), f"user{n}", f"t{n}", b"x", 1, True, {"userName": f"user{n}"}))
        store.commit()


def raised(folder: Path) -> Problem:
    with pytest.raises(Problem) as caught:
        Store.open(folder).close()
    assert caught.value.what
    assert caught.value.remedy
    return caught.value


def test_what_is_put_is_there_after_a_commit_and_not_before(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.put_link(Link("user", "1", "Ann", known={"active": True}))
        number = store.record_request(1, "user", "1", "Ann", "provision", [("userName", "ann")])
        assert store.seen.get("user", "1") is None
        store.commit()
        assert store.seen.get("user", "1") == Link("user", "1", "Ann", known={"active": True})
        (request,) = store.open_requests()
        assert request.matching == (("userName", "ann"),)
        store.close_request(number)
        store.commit()
        assert store.open_requests() == []


def test_what_was_not_committed_is_gone(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.begin()
        store.links.put(Link("user", "1", "Ann"))
    with Store.open(tmp_path) as store:
        assert store.links.count("user") == 0
        assert store.links.get("user", "1") is None


def test_numbers_of_requests_are_never_used_twice(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        first = store.record_request(1, "user", "1", "Ann", "provision", [])
        store.commit()
    with Store.open(tmp_path) as store:
        assert store.record_request(1, "user", "2", "Bo", "provision", []) > first


def test_two_at_once_are_told_apart(tmp_path: Path) -> None:
    with Store.open(tmp_path):
        assert raised(tmp_path).code == "STATE-IN-USE"
        with Store.look(tmp_path) as store:
            assert standing(store).users == 0
    filled(tmp_path)


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from app.engine.state.store import Store\n"
        "store = Store.open(Path(sys.argv[1])); store.begin(); print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert raised(tmp_path).code == "STATE-IN-USE"
        os.kill(holder.pid, signal.SIGKILL)
    filled(tmp_path)


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    filled(tmp_path)
    db = sqlite3.connect(tmp_path / schema.DATABASE_FILE)
    db.execute(f"PRAGMA user_version={schema.VERSION + 1}")
    db.close()
    assert raised(tmp_path).code == "STATE-NEWER"


@pytest.mark.parametrize("kept", [0.9, 0.5, 0.2])
def test_a_database_that_was_cut_short_is_named(tmp_path: Path, kept: float) -> None:
    filled(tmp_path, 3000)
    path = tmp_path / schema.DATABASE_FILE
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    assert raised(tmp_path).code == "STATE-DAMAGED"


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / schema.DATABASE_FILE).write_bytes(b"not a database at all" * 500)
    assert raised(tmp_path).code == "STATE-DAMAGED"
    with pytest.raises(Problem) as caught:
        Store.look(tmp_path)
    assert caught.value.code == "STATE-DAMAGED"


def test_a_full_disk_is_named_and_loses_nothing(tmp_path: Path) -> None:
    filled(tmp_path)
    with Store.open(tmp_path) as store:
        # SQLite itself says that the disk is full when a database may not grow any more.
        pages = store.db.execute("PRAGMA page_count").fetchone()[0]
        store.db.execute(f"PRAGMA max_page_count={pages}")
        for n in range(1000, 4000):
            store.put_link(Link("user", str(n), f"user{n}", known={"userName": "x" * 200}))
        with pytest.raises(Problem) as caught:
            store.commit()
        assert caught.value.code == "STATE-DISK-FULL"
    with Store.open(tmp_path) as store:
        assert store.links.count("user") == 50


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    # Rights do not bind root, who runs tests in containers: a file where the folder should be does.
    (tmp_path / "file").write_text("")
    with pytest.raises(Problem) as caught:
        Store.open(tmp_path / "file" / "state")
    assert caught.value.code == "STATE-READ-ONLY"
    (tmp_path / "other" / "lock").mkdir(parents=True)
    with pytest.raises(Problem) as caught:
        Store.open(tmp_path / "other")
    assert caught.value.code == "STATE-READ-ONLY"


def test_looking_at_a_plan_that_never_ran_shows_an_empty_one(tmp_path: Path) -> None:
    with Store.look(tmp_path / "nothing") as store:
        stands = standing(store)
    assert (stands.users, stands.cycles) == (0, [])
    assert not (tmp_path / "nothing").exists()


def test_a_rehearsal_leaves_the_state_alone(tmp_path: Path) -> None:
    filled(tmp_path)
    with Store.look(tmp_path) as store, store.rehearsal() as copy:
        assert copy.links.count("user") == 50
        copy.begin()
        copy.db.execute("DELETE FROM links")
        copy.commit()
        assert store.links.count("user") == 50


async def test_what_is_saved_beside_is_on_the_disk_even_when_the_cycle_is_cut_off(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.record_request(1, "user", "1", "Ann", "provision", [])
        await store.save()
        store.record_request(1, "user", "2", "Bo", "provision", [])
        with contextlib.closing(sqlite3.connect(tmp_path / schema.DATABASE_FILE)) as holder:
            holder.execute("BEGIN IMMEDIATE")  # the thread waits for this one
            saving = asyncio.create_task(store.save())
            await asyncio.sleep(0)  # it has begun
            saving.cancel()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert not saving.done()
            holder.rollback()
        await asyncio.wait([saving])
        assert saving.cancelled()
        with Store.look(tmp_path) as other:
            assert [each.source_id for each in other.open_requests()] == ["1", "2"]
