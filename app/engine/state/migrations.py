"""From an older state database to the one that this Rollcall knows: nothing that is kept is lost."""

from __future__ import annotations

import sqlite3
from typing import Final

MIGRATIONS: Final[dict[int, str]] = {
    # What failed is tried at once when its source row changes; the guard's list says why and since when.
    1: """
ALTER TABLE escrows ADD COLUMN digest BLOB;
UPDATE escrows SET next_try=first_failed;
ALTER TABLE staged ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE staged ADD COLUMN since TEXT NOT NULL DEFAULT '';
CREATE INDEX links_due ON links (kind, source_id) WHERE digest IS NULL OR recheck;
""",
    # Searches of the log by name and status are answered from one index.
    2: """
DROP INDEX log_status;
CREATE INDEX log_status ON log (status, row, name_id, action);
DROP INDEX log_name;
CREATE INDEX log_name ON log (name_id, row, status, action, cycle);
""",
    # The log is searched in blocks, which tidying makes; by name it is sorted without letter cases.
    3: """
DROP INDEX log_cycle;
DROP INDEX log_action;
CREATE UNIQUE INDEX log_names_folded ON log_names (folded, text);
DROP INDEX log_names_text;
DROP TABLE IF EXISTS log_search;
DELETE FROM meta WHERE key='names_indexed';
CREATE TABLE log_blocks (
  part INTEGER NOT NULL, status TEXT NOT NULL, action TEXT NOT NULL, rows INTEGER NOT NULL,
  names BLOB NOT NULL, ends BLOB NOT NULL, numbers BLOB NOT NULL, PRIMARY KEY (part, status, action));
CREATE INDEX log_blocks_rows ON log_blocks (part, status, action, rows);
""",
    # Accounts that the app made and has not shown yet; the app's own words; who waits, and rows not read.
    4: """
ALTER TABLE links ADD COLUMN seen INTEGER NOT NULL DEFAULT 1;
ALTER TABLE log ADD COLUMN answer TEXT NOT NULL DEFAULT '';
ALTER TABLE cycles ADD COLUMN unread TEXT NOT NULL DEFAULT '[]';
ALTER TABLE escrows ADD COLUMN leaving INTEGER NOT NULL DEFAULT 0;
ALTER TABLE escrows ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE escrows ADD COLUMN remedy TEXT NOT NULL DEFAULT '';
ALTER TABLE escrows ADD COLUMN answer TEXT NOT NULL DEFAULT '';
UPDATE escrows SET leaving=1 WHERE (kind, source_id) IN
  (SELECT kind, source_id FROM log WHERE status='failure' AND action IN ('disable', 'delete'));
ALTER TABLE memberships ADD COLUMN denied INTEGER NOT NULL DEFAULT 0;
CREATE INDEX memberships_denied ON memberships (group_id) WHERE denied;
""",
}
"""By the version that it starts from: what makes the next version of it."""


def migrate(db: sqlite3.Connection, version: int) -> None:
    """Bring a database up to a version, step by step, all of it or nothing.

    Args:
        db: open for writing, with no transaction open.
        version: what it is to be. Another process may have done it meanwhile; then nothing is left to do.
    """
    db.execute("BEGIN IMMEDIATE")
    try:
        while (old := int(db.execute("PRAGMA user_version").fetchone()[0])) < version:
            for statement in MIGRATIONS[old].split(";"):
                if statement.strip():
                    db.execute(statement)
            db.execute(f"PRAGMA user_version={old + 1}")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")
