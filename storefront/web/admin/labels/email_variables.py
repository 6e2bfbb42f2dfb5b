"""Meanings of the variables that the owner can use in an email's text."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

VARIABLES: Mapping[str, Any] = {
    "amount": _l("amount charged"),
    "browser": _l("browser and system"),
    "card": _l("card brand and last 4 digits"),
    "declines": _l("number of declined cards"),
    "due": _l("date that the email is about"),
    "email": _l("new email address"),
    "every": _l("how often it is charged: “every month”"),
    "expires": _l("card’s expiry month and year"),
    "ip_address": _l("IP address"),
    "link": _l("address that the button opens"),
    "name": _l("customer’s name"),
    "new_amount": _l("new amount"),
    "new_every": _l("how often it is charged after the change"),
    "plan": _l("name of the new plan"),
    "number": _l("order number"),
    "left": _l("number of license keys that are left"),
    "second": _l("account that takes the new orders"),
    "permission": _l("permission that the secret key is missing"),
    "reason": _l("reason, in full sentences"),
    "received": _l("date and time that the email is about"),
    "refund_amount": _l("refunded amount"),
    "shop": _l("the shop’s name"),
    "title": _l("offer’s title"),
}


def email_variable(name: str) -> str:
    """What an email's variable is replaced with."""
    return str(VARIABLES[name])
