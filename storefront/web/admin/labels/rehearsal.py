"""The test cards of a rehearsal, and what becomes of a payment with each."""

from typing import Any

from flask_babel import lazy_gettext as _l

# (number, outcome, what to do or expect)
REHEARSAL_CARDS: tuple[tuple[str, Any, Any], ...] = (
    ("4242 4242 4242 4242", _l("Paid"), _l("The customer sees the thank-you page and gets a receipt.")),
    ("4000 0000 0000 0002", _l("Declined"), _l("The order stays pending. The customer can try another card.")),
    ("4000 0000 0000 9995", _l("Insufficient funds"), _l("Declined for this reason. The order stays pending.")),
    (
        "4000 0027 6000 3184",
        _l("3D Secure"),
        _l("Confirm on the bank’s page to pay, or let it fail: the order stays pending."),
    ),
    ("4000 0000 0000 0341", _l("Renewal declined"), _l("A subscription starts with a trial, then its charge fails.")),
    ("4000 0000 0000 5126", _l("Refund that fails"), _l("Paid. A refund fails a few days later.")),
    ("4000 0000 0000 0259", _l("Dispute"), _l("Paid, then disputed by the bank a few days later.")),
)
