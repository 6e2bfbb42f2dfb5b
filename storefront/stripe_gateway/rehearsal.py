"""The simulator's own addresses, which Stripe doesn't have: its accounts, and what banks and time do to a payment.

Only for a merchant that rehearses: its API is on this machine.
"""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import requests

from storefront.db import db, release_connection
from storefront.errors import StripeRefused, StripeUnreachable
from storefront.models import Merchant
from storefront.web_addresses import is_on_this_machine

TIMEOUT = (2, 10)
JS_PATH = "/endive/stripe.js"


@dataclass(frozen=True)
class RehearsalAccount:
    """An account of the simulator with its test keys."""

    name: str
    country: str
    publishable_key: str
    secret_key: str = field(repr=False)


def rehearsal_accounts(url: str) -> list[RehearsalAccount]:
    """The accounts of the simulator at this address that can take payments. Raises StripeError."""
    answer = _call("GET", f"{url}/simulator/accounts")
    try:
        usable = [(one, one["keys"]["test"]) for one in answer["data"] if one["charges_enabled"]]
        return [
            RehearsalAccount(one["name"], one["country"], keys["publishable"], keys["secret"]) for one, keys in usable
        ]
    except (KeyError, TypeError) as error:
        raise StripeUnreachable("no simulator answers there") from error


def rehearse_renewal(merchant: Merchant, subscription_id: str, card: str) -> None:
    """Renew the subscription now. `card`: "succeeds", "declines" or "asks", as it does from now on."""
    _control(merchant, f"subscriptions/{quote(subscription_id, safe='')}/renew", card=card)


def rehearse_dispute(merchant: Merchant, intent_id: str) -> None:
    """Dispute the payment as the customer's bank does."""
    _control(merchant, "disputes", payment_intent=intent_id, reason="product_not_received")


def rehearse_waiting(merchant: Merchant) -> None:
    """Let happen now what takes days at a bank: refunds that fail, disputes of cards that dispute."""
    _control(merchant, "advance")


def _control(merchant: Merchant, path: str, **values: str) -> None:
    if not merchant.is_rehearsal:
        raise ValueError("only a merchant on this machine's simulator rehearses")
    _call("POST", f"{merchant.api_base}/simulator/{path}", json=values)


def _call(method: str, url: str, **options: Any) -> Any:
    """The simulator's answer. Raises StripeUnreachable and StripeRefused."""
    if not is_on_this_machine(url):
        raise ValueError("a simulator is on this machine")
    if db.in_transaction():
        raise RuntimeError("a transaction is open")
    release_connection()
    try:
        # Neither a proxy of the environment nor a redirect may lead it elsewhere.
        with requests.Session() as session:
            session.trust_env = False
            response = session.request(method, url, timeout=TIMEOUT, allow_redirects=False, **options)
            if response.status_code >= 300:
                raise StripeRefused("", code=str(response.status_code))
            return response.json()
    except (requests.RequestException, ValueError) as error:
        raise StripeUnreachable(str(error)) from error
