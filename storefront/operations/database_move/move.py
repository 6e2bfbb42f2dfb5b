"""Moving the shop: checks, copying, comparison."""

import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice

import psycopg
from peewee import DatabaseError

from storefront import db, worker
from storefront.config import Config, database_url
from storefront.models import Order
from storefront.operations.database_move.errors import MoveError, MoveImpossible
from storefront.operations.database_move.postgresql import PostgresqlSide
from storefront.operations.database_move.sqlite import SqliteSide
from storefront.operations.database_move.tables import MovedTable, Row, Unreadable, moved_tables
from storefront.runtime import Runtime, activate
from storefront.web_addresses import InvalidValue

CHUNK = 2_000
# A line of progress each time so many rows of one table were copied.
PROGRESS_ROWS = 100_000
# So many unreadable or different rows are named.
MAX_NAMED = 20
# The start writes settings into a database that is new.
WRITTEN_BY_THE_START = "shop_setting"

Side = SqliteSide | PostgresqlSide
Report = Callable[[str], None]


@dataclass(frozen=True)
class MoveResult:
    """`rows` is the number of rows by table. `url` is the new DATABASE_URL without a password."""

    rows: dict[str, int]
    url: str


def move_database(config: Config, url: str, report: Report, warn: Report) -> MoveResult:
    """Copy the shop into the empty database at `url` and compare all rows. The shop should be stopped.

    `report` gets lines of progress, `warn` what the operator should look at. Nobody can write to the present database
    meanwhile. Raises MoveImpossible if the move can't begin, and MoveError, with nothing copied, if a value can't be
    read or a row differs.
    """
    try:
        target_config = replace(config, database_url=database_url(url.strip()))
    except InvalidValue as error:
        raise MoveImpossible(f"URL: {error}") from error
    source, target = _side(config.database_url), _side(target_config.database_url)
    if source.is_same(target):
        raise MoveImpossible("URL: this is the database that DATABASE_URL names")
    with db.connection():
        _require_schema(db.applied_migrations(), "DATABASE_URL")
        last_number = Order.last_used_number()
        if not worker.is_silent(worker.last_seen()):
            warn("A worker ran minutes ago. What it writes from now on stays in the present database: stop the shop.")
    db.close_connections()
    try:
        with activate(Runtime(target_config)):
            try:
                rows = _move(source, target, target_config, report, warn)
                if last_number > Order.FIRST_NUMBER:
                    with db.connection():
                        Order.raise_number(last_number)
            finally:
                db.close_connections()
    except (sqlite3.Error, psycopg.Error, DatabaseError) as error:
        raise MoveError(f"the shop was not moved: {' '.join(str(error).split())}") from error
    return MoveResult(rows, without_password(target_config.database_url))


def without_password(url: str) -> str:
    """The URL with PASSWORD in the place of a password."""
    scheme, _, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    login, at, host = authority.rpartition("@")
    user, colon, _password = login.partition(":")
    path = re.sub(r"(?i)([?&](?:ssl)?password=)[^&]*", r"\1PASSWORD", path)
    return f"{scheme}://{user}{':PASSWORD' if colon else ''}{at}{host}{slash}{path}"


def _move(source: Side, target: Side, config: Config, report: Report, warn: Report) -> dict[str, int]:
    """Prepare the target, whose runtime is active, copy all rows and compare them. Return their number by table."""
    tables = moved_tables()
    try:
        _prepare_target(config, tables)
    except (DatabaseError, OSError) as error:
        raise MoveImpossible(f"URL: the database can't be used: {' '.join(str(error).split())}") from error
    with source.open_source(tables):
        connected = source.other_connections()
        if connected:
            warn(f"Programs that are connected to the present database: {connected}. Stop the shop before you move it.")
        with db.derived_suspended():
            return _copy_all(source, target, tables, report)


