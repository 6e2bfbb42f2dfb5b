"""What no line of the log holds: addresses of people, keys, and tokens that open a customer's pages."""

import logging
import re

from storefront.team.log_lines import JSON_LOGGERS

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
