"""The log: one line for a kind of failure and minute, the first with its trace; LOG_LEVEL decides on the rest."""

import logging
import sqlite3
from collections.abc import Iterator
from io import StringIO

import pytest

from storefront.config import Config, ConfigError
from storefront.db import StorageTrouble, storage_trouble
from storefront.operations import logs


@pytest.fixture
def text() -> Iterator[StringIO]:
    """What the logger `failures` writes."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(logs.RepeatFilter())
    log = logging.getLogger("failures")
    log.addHandler(handler)
    log.propagate = False
    yield written
    log.removeHandler(handler)
    log.propagate = True


log = logging.getLogger("failures")


def fill_database() -> None:
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE note (words)")
        database.execute("PRAGMA max_page_count = 3")
        database.execute("INSERT INTO note VALUES (zeroblob(100000))")


def fail_to_roll_back() -> None:
    """What follows hides the cause."""
    try:
        fill_database()
    except sqlite3.Error:
        sqlite3.connect(":memory:").execute("ROLLBACK")


def log_failure(action: object, message: str, *arguments: object) -> None:
    try:
        action()  # type: ignore[operator]
    except Exception as error:
        log.error(message, *arguments, exc_info=error)


def test_trouble_of_the_database_is_one_line_a_minute_with_the_trace_of_its_cause(
    text: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(50):
        log_failure(fail_to_roll_back, "order %s failed", number)
        log_failure(fill_database, "the queue failed")
    said = text.getvalue()
    assert said.count("\n") < 20 and said.count("Traceback") == 1, said
    assert said.startswith("order 0 failed\n") and "database or disk is full" in said
    assert "no transaction is active" not in said and "another exception" not in said
    monkeypatch.setattr(logs, "WINDOW_SECONDS", 0)
    log_failure(fill_database, "the queue failed")
    later = text.getvalue().removeprefix(said)
    assert later.count("\n") == 1 and "OperationalError: database or disk is full" in later and "99 more" in later


def test_other_failures_keep_a_line_for_each_message_and_one_trace_for_each_place(text: StringIO) -> None:
    for number in (1, 2, 2):
        log_failure(lambda: 1 / 0, "event %s failed", number)
    said = text.getvalue()
    assert said.count("Traceback") == 1 and said.count("event 1 failed") == 1
    assert said.count("event 2 failed (ZeroDivisionError: division by zero)") == 1, said


def test_lines_without_a_failure_all_pass_and_named_failures_once(text: StringIO) -> None:
    for _ in range(3):
        log.warning("the offer is sold out")
        log.warning("the queue is away", extra={"failure": "queue"})
    assert text.getvalue().count("sold out") == 3 and text.getvalue().count("away") == 1


def test_a_cause_is_found_behind_what_followed_from_it() -> None:
    with pytest.raises(sqlite3.Error) as caught:
        fail_to_roll_back()
    assert storage_trouble(caught.value) == StorageTrouble.FULL
    assert storage_trouble(sqlite3.OperationalError("no such table: note")) is None
    assert storage_trouble(FileNotFoundError(2, "No such file", "image.png")) is None


@pytest.mark.parametrize(("level", "number"), [("debug", 10), ("info", 20), ("warning", 30), ("error", 40), ("", 20)])
def test_the_level_comes_from_the_environment(environment: dict[str, str], level: str, number: int) -> None:
    config = Config.from_environment({**environment, "LOG_LEVEL": level})
    assert logging.getLevelNamesMapping()[config.log_level.upper()] == number


def test_an_unknown_level_stops_the_start(environment: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"^LOG_LEVEL: must be one of debug, info, warning, error, not 'loud'$"):
        Config.from_environment({**environment, "LOG_LEVEL": "loud"})
