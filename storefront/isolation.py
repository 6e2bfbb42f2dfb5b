"""Loops over rows in background work: one row that fails never stops the rows behind it."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from storefront.errors import FieldErrors, ShopError, StripeUnreachable

log = logging.getLogger(__name__)

# A call that times out takes seconds, and the worker has few threads: other merchants and emails must not wait.
MOST_SILENCES = 3

Row = TypeVar("Row")
Result = TypeVar("Result")


@dataclass
class Changes(Generic[Row]):
    """Rows whose status changed during a run, as (number, before, after).

    `status` reads number and status of a row from the database.
    """

    status: Callable[[Row], tuple[int, str]]
    found: list[tuple[int, str, str]]

    @contextmanager
    def noted(self, row: Row) -> Iterator[None]:
        """Compare the status before and after the block; also when the block raises."""
        number, before = self.status(row)
        try:
            yield
        finally:
            _number, after = self.status(row)
            if after != before:
                self.found.append((number, before, after))


@dataclass
class Run:
    """One pass of background work. Its loops share one report and the count of calls that Stripe did not answer.

    `unanswered` has one line for each row that failed or was skipped, `first_error` is the first exception among them.
    `silences` counts by merchant id how often Stripe did not answer: after `MOST_SILENCES` the merchant's other rows
    are skipped until the next run.
    """

    unanswered: list[str] = field(default_factory=list)
    silences: Counter[int] = field(default_factory=Counter)
    first_error: Exception | None = None

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
        """Call `act` with each row that `find` returns. Return the results of the calls that raised nothing.

        `name` names a row in report and log. `merchant` returns the id of the merchant whose Stripe `act` asks.
        `changes` collects status changes. `failed` is called after each exception and stores it on the row.

        A ShopError is reported. FieldErrors is not: Stripe refused, and `act` has stored that on the row. Any other
        exception is logged with its traceback and reported by its type. Call this outside of a transaction: each row
        has its own, and `db.atomic()` in `act` has rolled it back before the exception arrives here.
        """
        results: list[Result] = []
        for row in self._listed(find):
            what, owner = name(row), None
            try:
                owner = merchant(row) if merchant else None
                if owner is not None and self.silences[owner] >= MOST_SILENCES:
                    self.unanswered.append(f"{what}: not asked after {MOST_SILENCES} silences")
                    continue
                if changes is None:
                    results.append(act(row))
                else:
                    with changes.noted(row):
                        results.append(act(row))
            except Exception as error:
                if owner is not None and isinstance(error, StripeUnreachable):
                    self.silences[owner] += 1
                self._report(what, error)
                if failed is not None:
                    _store(what, row, error, failed)
        return results

    def log_unanswered(self) -> None:
        """Write the report to the log, one line a row."""
        for line in self.unanswered:
            log.warning("could not be asked: %s", line)

    def _listed(self, find: Callable[[], Iterable[Row]]) -> list[Row]:
        """A list: a query that is still being read shows the past, and SQLite lets nobody write from there."""
        try:
            return list(find())
        except Exception as error:
            # The next loops of this run don't depend on this one.
            self._report(getattr(find, "__qualname__", repr(find)), error)
            return []

    def _report(self, what: str, error: Exception) -> None:
        if isinstance(error, FieldErrors):
            return
        self.first_error = self.first_error or error
        if isinstance(error, ShopError):
            self.unanswered.append(f"{what}: {str(error) or type(error).__name__}")
            return
        log.error("%s failed", what, exc_info=error)
        self.unanswered.append(f"{what}: {type(error).__name__}")


def _store(what: str, row: Row, error: Exception, failed: Callable[[Row, Exception], object]) -> None:
    try:
        failed(row, error)
    except Exception:
        log.exception("%s: the failure could not be stored", what)
