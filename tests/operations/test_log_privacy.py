"""No line of the log holds an email address, a key, or a token that opens a customer's pages."""

import logging
import subprocess
import sys

import pytest

from storefront import log_lines
from tests.processes import ROOT

TOKEN = "kq3Zr8mX0bT5nW2vLc7dYfHs1aQe"


@pytest.mark.parametrize(
    ("message", "written"),
    [
        ("email 7 was not sent: 550 <marko@example.com>: no such user", "email 7 was not sent: 550 <…>: no such user"),
        ("DETAIL: Key (email)=(marko@example.com) already exists.", "DETAIL: Key (email)=(…) already exists."),
        ("connection to postgresql://shop:pass@db/shop failed", "connection to postgresql://shop:…/shop failed"),
        ("No such key: rk_live_51Abc and whsec_abcdef", "No such key: … and …"),
        ("intent pi_1_secret_9xYz can't be used", "intent … can't be used"),
        (f"GET /orders/{TOKEN}/pay?key=abc.def-1 failed", "GET /orders/…/pay?key=… failed"),
        (f"/admin/customers/{TOKEN} and /my/{TOKEN}.x.y", "/admin/customers/… and /my/…"),
        ("GET /orders/<token>/pay failed", "GET /orders/<token>/pay failed"),
        ("  @wraps(view)", "  @wraps(view)"),
    ],
)
def test_private_values_are_hidden_in_messages_and_traces(message: str, written: str) -> None:
    formatter = log_lines.PrivateFormatter()
    assert formatter.format(record("storefront.emails", message)) == written
    try:
        raise ValueError(message)
    except ValueError as error:
        failed = record("storefront", "failed", error)
    assert formatter.format(failed).endswith(f"ValueError: {written}")


def test_the_security_log_names_the_admin() -> None:
    line = '{"log": "security", "what": "sign_in", "who": "olena@example.com", "from": "127.0.0.1", "result": "ok"}'
    assert log_lines.PrivateFormatter().format(record("storefront.security", line)) == line


def test_the_processes_of_the_shop_hide_them() -> None:
    program = """
import logging
from storefront.operations import set_up_logging
set_up_logging("warning")
logging.getLogger("storefront.emails").warning("not sent to marko@example.com")
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stderr.endswith(" WARNING storefront.emails: not sent to …\n"), done.stderr


def record(name: str, message: str, error: Exception | None = None) -> logging.LogRecord:
    exc_info = (type(error), error, error.__traceback__) if error is not None else None
    return logging.LogRecord(name, logging.ERROR, __file__, 1, message, (), exc_info)
