"""A state of an older Rollcall is brought up to date, and keeps all that it had."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from app.engine.state import schema
from app.engine.state.cycles import standing
from app.engine.state.escrow import Escrows
from app.engine.state.migrations import MIGRATIONS
from app.engine.state.staged import staged
from app.engine.state.store import Store
from app.setup.problem import Problem
from tests.engine.conftest import SetClock

OLD = Path(__file__).parent / "version_1.sql"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / schema.DATABASE_FILE) as db:
        db.executescript(OLD.read_text(encoding="utf-8"))
    db.close()
    return tmp_path


def shape(db: sqlite3.Connection) -> set[tuple[str, str, str]]:
    """Tables with their columns, and indexes; not the order of columns."""
    names = db.execute("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
    found = {("index", name, "") for kind, name in names if kind == "index"}
    for kind, name in names:
        if kind == "table":
            found |= {("table", name, row[1]) for row in db.execute(f"PRAGMA table_info({name})")}
    return found


@pytest.mark.parametrize("first", ["open", "look", "beside"])
def test_everything_is_kept(folder: Path, first: str) -> None:
    with getattr(Store, first)(folder) as store:
        stands = standing(store)
        assert (stands.users, stands.groups, stands.escrowed, stands.open_requests) == (1, 1, 1, 1)
        assert [(each.cycle, each.counts) for each in stands.cycles] == [(2, {"create": 2})]
        found = store.log_page()
        (entry,) = found.rows
        assert (found.total, entry.name, entry.target_id) == (1, "ann@contoso.com", "t1")
        (held,) = staged(store)
        assert (held.id, held.decision, held.reason, held.since) == ("user:u1", "allow", "", "")
        assert store.fact("epoch") == "3"
        assert store.db.execute("PRAGMA user_version").fetchone()[0] == schema.VERSION
    with Store.open(folder) as store:
        (request,) = store.open_requests()
        assert (request.id, request.source_id) == (7, "u2")
        link = store.links.get("user", "u1")
        assert link is not None
        assert (link.digest, link.active, link.known) == (b"\x01", True, {"userName": "ann@contoso.com"})
        # Failed before there were steps: tried in the next cycle.
        assert list(Escrows(store, SetClock()).due("user")) == ["u3"]


def test_who_failed_to_lose_an_access_is_known_as_leaving(folder: Path) -> None:
    with sqlite3.connect(folder / schema.DATABASE_FILE) as db:
        db.execute("UPDATE log SET action='disable', status='failure', source_id='u3'")
    db.close()
    with Store.look(folder) as store:
        (held,) = standing(store).waiting
        assert (held.source_id, held.leaving, held.code, held.answer) == ("u3", True, "BAD-REQUEST", "")


def test_it_comes_to_the_same_as_a_new_one(folder: Path) -> None:
    with Store.open(folder) as store, Store.open(folder / "new") as new:
        assert shape(store.db) == shape(new.db)


def test_a_migration_that_breaks_off_changes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MIGRATIONS, 1, MIGRATIONS[1] + "; SELECT * FROM no_such_table")
    with pytest.raises(Problem) as caught:
        Store.open(folder)
    assert caught.value.code == "STATE-ERROR"
    with sqlite3.connect(folder / schema.DATABASE_FILE) as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == 1
        assert len(db.execute("PRAGMA table_info(staged)").fetchall()) == 6
    db.close()
