"""Meanings of the variables that the owner can use in an email's text."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

VARIABLES: Mapping[str, Any] = {
    "amount": _l(
        "what is charged: the renewal’s or the subscription’s amount where the letter is about one, else the order’s"
    ),
    "card": _l("the card that is charged, by its brand and last four digits"),
    "declines": _l("how many cards were declined"),
    "due": _l("the day the letter speaks of"),
    "email": _l("the new email address"),
    "every": _l("how often it is charged: “every month”"),
    "expires": _l("month and year until which the card is valid"),
    "link": _l("the address behind the button"),
    "name": _l("the customer’s name"),
    "new_amount": _l("what is charged from the day on that the letter speaks of"),
    "new_every": _l("how often it is charged after a change at Stripe"),
    "number": _l("the order’s number"),
    "permission": _l("the permission that the secret key lacks, as Stripe calls it"),
    "reason": _l("why it stopped or ended, in whole sentences"),
    "received": _l("date and time at which the shop received the withdrawal or cancellation"),
    "refund_amount": _l("what goes back"),
    "shop": _l("the shop’s name"),
    "title": _l("the offer’s title"),
}


def email_variable(name: str) -> str:
    """What an email's variable is replaced with."""
    return str(VARIABLES[name])
