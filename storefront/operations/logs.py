"""The log: its level, its format, and one line for each kind of failure and minute."""

import logging
import threading
import time
from collections.abc import Hashable
from dataclasses import dataclass

from storefront import db
from storefront.log_lines import PrivateFormatter

# A failure of a kind is written once in this time.
WINDOW_SECONDS = 60
# Kinds that are remembered. The oldest are forgotten first.
MAX_KINDS = 1000
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# Libraries whose lower levels say nothing that helps. Those of stripe would write what is sent.
QUIET = ("huey", "stripe")


def set_up_logging(level: str) -> None:
    """Write messages of `level` (debug, info, warning or error) and above to standard error, without repetitions.

    Email addresses, keys and tokens in them are hidden.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(level=number, format=FORMAT)
    repetitions = RepeatFilter()
    for handler in logging.getLogger().handlers:
        handler.addFilter(repetitions)
        handler.setFormatter(PrivateFormatter(FORMAT))
    for name in QUIET:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))


def shorten_storage_trouble() -> None:
    """For commands, which print what stopped them: what they log meanwhile about a database in trouble has no trace."""
    if logging.lastResort is not None and not logging.lastResort.filters:
        logging.lastResort.addFilter(_without_storage_trace)


@dataclass
class _Seen:
    at: float
    repeats: int = 0


class RepeatFilter(logging.Filter):
    """Lets one line of each failure kind pass in a minute; the first one with its trace.

    Lines with an exception are failures. All trouble of one sort with the database or its disk is one kind, wherever it
    is met. Other exceptions are of one kind where type, place and message are the same; if only the message differs,
    the trace is left out. A line without an exception is a failure if it names its kind: `extra={"failure": kind}`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._seen: dict[Hashable, _Seen] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written. Shortens it if it repeats an earlier one."""
        kind, trace = _kinds(record)
        if kind is None:
            return True
        with self._lock:
            repeats = self._repeats(kind)
            if repeats is None:
                return False
            is_new = repeats == 0 and (trace == kind or self._repeats(trace) is not None)
        if not is_new:
            _shorten(record, repeats)
        return True

    def _repeats(self, kind: Hashable) -> int | None:
        """How often it was left out since it was last written; None if it is left out now."""
        now, seen = time.monotonic(), self._seen.pop(kind, None)
        if seen is not None and now - seen.at < WINDOW_SECONDS:
            seen.repeats += 1
            self._seen[kind] = seen
            return None
        self._seen[kind] = _Seen(now)
        if len(self._seen) > MAX_KINDS:
            del self._seen[next(iter(self._seen))]
        return seen.repeats if seen is not None else 0


def _kinds(record: logging.LogRecord) -> tuple[Hashable | None, Hashable]:
    """The kind of the failure, and that of its trace; None if the line is not about a failure."""
    named = getattr(record, "failure", None)
    if named is not None:
        return named, named
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return None, None
    cause = db.storage_cause(error)
    if cause is not None:
        # Without what followed from it, such as a transaction that can't be rolled back any more.
        cause.__suppress_context__ = True
        record.exc_info = (type(cause), cause, cause.__traceback__)
        kind = db.storage_trouble(cause)
        return kind, kind
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = (type(error), trace.tb_frame.f_code.co_filename, trace.tb_lineno) if trace else (type(error),)
    return (record.getMessage(), *place), place


def _shorten(record: logging.LogRecord, repeats: int) -> None:
    """Replace the trace by the exception's text, and say how often the line was left out."""
    error = record.exc_info[1] if record.exc_info else None
    text = record.getMessage()
    if error is not None:
        text += f" ({type(error).__name__}: {' '.join(str(error).split())})"
    if repeats:
        text += f" [{repeats} more since the last such line]"
    record.msg, record.args = text, ()
    record.exc_info = record.exc_text = None


def _without_storage_trace(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    if error is not None and db.storage_trouble(error) is not None:
        _shorten(record, 0)
    return True
