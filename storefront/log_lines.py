"""The lines of the log: JSON objects for programs, and what no line holds: people's addresses, keys and tokens."""

import json
import logging
import re
from datetime import UTC, datetime
from functools import cache

# The loggers whose messages are such lines. Other lines are text.
SECURITY_LOGGER = "storefront.security"
REQUEST_LOGGER = "storefront.requests"
JOB_LOGGER = "storefront.jobs"
JSON_LOGGERS = frozenset({SECURITY_LOGGER, REQUEST_LOGGER, JOB_LOGGER})
# `json.dumps` would make an encoder for each line.
_encode = json.JSONEncoder(ensure_ascii=False).encode

HIDDEN = "…"
_STRIPE_KEY = re.compile(r"\b(?:[spr]k_(?:test|live)|whsec)_\w+")
_PRIVATE = re.compile(
    rf"""
    {_STRIPE_KEY.pattern}
    | [^\s@<>"'()=,;:\[\]/]+@[^\s@<>"'()=,;:\[\]/]+   # email addresses
    | \w+_secret_\w+                                # client secrets
    | (?<=/orders/)[\w-]{{16,}}                       # tokens in the addresses of pages
    | (?<=/customers/)[\w-]{{16,}}
    | (?<=/my/)[\w.-]{{16,}}
    | (?<=/admin/invitations/)[\w.-]{{16,}}
    | (?<=/admin/new-password/)[\w.-]{{16,}}
    | (?<=[?&]key=)[\w.-]+
    """,
    re.VERBOSE,
)


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


def hide_keys(text: str) -> str:
    """The text with … for keys of Stripe."""
    return _STRIPE_KEY.sub(HIDDEN, text)


def hide_private(text: str) -> str:
    """The text with … for email addresses, keys and tokens."""
    return _PRIVATE.sub(HIDDEN, text)


class PrivateFormatter(logging.Formatter):
    """Hides private values in messages and tracebacks.

    Lines that are JSON are written as they are: they hold nothing private, but for the admins in the security log.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line, with the traceback if there is one."""
        if record.name in JSON_LOGGERS:
            return record.getMessage()
        return hide_private(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the base class's name
        """The line without its traceback; with the id of the request that failed, where there is one."""
        text = super().formatMessage(record)
        request = getattr(record, "request", "")
        return f"{text} [request {request}]" if request else text