def _prepare_target(config: Config, tables: list[MovedTable]) -> None:
    """Create the tables of this version. Raises MoveImpossible if the database has rows, or other versions' tables."""
    with db.connection():
        applied = db.applied_migrations()
        if applied:
            _require_schema(applied, "URL")
            for table in tables:
                query = f'SELECT 1 FROM "{table.name}" LIMIT 1'  # noqa: S608
                if table.name != WRITTEN_BY_THE_START and db.db.execute_sql(query).fetchone():
                    raise MoveImpossible(f"URL: the database is not empty: there are rows in {table.name}")
    db.migrate(config)


def _require_schema(applied: tuple[str, ...], name: str) -> None:
    """Raise MoveImpossible unless the database has exactly this version's tables."""
    known = db.known_migrations()
    newer, pending = sorted(set(applied) - known), sorted(known - set(applied))
    if newer:
        raise MoveImpossible(f"{name}: a newer version of the shop has changed this database ({newer[0]})")
    if pending:
        raise MoveImpossible(f"{name}: the database is of an older version: run flask --app wsgi migrate for it first")


def _copy_all(source: Side, target: Side, tables: list[MovedTable], report: Report) -> dict[str, int]:
    """Copy and compare in one transaction of the target. Return the number of rows by table."""
    counts, unreadable = {}, _Named("can't be moved")
    with target.open_target():
        for table in tables:
            if table.name == WRITTEN_BY_THE_START:
                target.delete_rows(table)
            counts[table.name] = _copy(source, target, table, unreadable, report)
        unreadable.raise_any()
        different = _Named("differ after the move")
        for table in tables:
            _compare(source, target, table, different)
        different.raise_any()
        for table in tables:
            target.set_last_id(table, source.last_id(table))
    return counts


def _copy(source: Side, target: Side, table: MovedTable, unreadable: "_Named", report: Report) -> int:
    """Copy the rows of a table. After an unreadable row of any table, rows are only read, to name all of these."""
    rows, count, said = source.rows(table), 0, 0
    while chunk := list(islice(rows, CHUNK)):
        converted = []
        for row in chunk:
            try:
                converted.append(table.convert(row))
            except Unreadable as error:
                unreadable.add(str(error))
        if not unreadable.count:
            target.write(table, converted)
        count += len(chunk)
        if count - said >= PROGRESS_ROWS:
            said = count
            report(f"{table.name}: {count} rows …")
    if count:
        report(f"{table.name}: {count} rows")
    return count


def _compare(source: Side, target: Side, table: MovedTable, different: "_Named") -> None:
    """Compare the rows of both databases, which come by id."""
    ours, theirs = map(table.convert, source.rows(table)), map(table.convert, target.rows(table))
    left, right = next(ours, None), next(theirs, None)
    while left is not None or right is not None:
        if left is not None and left == right:
            left, right = next(ours, None), next(theirs, None)
        elif right is None or (left is not None and left[0] < right[0]):
            different.add(f"{table.name}, row {_id(left)}: is missing")
            left = next(ours, None)
        elif left is None or right[0] < left[0]:
            different.add(f"{table.name}, row {_id(right)}: is too many")
            right = next(theirs, None)
        else:
            columns = [name for name, one, other in zip(table.columns, left, right, strict=True) if one != other]
            different.add(f"{table.name}, row {_id(left)}: {', '.join(columns)}")
            left, right = next(ours, None), next(theirs, None)


def _id(row: Row | None) -> object:
    return row[0] if row else None


class _Named:
    """Rows that stop the move: their number, and lines about the first of them."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._lines: list[str] = []
        self.count = 0

    def add(self, line: str) -> None:
        self.count += 1
        if self.count <= MAX_NAMED:
            self._lines.append(line)

    def raise_any(self) -> None:
        """Raise MoveError if there are such rows."""
        if self.count:
            head = f"the shop was not moved: rows that {self._what}: {self.count}"
            raise MoveError("\n".join([head, *self._lines, *(["…"] if self.count > MAX_NAMED else [])]))


def _side(url: str) -> Side:
    return SqliteSide(url) if url.startswith("sqlite:///") else PostgresqlSide(url)
