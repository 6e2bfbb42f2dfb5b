"""Tells an observer which rows a statement inserts, changes or deletes, with their values before and after.

Records pass all their statements through here (`Record.save`, `update`, `insert`, `insert_many`, `delete`). Without an
observer, as in customers' requests and in the worker, they run as they are.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any, Protocol

from peewee import Field, Model, ModelDelete, ModelInsert, ModelUpdate, fn

from storefront.db import db

# A statement that changes more rows than these is told as their number.
MOST_ROWS = 100


@dataclass(frozen=True)
class RowChange:
    """A row before and after a statement. `before` is None for a new row, `after` for a deleted one."""

    before: Any
    after: Any

    @property
    def row(self) -> Any:
        """The row as it is, or as it last was."""
        return self.before if self.after is None else self.after


class RowObserver(Protocol):
    """Is told of changes in the transaction that makes them."""

    def observes(self, model: type[Model]) -> bool:
        """Whether it wants to know about changes of this table."""

    def changed(self, model: type[Model], changes: list[RowChange], more: int) -> None:
        """Rows have changed, and `more` than these, which were not read."""


_observer: ContextVar[RowObserver | None] = ContextVar("row_observer", default=None)


@contextmanager
def observed_by(observer: RowObserver | None) -> Iterator[None]:
    """Tell this observer of what the block changes; with None nobody is told."""
    token = _observer.set(observer)
    try:
        yield
    finally:
        _observer.reset(token)


def observe(observer: RowObserver | None) -> None:
    """Tell this observer of what this thread or task changes from now on."""
    _observer.set(observer)


def current_observer() -> RowObserver | None:
    """Who is told about changes now; None for nobody."""
    return _observer.get()


def observer_of(model: type[Model]) -> RowObserver | None:
    """Who has to be told about changes of this table; None for nobody."""
    observer = _observer.get()
    return observer if observer is not None and observer.observes(model) else None


class ObservedUpdate(ModelUpdate):
    """An UPDATE that an observer is told about."""

    _where: Any

    def execute(self, database: Any = None) -> Any:
        """Run it."""
        observer = observer_of(self.model)
        if observer is None:
            return super().execute(database)
        with db.atomic():
            before, more = _read(self.model, self._where)
            result = super().execute(database)
            after, _more = _read(self.model, self.model.id.in_(list(before))) if before else ({}, 0)
            _tell(observer, self.model, [RowChange(row, after.get(key)) for key, row in before.items()], more)
        return result


class ObservedDelete(ModelDelete):
    """A DELETE that an observer is told about."""

    _where: Any

    def execute(self, database: Any = None) -> Any:
        """Run it."""
        observer = observer_of(self.model)
        if observer is None:
            return super().execute(database)
        with db.atomic():
            before, more = _read(self.model, self._where)
            # First: what the rows belong to can still be looked up.
            _tell(observer, self.model, [RowChange(row, None) for row in before.values()], more)
            return super().execute(database)


class ObservedInsert(ModelInsert):
    """An INSERT of one row or many, perhaps in place of earlier ones, that an observer is told about."""

    _insert: Any
    _columns: Any
    _on_conflict: Any

    def execute(self, database: Any = None) -> Any:
        """Run it."""
        observer = observer_of(self.model)
        if observer is None:
            return super().execute(database)
        with db.atomic():
            replaced, _more = self._replaced()
            newest = _newest(self.model)
            result = super().execute(database)
            changed, _more = _read(self.model, self.model.id.in_(list(replaced))) if replaced else ({}, 0)
            new, more = _read(self.model, (self.model.id > newest) & _shared(self.model, self._rows()))
            changes = [RowChange(row, changed.get(key)) for key, row in replaced.items()]
            _tell(observer, self.model, [*changes, *(RowChange(None, row) for row in new.values())], more)
        return result

    def _rows(self) -> list[dict[Field, Any]]:
        """The values of each row, by field."""
        rows = [self._insert] if isinstance(self._insert, dict) else list(self._insert)
        if self._columns:
            rows = [row if isinstance(row, dict) else dict(zip(self._columns, row, strict=True)) for row in rows]
        fields = self.model._meta.combined
        return [{fields[key] if isinstance(key, str) else key: value for key, value in row.items()} for row in rows]

    def _replaced(self) -> tuple[dict[int, Any], int]:
        """The row whose place a single row takes (ON CONFLICT … DO UPDATE)."""
        targets = self._on_conflict._conflict_target if self._on_conflict is not None else None
        rows = self._rows()
        if not targets or len(rows) != 1:
            return {}, 0
        return _read(self.model, reduce(and_, [field == rows[0][field] for field in targets]))


def inserted(model: type[Model], insert: Callable[[], int]) -> int:
    """Run a prepared INSERT of one row, and tell the observer. `insert` returns the row's id."""
    observer = observer_of(model)
    if observer is None:
        return insert()
    with db.atomic():
        row_id = insert()
        rows, _more = _read(model, model.id == row_id)  # type: ignore[attr-defined]
        _tell(observer, model, [RowChange(None, row) for row in rows.values()], 0)
    return row_id


def inserted_unless_exists(model: Any, values: dict[Field, Any], insert: Callable[[], None]) -> None:
    """Run a prepared INSERT that may insert nothing, and tell the observer."""
    observer = observer_of(model)
    if observer is None:
        return insert()
    with db.atomic():
        newest = _newest(model)
        insert()
        rows, _more = _read(model, (model.id > newest) & _shared(model, [values]))
        return _tell(observer, model, [RowChange(None, row) for row in rows.values()], 0)


def _newest(model: Any) -> int:
    return int(model.select(fn.COALESCE(fn.MAX(model.id), 0)).scalar())


def _shared(model: Any, rows: list[dict[Field, Any]]) -> Any:
    """The condition for the texts and numbers that all these rows have: others may insert at the same time."""
    first, *others = rows
    plain = {field: value for field, value in first.items() if isinstance(value, str | int)}
    same = [field == value for field, value in plain.items() if all(row.get(field) == value for row in others)]
    return reduce(and_, same, model.id.is_null(False))


def _read(model: Any, condition: Any) -> tuple[dict[int, Any], int]:
    """The first rows that match, by id, and how many more there are."""
    query = model.select() if condition is None else model.select().where(condition)
    rows = {row.id: row for row in query.order_by(model.id).limit(MOST_ROWS + 1)}
    if len(rows) <= MOST_ROWS:
        return rows, 0
    return {}, query.count()


def _tell(observer: RowObserver, model: type[Model], changes: list[RowChange], more: int) -> None:
    if changes or more:
        observer.changed(model, changes, more)
