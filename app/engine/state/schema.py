"""The state database: its tables, its version, and how it is opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.engine.state.migrations import migrate
from app.setup.problem import Problem

DATABASE_FILE = "state.sqlite"
VERSION = 5

TABLES = """
-- Single facts: the epoch, the fingerprint of mapping and scope, ...
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- What is known of each user and group of the source. target_id is NULL for those that have no account.
-- digest: of the source row and its assignment, as last dealt with; NULL: to be dealt with again.
-- epoch: the initial cycle (counted) in which it was last dealt with.
-- active: whether the account is in use at the app as far as Rollcall knows.
-- known: the values the app has, as JSON by target path.
-- recheck: the account must be read from the app before the next write.
-- seen: whether the app has ever shown the account; one that it made need not show, as an invitation.
CREATE TABLE links (
  kind TEXT NOT NULL, source_id TEXT NOT NULL, name TEXT NOT NULL, target_id TEXT, digest BLOB,
  epoch INTEGER NOT NULL, active INTEGER NOT NULL, known TEXT NOT NULL, manager TEXT, manager_sent TEXT,
  missing_since TEXT, recheck INTEGER NOT NULL DEFAULT 0, seen INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (kind, source_id));
CREATE INDEX links_target ON links (kind, target_id) WHERE target_id IS NOT NULL;
CREATE INDEX links_missing ON links (kind, missing_since) WHERE missing_since IS NOT NULL;
CREATE INDEX links_manager ON links (manager) WHERE manager IS NOT NULL;
CREATE INDEX links_due ON links (kind, source_id) WHERE digest IS NULL OR recheck;

-- Direct members of groups by source id: wanted by the source, sent to the app.
-- denied: it was sent, the app answered well and does not have it; not sent again while it is wanted.
CREATE TABLE memberships (
  group_id TEXT NOT NULL, member_id TEXT NOT NULL, wanted INTEGER NOT NULL, sent INTEGER NOT NULL,
  denied INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (group_id, member_id)) WITHOUT ROWID;
CREATE INDEX memberships_denied ON memberships (group_id) WHERE denied;
CREATE INDEX memberships_member ON memberships (member_id);

-- Write-ahead: a request is here before it is sent, and gone when its answer is recorded.
-- matching: the matching attributes and values it was sent with, as JSON, so that it can be settled.
CREATE TABLE requests (
  id INTEGER PRIMARY KEY, cycle INTEGER NOT NULL, kind TEXT NOT NULL, source_id TEXT NOT NULL,
  name TEXT NOT NULL, action TEXT NOT NULL, matching TEXT NOT NULL, began TEXT NOT NULL);

CREATE TABLE cycles (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, began TEXT NOT NULL, ended TEXT NOT NULL,
  seconds REAL NOT NULL, counts TEXT NOT NULL, failures INTEGER NOT NULL, requests INTEGER NOT NULL,
  guarded TEXT NOT NULL, sentence TEXT NOT NULL, code TEXT NOT NULL, unread TEXT NOT NULL DEFAULT '[]');

-- Objects that failed, and when they are due again; next_try is empty for those that are given up.
-- digest: of the source row that failed: another one is tried at once.
-- leaving: whether they have an access that they should have lost.
CREATE TABLE escrows (
  kind TEXT NOT NULL, source_id TEXT NOT NULL, name TEXT NOT NULL, first_failed TEXT NOT NULL,
  attempts INTEGER NOT NULL, next_try TEXT NOT NULL, code TEXT NOT NULL, digest BLOB,
  leaving INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '', remedy TEXT NOT NULL DEFAULT '',
  answer TEXT NOT NULL DEFAULT '', PRIMARY KEY (kind, source_id)) WITHOUT ROWID;

-- Disables and deletes that the guard holds back. decision: '' (waiting), 'allow' or 'reject'.
CREATE TABLE staged (
  kind TEXT NOT NULL, source_id TEXT NOT NULL, name TEXT NOT NULL, action TEXT NOT NULL,
  cycle INTEGER NOT NULL, decision TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
  since TEXT NOT NULL DEFAULT '', PRIMARY KEY (kind, source_id)) WITHOUT ROWID;

-- The provisioning log. Names are kept once, so that a search reads each of them once.
-- folded: without the difference of letter cases, in any script.
CREATE TABLE log_names (
  id INTEGER PRIMARY KEY, rows INTEGER NOT NULL DEFAULT 0, folded TEXT NOT NULL, text TEXT NOT NULL);
CREATE UNIQUE INDEX log_names_folded ON log_names (folded, text);
CREATE TABLE log (
  row INTEGER PRIMARY KEY, cycle INTEGER NOT NULL, time TEXT NOT NULL, kind TEXT NOT NULL,
  action TEXT NOT NULL, status TEXT NOT NULL, name_id INTEGER NOT NULL, source_id TEXT NOT NULL,
  target_id TEXT NOT NULL, steps TEXT NOT NULL, changes TEXT NOT NULL, code TEXT NOT NULL,
  reason TEXT NOT NULL, remedy TEXT NOT NULL, milliseconds REAL NOT NULL,
  answer TEXT NOT NULL DEFAULT '');
