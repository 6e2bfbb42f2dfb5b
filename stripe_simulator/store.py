"""All data of the simulator in one SQLite database (in memory unless a file is given).

Objects are stored as JSON, each in exactly one realm (account and mode). Fields that begin with `_` are internal and
never returned. One lock serializes all work: a request is one transaction.
"""

import heapq
import json
import sqlite3
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stripe_simulator import indexes
from stripe_simulator.keys import Realm

Json = dict[str, Any]
# {(table, its columns …): their values in each row}
Rows = dict[tuple[str, ...], list[tuple[Any, ...]]]

SCHEMA = """
CREATE TABLE IF NOT EXISTS object (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, livemode INTEGER NOT NULL,
    kind TEXT NOT NULL, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS object_of_realm ON object (account, livemode, kind, seq);
CREATE TABLE IF NOT EXISTS answer (
    account TEXT NOT NULL, livemode INTEGER NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL, body TEXT NOT NULL, request_id TEXT NOT NULL, at REAL NOT NULL DEFAULT 0,
    PRIMARY KEY (account, livemode, key));
CREATE TABLE IF NOT EXISTS delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, livemode INTEGER NOT NULL,
    event TEXT NOT NULL, endpoint TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'pending',
    attempts TEXT NOT NULL DEFAULT '[]');
CREATE TABLE IF NOT EXISTS later (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, livemode INTEGER NOT NULL,
    what TEXT NOT NULL, subject TEXT NOT NULL, due REAL NOT NULL, deadline INTEGER NOT NULL, clock TEXT);
CREATE TABLE IF NOT EXISTS clock (moved REAL NOT NULL);
CREATE INDEX IF NOT EXISTS delivery_of_event ON delivery (event);
"""
# Created after the columns that files of earlier versions lack.
INDEXES = (*indexes.create_statements(), "CREATE INDEX IF NOT EXISTS later_due ON later (clock, due, id)")
# Columns that files of earlier versions lack.
ADDED_COLUMNS = (
    ("answer", "at", "REAL NOT NULL DEFAULT 0"),
    ("later", "clock", "TEXT"),
    ("object", "place", indexes.PLACE_TYPE),
)
TABLES = ("object", "answer", "delivery", "later", "clock")


class Store:
    """The database and its lock."""

    def __init__(self, path: Path | None = None) -> None:
        self.lock = threading.RLock()
        target = str(path) if path else ":memory:"
        self.db = sqlite3.connect(target, check_same_thread=False, isolation_level=None)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = NORMAL")
        self.db.executescript(SCHEMA)
        self.add_missing_columns()
        for statement in INDEXES:
            self.db.execute(statement)

    def add_missing_columns(self) -> None:
        """Add the columns that a file of an earlier version lacks."""
        for table, column, type_ in ADDED_COLUMNS:
            columns = [row[1] for row in self.db.execute(f"PRAGMA table_xinfo({table})")]
            if column not in columns:
                self.db.execute(f"ALTER TABLE {table} ADD COLUMN {column} {type_}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run a transaction; no other thread reads or writes meanwhile."""
        with self.lock:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT")

    def save(self, realm: Realm, obj: Json) -> None:
        """Write an object; its kind is its `object` field. Saving it again keeps its position in lists."""
        self.db.execute(
            "INSERT INTO object (account, livemode, kind, id, body) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            (realm.account.id, realm.livemode, obj["object"], obj["id"], json.dumps(obj)),
        )

    def find(self, realm: Realm, kind: str, id_: str) -> Json | None:
        """Return one object of this realm, or None."""
        with self.lock:
            row = self.db.execute(
                "SELECT body FROM object WHERE account = ? AND livemode = ? AND kind = ? AND id = ?",
                (realm.account.id, realm.livemode, kind, id_),
            ).fetchone()
        return json.loads(row[0]) if row else None

    def where(self, realm: Realm, kind: str, path: str, value: Any) -> list[Json]:
        """Return the objects whose field (of `indexes.INDEXED`) has this value, the last saved first."""
        query = (
            f"SELECT body FROM object INDEXED BY {indexes.index_name(kind, path)} "  # noqa: S608 - names from this package
            f"WHERE kind = '{kind}' AND account = ? AND livemode = ? "
            f"AND {indexes.field(path)} = ? ORDER BY seq DESC"
        )
        with self.lock:
            rows = self.db.execute(query, (realm.account.id, realm.livemode, value)).fetchall()
        return [json.loads(row[0]) for row in rows]

    def listed(
        self, realm: Realm, kind: str, equal: Json | None = None, *, one_of: Json | None = None, **options: Any
    ) -> Generator[Json]:
        """Yield objects by their time of creation, reading as far as the caller iterates; hold the lock meanwhile.

        `one_of` has a field and the values that it may have; for the others see `indexes.list_query`.
        """
        path, values = next(iter((one_of or {}).items()), ("", [None]))
        chosen = [{**(equal or {}), **({path: value} if path else {})} for value in dict.fromkeys(values)]
        cursors = [self.db.execute(*indexes.list_query(realm, kind, one, **options)) for one in chosen]
        try:
            for row in heapq.merge(*cursors, reverse=not options.get("oldest_first")):
                yield json.loads(row[1])
        finally:
            for cursor in cursors:
                cursor.close()

    def place(self, realm: Realm, kind: str, id_: str) -> int | None:
        """Return where an object stands in lists."""
        query = "SELECT place FROM object WHERE account = ? AND livemode = ? AND kind = ? AND id = ?"
        row = self.db.execute(query, (realm.account.id, realm.livemode, kind, id_)).fetchone()
        return row[0] if row else None

    def all(self, realm: Realm, kind: str) -> list[Json]:
        """Return every object of a kind in this realm, newest first. For small tables and for totals of everything."""
        with self.lock:
            rows = self.db.execute(
                "SELECT body FROM object WHERE account = ? AND livemode = ? AND kind = ? ORDER BY seq DESC",
                (realm.account.id, realm.livemode, kind),
            ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def delete(self, realm: Realm, id_: str) -> None:
        self.db.execute(
            "DELETE FROM object WHERE account = ? AND livemode = ? AND id = ?",
            (realm.account.id, realm.livemode, id_),
        )

    def clear(self) -> None:
        """Delete everything."""
        with self.transaction():
            for table in TABLES:
                self.db.execute(f"DELETE FROM {table}")  # noqa: S608 - names from this module

    def is_empty(self) -> bool:
        """Whether there are neither objects nor responses."""
        with self.lock:
            return self.db.execute("SELECT 1 FROM object UNION ALL SELECT 1 FROM answer").fetchone() is None

    def copy(self) -> Rows:
        """The rows of all tables."""
        with self.lock:
            # Without generated columns.
            columns = {table: [row[1] for row in self.db.execute(f"PRAGMA table_info({table})")] for table in TABLES}
            return {
                (table, *names): self.db.execute(f"SELECT {', '.join(names)} FROM {table}").fetchall()  # noqa: S608
                for table, names in columns.items()
            }

    def load(self, rows: Rows) -> None:
        """Replace everything by the rows of `copy`."""
        self.clear()
        with self.transaction():
            for (table, *names), values in rows.items():
                marks = ", ".join("?" * len(names))
                self.db.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", values)  # noqa: S608

    def close(self) -> None:
        with self.lock:
            self.db.close()


def public_fields(value: Any) -> Any:
    """Return a copy without the internal `_` fields."""
    if isinstance(value, dict):
        return {name: public_fields(child) for name, child in value.items() if not name.startswith("_")}
    if isinstance(value, list):
        return [public_fields(child) for child in value]
    return value
