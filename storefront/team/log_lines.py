"""Lines of the log that are JSON objects, for programs: one for each request, security event and job."""

import json
import logging
import sys
from datetime import UTC, datetime
from functools import cache
from typing import TextIO

# The loggers whose messages are such lines. Other lines are text.
SECURITY_LOGGER = "storefront.security"
REQUEST_LOGGER = "storefront.requests"
JOB_LOGGER = "storefront.jobs"
JSON_LOGGERS = frozenset({SECURITY_LOGGER, REQUEST_LOGGER, JOB_LOGGER})
# `json.dumps` would make an encoder for each line.
_encode = json.JSONEncoder(ensure_ascii=False).encode


def write_line(name: str, fields: dict[str, object], level: int = logging.INFO) -> None:
    """Write a line of one of JSON_LOGGERS: {"time": …, "log": "requests", …}. Times are UTC with milliseconds.

    Nothing in `fields` is hidden: a caller puts no secret and no customer there.
    """
    log = _logger(name)
    if not log.isEnabledFor(level):
        return
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    text = _encode({"time": at, "log": name.rpartition(".")[2], **fields})
    # A record made here: `log.log` would find out which line of code writes it, which takes as long as the rest.
    log.handle(logging.LogRecord(name, level, __file__, 0, text, None, None))


@cache
def _logger(name: str) -> logging.Logger:
    return logging.getLogger(name)


class StandardError(logging.StreamHandler[TextIO]):
    """Writes the messages alone to what standard error is at the moment."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)
