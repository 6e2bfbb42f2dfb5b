"""How much has happened in a soak test: rows of the shop, money on both sides, emails that have arrived."""

import re
from collections import Counter
from typing import Any

from soak.shop import SoakedShop
from storefront.models import (
    BalanceTransaction,
    Dispute,
    Email,
    Order,
    Payment,
    Refund,
    Subscription,
    WebhookEvent,
)
from stripe_simulator.ledger import balances
from stripe_simulator.store import Store

DAY_SECONDS = 86400
_WEBHOOK_ANSWER = re.compile(r'"route": "/webhooks/stripe/<public_id>", "status": (\d+)')


def sizes(shop: SoakedShop) -> dict[str, Any]:
    """Rows of the shop by kind, and how many days have passed for it."""
    with shop.at_its_time():
        renewals = Payment.select().where(Payment.kind == "renewal")
        return {
            "days that passed": round(shop.ahead / DAY_SECONDS),
            "orders": Order.select().count(),
            "payments": Payment.select().count(),
            "renewals": renewals.count(),
            "subscriptions": Subscription.select().count(),
            "refunds": Refund.select().count(),
            "disputes": Dispute.select().count(),
            "withdrawals": Order.select().where(Order.withdrawn_at.is_null(False)).count(),
            "webhook events": WebhookEvent.select().count(),
            "emails": _by(Email.state),
        }


def webhooks(shop: SoakedShop) -> dict[str, int]:
    """Deliveries of Stripe by the status of the shop's answer, from its log."""
    answers = Counter[str]()
    for log in shop.folder.glob("shop-*.log"):
        answers.update(_WEBHOOK_ANSWER.findall(log.read_text(errors="replace")))
    return dict(answers)


def emails_arrived(shop: SoakedShop) -> dict[str, int]:
    """Messages that the mail server has taken, and how many of them are copies of an earlier one."""
    ids = [str(message["Message-ID"]) for message in shop.mail_server.received]
    return {"arrived": len(set(ids)), "arrived twice": len(ids) - len(set(ids))}


def money(shop: SoakedShop, store: Store) -> dict[str, Any]:
    """{"shop": …, "Stripe": …}: the sums of all balance transactions of each type, in minor units."""
    with shop.at_its_time():
        own = Counter[str]()
        for row in BalanceTransaction.select():
            own[row.type] += row.amount
    theirs = Counter[str]()
    for book in balances(store):
        for one in book["transactions"]:
            theirs[one["type"]] += one["amount"]
    return {"shop": dict(sorted(own.items())), "Stripe": dict(sorted(theirs.items()))}


def _by(column: Any) -> dict[str, int]:
    return dict(Counter(row[0] for row in Email.select(column).tuples()))
