-- A state database as the first version of Rollcall wrote it, with something in every table.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE links (
  kind TEXT NOT NULL, source_id TEXT NOT NULL, name TEXT NOT NULL, target_id TEXT, digest BLOB,
  epoch INTEGER NOT NULL, active INTEGER NOT NULL, known TEXT NOT NULL, manager TEXT, manager_sent TEXT,
  missing_since TEXT, recheck INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (kind, source_id));
CREATE INDEX links_target ON links (kind, target_id) WHERE target_id IS NOT NULL;
CREATE INDEX links_missing ON links (kind, missing_since) WHERE missing_since IS NOT NULL;
CREATE INDEX links_manager ON links (manager) WHERE manager IS NOT NULL;
CREATE TABLE memberships (
  group_id TEXT NOT NULL, member_id TEXT NOT NULL, wanted INTEGER NOT NULL, sent INTEGER NOT NULL,
  PRIMARY KEY (group_id, member_id)) WITHOUT ROWID;
CREATE INDEX memberships_member ON memberships (member_id);
CREATE TABLE requests (
  id INTEGER PRIMARY KEY, cycle INTEGER NOT NULL, kind TEXT NOT NULL, source_id TEXT NOT NULL,
  name TEXT NOT NULL, action TEXT NOT NULL, matching TEXT NOT NULL, began TEXT NOT NULL);
CREATE TABLE cycles (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, began TEXT NOT NULL, ended TEXT NOT NULL,
  seconds REAL NOT NULL, counts TEXT NOT NULL, failures INTEGER NOT NULL, requests INTEGER NOT NULL,
  guarded TEXT NOT NULL, sentence TEXT NOT NULL, code TEXT NOT NULL);
CREATE TABLE escrows (
  kind TEXT NOT NULL, source_id TEXT NOT NULL, name TEXT NOT NULL, first_failed TEXT NOT NULL,
  attempts INTEGER NOT NULL, next_try TEXT NOT NULL, code TEXT NOT NULL, PRIMARY KEY (kind, source_id))
  WITHOUT ROWID;
CREATE TABLE staged (
  kind TEXT NOT NULL, source_id TEXT NOT NULL, name TEXT NOT NULL, action TEXT NOT NULL,
  cycle INTEGER NOT NULL, decision TEXT NOT NULL DEFAULT '', PRIMARY KEY (kind, source_id)) WITHOUT ROWID;
CREATE TABLE log_names (
  id INTEGER PRIMARY KEY, rows INTEGER NOT NULL DEFAULT 0, folded TEXT NOT NULL, text TEXT NOT NULL);
CREATE UNIQUE INDEX log_names_text ON log_names (text);
CREATE TABLE log (
  row INTEGER PRIMARY KEY, cycle INTEGER NOT NULL, time TEXT NOT NULL, kind TEXT NOT NULL,
  action TEXT NOT NULL, status TEXT NOT NULL, name_id INTEGER NOT NULL, source_id TEXT NOT NULL,
  target_id TEXT NOT NULL, steps TEXT NOT NULL, changes TEXT NOT NULL, code TEXT NOT NULL,
  reason TEXT NOT NULL, remedy TEXT NOT NULL, milliseconds REAL NOT NULL);
CREATE INDEX log_cycle ON log (cycle, row);
CREATE INDEX log_status ON log (status, row, name_id);
CREATE INDEX log_action ON log (action, row, name_id);
CREATE INDEX log_name ON log (name_id, row);
CREATE TABLE log_counts (
  cycle INTEGER NOT NULL, status TEXT NOT NULL, action TEXT NOT NULL, rows INTEGER NOT NULL,
  PRIMARY KEY (cycle, status, action)) WITHOUT ROWID;
INSERT INTO meta VALUES ('epoch', '3'), ('epoch_done', '3'), ('fingerprint', 'abc'), ('target', 'https://a.example/scim');
INSERT INTO links VALUES ('user', 'u1', 'ann@contoso.com', 't1', x'01', 3, 1, '{"userName":"ann@contoso.com"}', NULL, NULL, NULL, 0);
INSERT INTO links VALUES ('group', 'g1', 'Team', 't2', x'02', 3, 1, '{}', NULL, NULL, NULL, 0);
INSERT INTO memberships VALUES ('g1', 'u1', 1, 1);
INSERT INTO requests VALUES (7, 2, 'user', 'u2', 'bo@contoso.com', 'provision', '[["userName","bo@contoso.com"]]', '2026-01-01T00:00:00.000Z');
INSERT INTO cycles VALUES (2, 'initial', 'failures', '2026-01-01T00:00:00.000Z', '2026-01-01T00:01:00.000Z', 60.0, '{"create":2}', 1, 9, '[]', 'Done: 2 created, 1 failed.', '');
INSERT INTO escrows VALUES ('user', 'u3', 'cy@contoso.com', '2026-01-01T00:00:30.000Z', 2, '', 'BAD-REQUEST');
INSERT INTO staged VALUES ('user', 'u1', 'ann@contoso.com', 'disable', 2, 'allow');
INSERT INTO log_names VALUES (1, 1, 'ann@contoso.com', 'ann@contoso.com');
INSERT INTO log VALUES (1, 2, '2026-01-01T00:00:10.000Z', 'user', 'create', 'success', 1, 'u1', 't1', '[]', '[]', '', '', '', 4.5);
INSERT INTO log_counts VALUES (2, 'success', 'create', 1);
PRAGMA user_version=1;
