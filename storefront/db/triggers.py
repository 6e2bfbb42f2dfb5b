"""Triggers after rows are written, defined once for SQLite and PostgreSQL."""

from collections.abc import Mapping
from dataclasses import dataclass

from peewee import Database, PostgresqlDatabase

# The shop's triggers have it, and no others. PostgreSQL's trigger functions have the name of their trigger.
PREFIX = "derived_"

_SQLITE_TRIGGERS = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, 8) = 'derived_'"
_POSTGRESQL_TRIGGERS = (
    "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE NOT t.tgisinternal AND left(t.tgname, 8) = 'derived_' AND t.tgenabled <> 'D'"
    " AND c.relnamespace = 'public'::regnamespace"
)
_POSTGRESQL_FUNCTIONS = (
    "SELECT proname FROM pg_proc WHERE left(proname, 8) = 'derived_' AND pronamespace = 'public'::regnamespace"
)


@dataclass(frozen=True)
class Trigger:
    """SQL that runs after each row of an `event` ("insert", "update" or "delete") on a table, in its transaction.

    `statements` name the row NEW and OLD. They are valid on both databases, or {dialect: statements} with the dialects
    "sqlite" and "postgresql". After `INSERT … SELECT`, write `WHERE true ON CONFLICT …`.
    `columns`: an update counts only if it sets one of them, changed or not.
    `when`: a condition on NEW and OLD without subqueries.
    """

    name: str
    table: str
    event: str
    statements: tuple[str, ...] | Mapping[str, tuple[str, ...]]
    columns: tuple[str, ...] = ()
    when: str = ""

    @property
    def full_name(self) -> str:
        """Its name in the database."""
        return PREFIX + self.name

    def definition(self, dialect: str) -> tuple[str, ...]:
        """The statements that create it."""
        body = self.statements[dialect] if isinstance(self.statements, Mapping) else self.statements
        lines = "".join(f"  {statement};\n" for statement in body)
        event = self.event.upper() + (f" OF {', '.join(self.columns)}" if self.columns else "")
        when = f" WHEN ({self.when})" if self.when else ""
        head = f'CREATE TRIGGER {self.full_name} AFTER {event} ON "{self.table}" FOR EACH ROW{when}'
        if dialect == "sqlite":
            return (f"{head} BEGIN\n{lines}END",)
        function = (
            f"CREATE OR REPLACE FUNCTION public.{self.full_name}() RETURNS trigger LANGUAGE plpgsql AS $derived$\n"
            f"BEGIN\n{lines}  RETURN NULL;\nEND\n$derived$"
        )
        return function, f"{head} EXECUTE FUNCTION public.{self.full_name}()"


def dialect_of(database: Database) -> str:
    """The dialect of a database: "sqlite" or "postgresql"."""
    return "postgresql" if isinstance(database, PostgresqlDatabase) else "sqlite"


def execute(database: Database, statement: str) -> None:
    """Run a statement without parameters, in which a percent sign stands for itself."""
    escaped = statement.replace("%", "%%") if dialect_of(database) == "postgresql" else statement
    database.execute_sql(escaped)  # type: ignore[no-untyped-call]


def existing_triggers(database: Database) -> dict[str, str]:
    """{name: table} of the shop's triggers that exist, in one query."""
    query = _POSTGRESQL_TRIGGERS if dialect_of(database) == "postgresql" else _SQLITE_TRIGGERS
    return dict(database.execute_sql(query).fetchall())  # type: ignore[no-untyped-call]


def drop_triggers(database: Database, names: Mapping[str, str]) -> None:
    """Drop these triggers ({name: table}), on PostgreSQL with their functions."""
    for name, table in sorted(names.items(), key=lambda item: (item[1], item[0])):
        if dialect_of(database) == "postgresql":
            execute(database, f'DROP TRIGGER "{name}" ON public."{table}"')
            execute(database, f'DROP FUNCTION IF EXISTS public."{name}"()')
        else:
            execute(database, f'DROP TRIGGER "{name}"')


def drop_unused_functions(database: Database) -> None:
    """Drop the functions of triggers that exist no more: a dropped table takes its triggers along, not these."""
    if dialect_of(database) != "postgresql":
        return
    used = existing_triggers(database)
    for (name,) in database.execute_sql(_POSTGRESQL_FUNCTIONS).fetchall():  # type: ignore[no-untyped-call]
        if name not in used:
            execute(database, f'DROP FUNCTION public."{name}"()')


def create_triggers(database: Database, triggers: tuple[Trigger, ...]) -> None:
    """Create these triggers. On PostgreSQL, nobody else writes to their tables until the transaction ends."""
    dialect = dialect_of(database)
    for trigger in sorted(triggers, key=lambda one: (one.table, one.name)):
        for statement in trigger.definition(dialect):
            execute(database, statement)


def lock_tables(database: Database, triggers: tuple[Trigger, ...]) -> None:
    """Let nobody else write to the tables of these triggers until the transaction ends. Readers are not affected."""
    tables = ", ".join(f'"{name}"' for name in sorted({trigger.table for trigger in triggers}))
    # On SQLite the transaction holds the lock of the whole database.
    if tables and dialect_of(database) == "postgresql":
        execute(database, f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")
