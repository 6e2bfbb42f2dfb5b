"""What no line of the log holds: addresses of people, keys, and tokens that open a customer's pages."""

import logging
import re

from storefront.team.security_log import LOGGER_NAME

HIDDEN = "…"
_PRIVATE = re.compile(
    r"""
    [^\s@<>"'()=,;:\[\]/]+@[^\s@<>"'()=,;:\[\]/]+   # email addresses
    | \b(?:[spr]k_(?:test|live)|whsec)_\w+          # keys of Stripe
    | \w+_secret_\w+                                # client secrets
    | (?<=/orders/)[\w-]{16,}                       # tokens in the addresses of pages
    | (?<=/customers/)[\w-]{16,}
    | (?<=/my/)[\w.-]{16,}
    | (?<=[?&]key=)[\w.-]+
    """,
    re.VERBOSE,
)


def hide_private(text: str) -> str:
    """The text with … for email addresses, keys and tokens."""
    return _PRIVATE.sub(HIDDEN, text)


class PrivateFormatter(logging.Formatter):
    """Hides private values in messages and tracebacks. The security log names admins, and is left as it is."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, with the traceback if there is one."""
        text = super().format(record)
        return text if record.name == LOGGER_NAME else hide_private(text)
