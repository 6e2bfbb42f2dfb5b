"""Loops over rows in background work: one row that fails never stops the rows behind it."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

from peewee import ModelSelect

from storefront import db
from storefront.errors import FieldErrors, ShopError, StripeError, StripeUnreachable

log = logging.getLogger(__name__)

# A call that times out takes seconds, and the worker has few threads: other merchants and emails must not wait.
MAX_TIMEOUTS = 3
# What can't be stored is lost until the next run: after so many rows Stripe is not asked about the others.
MAX_STORAGE_FAILURES = 3

Row = TypeVar("Row")
Result = TypeVar("Result")


@dataclass
class Changes(Generic[Row]):
    """Collects in `found` the rows whose status changed during a run, as (number, before, after).

    `status` reads number and status of a row from the database.
    """

    status: Callable[[Row], tuple[int, str]]
    found: list[tuple[int, str, str]]

    @contextmanager
    def recorded(self, row: Row) -> Iterator[None]:
        """Compare the status before and after the block, even when the block raises."""
        number, before = self.status(row)
        try:
            yield
        finally:
            _number, after = self.status(row)
            if after != before:
                self.found.append((number, before, after))


@dataclass
class Run:
    """One pass of background work. Its loops share one report and one count of calls that Stripe did not answer.

    `failures` has one line for each row that failed or was skipped. `first_error` is the first exception of the run.
    `timeouts` counts by merchant ID how often Stripe did not answer: after `MAX_TIMEOUTS` the merchant's other rows
    are skipped until the next run; and all rows are, after `MAX_STORAGE_FAILURES` that met a database or a disk in
    trouble. `unreadable` has what could not be read, by name; the loops did not see it.
    """

    failures: list[str] = field(default_factory=list)
    timeouts: Counter[int] = field(default_factory=Counter)
    first_error: Exception | None = None
    unreadable: dict[str, Exception] = field(default_factory=dict)
    storage_failures: int = 0

    def each(
        self,
        find: Callable[[], Iterable[Row]],
        act: Callable[[Row], Result],
        *,
        name: Callable[[Row], str],
        merchant: Callable[[Row], int] | None = None,
        changes: Changes[Row] | None = None,
        failed: Callable[[Row, Exception], object] | None = None,
    ) -> list[Result]:
        """Call `act` with each row that `find` returns. Return the results of the calls that did not raise.

        If `find` returns a query, a row that can't be read is reported, and the others are processed.

        `name` names a row in the report and the log. `merchant` returns the ID of the merchant whose Stripe account
        `act` uses. `changes` collects status changes. `failed` is called after each exception and stores it on the row.

        A ShopError is reported. FieldErrors is not: Stripe rejected the request, and `act` has stored that on the row.
        Neither is a call that was not sent, because Stripe has permanently refused it shortly before.
        Any other exception is logged with its traceback and reported by its type. Call this outside of a transaction:
        each row has its own, and `db.atomic()` in `act` has rolled it back before the exception arrives here.
        """
        results: list[Result] = []
        for row in self._list(find):
            if self.storage_failures >= MAX_STORAGE_FAILURES:
                break
            what, merchant_id = name(row), None
            try:
                merchant_id = merchant(row) if merchant else None
                if merchant_id is not None and self.timeouts[merchant_id] >= MAX_TIMEOUTS:
                    self.failures.append(f"{what}: skipped, Stripe did not answer {MAX_TIMEOUTS} times")
                    continue
                if changes is None:
                    results.append(act(row))
                else:
                    with changes.recorded(row):
                        results.append(act(row))
            except Exception as error:
                if merchant_id is not None and isinstance(error, StripeUnreachable):
                    self.timeouts[merchant_id] += 1
                self._report(what, error)
                if failed is not None:
                    _store_failure(what, row, error, failed)
        return results

    def raise_first_error(self) -> None:
        """Raise the first exception of the run, after all rows have had their turn."""
        if self.first_error is not None:
            raise self.first_error

    def log_failures(self) -> None:
        """Write the report to the log, one line for each row."""
        for line in self.failures:
            log.warning("failed: %s", line)

    def _list(self, find: Callable[[], Iterable[Row]]) -> list[Row]:
        """Read all rows first: while a SQLite query is being read, writes on the same connection can fail."""
        rows: Iterable[Row] = ()
        try:
            rows = find()
            # `iter`: `list` would ask for the length first, and hide a TypeError of a row.
            return list(iter(rows))
        except Exception as error:
            if isinstance(rows, ModelSelect):
                return self._read_one_by_one(rows)
            # The other loops of this run do not depend on this one.
            self._report_unreadable(_name_of(find), error)
            return []

    def _read_one_by_one(self, query: "ModelSelect[Any]") -> list[Any]:
        """The rows of a query that can be read. One with a corrupt value makes the whole query fail."""
        key, found = query.model._meta.primary_key, []
        try:
            keys = [value for (value,) in query.select(key).tuples()]
        except Exception as error:
            self._report_unreadable(query.model._meta.table_name, error)
            return []
        for value in keys:
            try:
                found += list(iter(query.where(key == value)))
            except Exception as error:
                self._report_unreadable(f"{query.model._meta.table_name} {value}", error)
        return found

    def _report_unreadable(self, what: str, error: Exception) -> None:
        self.unreadable[what] = error
        self._report(what, error)

    def _report(self, what: str, error: Exception) -> None:
        if isinstance(error, FieldErrors):
            return
        if isinstance(error, StripeError) and not error.was_asked and not error.is_transient:
            return
        self.first_error = self.first_error or error
        if isinstance(error, ShopError):
            self.failures.append(f"{what}: {str(error) or type(error).__name__}")
            return
        log.error("%s failed", what, exc_info=error)
        if db.storage_trouble(error) is not None:
            self.storage_failures += 1
            if self.storage_failures == 1:
                self.failures.append(f"{what}: the database can't be used: {' '.join(str(error).split())}")
            return
        self.failures.append(f"{what}: {type(error).__name__}")


def _store_failure(what: str, row: Row, error: Exception, failed: Callable[[Row, Exception], object]) -> None:
    try:
        failed(row, error)
    except Exception:
        log.exception("%s: the failure could not be stored", what)


def _name_of(find: Callable[[], object]) -> str:
    function = find.func if isinstance(find, partial) else find
    return getattr(function, "__qualname__", repr(function))
