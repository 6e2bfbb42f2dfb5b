"""What became of renewals that stopped: money at risk, recovered and lost, per mode and currency."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from peewee import Case, fn

from storefront.models import Invoice, Merchant, Subscription
from storefront.models.subscription import ENDED
from storefront.money import Money

OUTCOMES = ("at_risk", "recovered", "lost")
# Stripe's words for an invoice that nobody is asked to pay any more.
GIVEN_UP = ("void", "uncollectible")


@dataclass(frozen=True)
class Outcome:
    """`total` of `invoices` of one outcome, mode and currency: neither mode nor currency is ever added to another."""

    outcome: str
    mode: str
    total: Money
    invoices: int


def outcomes(*wanted: str) -> list[Outcome]:
    """Every renewal whose payment ever stopped, in one of OUTCOMES (all, or `wanted`); live before test; one query.

    Paid: recovered. Given up, or owed no more since its subscription ended: lost. Otherwise at risk, the open
    instalment of a finished plan too. The first invoice is no renewal: its order tells what became of it.
    """
    owed_no_more = Subscription.status.in_(list(ENDED)) & (Invoice.needs == "")
    given_up = Invoice.status.in_(GIVEN_UP) | owed_no_more
    outcome = Case(None, ((Invoice.status == "paid", "recovered"), (given_up, "lost")), "at_risk")
    query = (
        Invoice.select(outcome, Merchant.mode, Invoice.currency, fn.SUM(Invoice.amount), fn.COUNT(Invoice.id))
        .join(Subscription)
        .join(Merchant)
        .where(Invoice.failed_at.is_null(False), Invoice.reason != "subscription_create")
        .group_by(outcome, Merchant.mode, Invoice.currency)
        .order_by(Merchant.mode, Invoice.currency)
    )
    rows = cast(Iterable[tuple[str, str, str, int, int]], query.tuples())
    found = [Outcome(name, mode, Money(int(total), currency), count) for name, mode, currency, total, count in rows]
    return [one for one in found if one.outcome in (wanted or OUTCOMES)]
