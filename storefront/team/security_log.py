"""The security log: one JSON line for each sign-in, refusal, key change, refund, export and so on.

A line says who did what, from where, and with what result. It never holds a password, a key, a card, a customer's
address or the text of an email.
"""

import logging
import sys
from enum import StrEnum
from typing import TextIO

from storefront.log_lines import SECURITY_LOGGER, hide_keys, write_line

_log = logging.getLogger(SECURITY_LOGGER)
# These lines are written whatever the level of the other ones is.
_log.setLevel(logging.INFO)

MAX_VALUE_LENGTH = 200


class SecurityEvent(StrEnum):
    """What happened. Operators' scripts search for these words: they never change."""

    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    SESSION_END = "session_end"
    PASSWORD_CONFIRM = "password_confirm"  # noqa: S105 - no password
    PASSWORD_CHANGE = "password_change"  # noqa: S105 - no password
    ADMIN_CREATE = "admin_create"
    TWO_STEP = "two_step"
    PASSKEY = "passkey"
    INVITATION = "invitation"
    ROLE_CHANGE = "role_change"
    ADMIN_REMOVE = "admin_remove"
    PASSWORD_LINK = "password_link"  # noqa: S105 - no password
    KEY_CHANGE = "key_change"
    DISCONNECT = "disconnect"
    REFUND = "refund"
    EXPORT = "export"
    ERASURE = "erasure"
    KEY_ROTATION = "key_rotation"
    BACKUP = "backup"
    RESTORE = "restore"


def log_security_event(event: SecurityEvent, *, who: str, address: str, result: str = "ok", **details: object) -> None:
    """Write a line. `who` is an admin's email, `address` the IP address or "console".

    `result` is "ok", "refused" or a status. `details` say more: ids, numbers, amounts.
    """
    if not _log.hasHandlers():
        # The commands for operators set up no logging.
        _log.addHandler(_StandardError())
    fields = {"what": event, "who": who, "from": address, "result": result, **details}
    write_line(SECURITY_LOGGER, {name: _value(value) for name, value in fields.items()})


def _value(value: object) -> object:
    # Somebody may have typed a key into the field of a name.
    return value if isinstance(value, int) else hide_keys(str(value))[:MAX_VALUE_LENGTH]


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes the messages alone to what standard error is at the moment."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)
