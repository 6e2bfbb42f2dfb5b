"""Derived rows: counters and copies that triggers keep in step with the rows from which they are computed.

Triggers, because the rows are written in many places, also by UPDATEs of many rows: a trigger runs in the same
transaction, and no writer can forget it.
"""

import hashlib
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from peewee import Column, Database, Table

from storefront.db.database import connection, db
from storefront.db.triggers import (
    Trigger,
    create_triggers,
    dialect_of,
    drop_triggers,
    drop_unused_functions,
    execute,
    existing_triggers,
    lock_tables,
)

_STATE = Table("derived_state")
_NAME, _FINGERPRINT = Column(_STATE, "name"), Column(_STATE, "fingerprint")


@dataclass(frozen=True)
class Derived:
    """Derived rows, the triggers that keep them in step, and how to compute all of them again.

    `rebuild` empties the derived tables and computes them from their source rows: SQL statements, or {dialect:
    statements}, or a function of the database, whose source text counts as its definition. It runs in a transaction in
    which nobody else writes to the tables of the triggers. `tables` are the derived tables: backups leave out their
    rows. `summary` is a query for what a rebuild compares: rows of a name and a value; "" if it compares nothing.
    """

    name: str
    triggers: tuple[Trigger, ...]
    rebuild: tuple[str, ...] | Mapping[str, tuple[str, ...]] | Callable[[Database], None]
    dialects: tuple[str, ...] = ("sqlite", "postgresql")
    tables: tuple[str, ...] = ()
    summary: str = ""

    def fingerprint(self, dialect: str) -> str:
        """A hash of the definition."""
        rebuild = (inspect.getsource(self.rebuild),) if callable(self.rebuild) else self._statements(dialect)
        parts = [*(text for trigger in self.triggers for text in trigger.definition(dialect)), *rebuild]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def compute(self, database: Database) -> None:
        """Compute all derived rows again."""
        if callable(self.rebuild):
            self.rebuild(database)
            return
        for statement in self._statements(dialect_of(database)):
            execute(database, statement)

    def summarize(self, database: Database) -> dict[str, str]:
        """{name: value} of what a rebuild compares."""
        rows = database.execute_sql(self.summary).fetchall() if self.summary else ()  # type: ignore[no-untyped-call]
        return {" ".join(str(name).split()): str(value) for name, value in rows}

    def _statements(self, dialect: str) -> tuple[str, ...]:
        if callable(self.rebuild):
            return ()
        return self.rebuild[dialect] if isinstance(self.rebuild, Mapping) else self.rebuild


_definitions: list[Derived] = []


def register_derived(*definitions: Derived) -> None:
    """Add definitions to those that `migrate` installs. The package that has the source rows calls it when imported."""
    _definitions.extend(definitions)


def registered_derived() -> tuple[Derived, ...]:
    """All definitions, in the order in which they were registered."""
    return tuple(_definitions)


def derived_tables() -> set[str]:
    """Names of the tables whose rows are computed from others: a copy of the shop may leave their rows out."""
    return {"derived_state"} | {name for definition in _definitions for name in definition.tables}


def install_derived(definitions: Iterable[Derived], again: bool = False) -> list[str]:
    """Install and compute the definitions that this database does not have in this form. Return their names.

    That is so at the first start, after an upgrade, and when a trigger is missing: a table was made again by a
    migration or a restore. With `again`, all of them. Two small queries if nothing is to be done. The caller holds the
    migration lock.
    """
    database = db.obj
    dialect = dialect_of(database)
    mine = [definition for definition in definitions if dialect in definition.dialects]
    stored = dict(_STATE.select(_NAME, _FINGERPRINT).tuples().execute(database))
    existing = existing_triggers(database)
    fingerprints = {definition.name: definition.fingerprint(dialect) for definition in mine}
    expected = {trigger.full_name: trigger.table for definition in mine for trigger in definition.triggers}
    outdated = [
        definition
        for definition in mine
        if again
        or stored.get(definition.name) != fingerprints[definition.name]
        or any(existing.get(trigger.full_name) != trigger.table for trigger in definition.triggers)
    ]
    replaced = {trigger.full_name for definition in outdated for trigger in definition.triggers}
    unknown = {name: table for name, table in existing.items() if expected.get(name) != table or name in replaced}
    forgotten = stored.keys() - fingerprints.keys()
    if not (outdated or unknown or forgotten):
        return []
    with db.atomic():
        drop_triggers(database, unknown)
        drop_unused_functions(database)
        create_triggers(database, tuple(trigger for definition in outdated for trigger in definition.triggers))
        old = [*forgotten, *(definition.name for definition in outdated)]
        _STATE.delete().where(_NAME.in_(old)).execute(database)
        for definition in outdated:
            definition.compute(database)
            row = {_NAME: definition.name, _FINGERPRINT: fingerprints[definition.name]}
            _STATE.insert(row).execute(database)
    return [definition.name for definition in outdated]


def drop_derived_triggers() -> None:
    """Drop the triggers of all derived rows. `install_derived` creates them again, and computes the rows."""
    existing = existing_triggers(db.obj)
    if existing:
        with db.atomic():
            drop_triggers(db.obj, existing)


def rebuild_derived() -> list[str]:
    """Compute all derived rows again, in one transaction. Others can read meanwhile; writers wait.

    Return what was different, in words for an operator; empty if all was right.
    """
    database = db.obj
    mine = [definition for definition in _definitions if dialect_of(database) in definition.dialects]
    with connection(), database.without_time_limit(), db.atomic():
        lock_tables(database, tuple(trigger for definition in mine for trigger in definition.triggers))
        return [line for definition in mine for line in _recompute(definition, database)]


def _recompute(definition: Derived, database: Database) -> list[str]:
    before = definition.summarize(database)
    definition.compute(database)
    after = definition.summarize(database)
    return [
        f"{definition.name}: {name}: {before.get(name, 'nothing')}, now {after.get(name, 'nothing')}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


@contextmanager
def derived_suspended() -> Iterator[None]:
    """Drop the triggers inside the block, for loading many rows. At its end, also after an error, create and compute.

    If the process dies inside, the next start does it. Call it outside of a transaction.
    """
    with connection():
        drop_derived_triggers()
    try:
        yield
    finally:
        with connection(), db.obj.without_time_limit():
            install_derived(_definitions, again=True)