-- With all that a filter may ask for, so that it is answered from these indexes alone.
CREATE INDEX log_status ON log (status, row, name_id, action);
CREATE INDEX log_name ON log (name_id, row, status, action, cycle);
-- How many rows there are of each kind in each cycle: totals without counting rows.
CREATE TABLE log_counts (
  cycle INTEGER NOT NULL, status TEXT NOT NULL, action TEXT NOT NULL, rows INTEGER NOT NULL,
  PRIMARY KEY (cycle, status, action)) WITHOUT ROWID;
-- Parts of the log in a form that is searched quickly; may be missing, and is made again from the rows.
-- names: folded, as UTF-8, in order, with a byte 255 after each. ends: where those bytes are, 32 bits each.
-- numbers: of the rows within the part, 16 bits each.
CREATE TABLE log_blocks (
  part INTEGER NOT NULL, status TEXT NOT NULL, action TEXT NOT NULL, rows INTEGER NOT NULL,
  names BLOB NOT NULL, ends BLOB NOT NULL, numbers BLOB NOT NULL, PRIMARY KEY (part, status, action));
CREATE INDEX log_blocks_rows ON log_blocks (part, status, action, rows);
"""


@contextmanager
def told_plainly(folder: Path) -> Iterator[None]:
    """Turn SQLite's errors into problems that a person can act on."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise state_problem(folder, error) from error


def state_problem(folder: Path, error: sqlite3.Error) -> Problem:
    """The problem that an error of the state database stands for."""
    text = str(error)
    name = getattr(error, "sqlite_errorname", "") or ""
    details = f"{folder / DATABASE_FILE}: {name} {text}"
    if name.startswith("SQLITE_FULL") or "disk is full" in text:
        return Problem(
            "STATE-DISK-FULL",
            "The disk that holds Rollcall's state is full.",
            "Nothing is sent that could not be recorded first, so the run stopped.",
            f"Free some space on the disk of {folder} and run again; it goes on where it stopped.",
            details,
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return Problem(
            "STATE-READ-ONLY",
            f"Rollcall cannot write its state in {folder}.",
            "The folder or the database in it is read-only, or belongs to another account.",
            "Give your account the right to write there, or choose another data folder with --data-dir.",
            details,
        )
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_SCHEMA")) or "malformed" in text:
        return Problem(
            "STATE-DAMAGED",
            "Rollcall's state database is damaged.",
            "It was cut short or changed by something else, for instance a copy of a disk that was full.",
            f"Move {DATABASE_FILE} in {folder} aside (or put a backup back) and run again: the next cycle "
            f"is an "
            "initial one, which finds everybody in the app by the matching attributes and creates no one "
            "twice.",
            details,
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Problem(
            "STATE-IN-USE",
            "Rollcall's state database is held by another program.",
            "Another Rollcall, a backup or a database viewer has it open for writing.",
            "Close the other program and try again.",
            details,
        )
    return Problem(
        "STATE-ERROR",
        "Rollcall could not read or write its state database.",
        "The disk or the folder did not do what was asked.",
        f"Check the disk of {folder} and run again; what was sent and not recorded is looked up first.",
        details,
    )


def connect(folder: Path, *, writable: bool = True) -> sqlite3.Connection:
    """Open a plan's state database, made when missing and ``writable``.

    Durability: write-ahead logging with ``synchronous=FULL``, so a commit is on the disk before a request
    that it records is sent. Speed comes from committing many records at once.

    Raises:
        Problem: the database is damaged, from a newer version, read-only, or the disk is full.
    """
    path = folder / DATABASE_FILE
    with told_plainly(folder):
        mode = "rwc" if writable else "ro"
        db = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
        )
        try:
            _prepare(db, folder, writable=writable)
        except BaseException:
            db.close()
            raise
        return db


def passing() -> sqlite3.Connection:
    """An empty state that ends with its connection, for dry runs. It spills to a temporary file."""
    db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    create_tables(db)
    return db


def create_tables(db: sqlite3.Connection) -> None:
    """Make all tables, in one transaction with the version that they are."""
    db.executescript(f"BEGIN IMMEDIATE;{TABLES}PRAGMA user_version={VERSION};COMMIT;")


def _prepare(db: sqlite3.Connection, folder: Path, *, writable: bool) -> None:
    db.execute("PRAGMA busy_timeout=5000")
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > VERSION:
        raise Problem(
            "STATE-NEWER",
            "The state of this plan was written by a newer Rollcall.",
            f"Its version is {version}; this Rollcall knows versions up to {VERSION}.",
            "Update Rollcall on this computer, and run again.",
            str(folder / DATABASE_FILE),
        )
    if writable:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=FULL")
    db.execute("PRAGMA cache_size=-16000")
    if version == 0 and writable:
        create_tables(db)
    elif version < VERSION and writable:
        migrate(db, VERSION)
    # A file that was cut short often opens: look at its end too, which costs a few pages only.
    pages = int(db.execute("PRAGMA page_count").fetchone()[0]) if version else 0
    size = (folder / DATABASE_FILE).stat().st_size
    page_size = int(db.execute("PRAGMA page_size").fetchone()[0])
    if version and not (folder / f"{DATABASE_FILE}-wal").exists() and size < pages * page_size:
        raise state_problem(
            folder, sqlite3.DatabaseError("malformed: the file is shorter than its header says")
        )
