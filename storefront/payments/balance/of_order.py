"""What an order's payments, refunds and disputes have cost at Stripe, and which payouts have them."""

from collections.abc import Sequence
from dataclasses import dataclass

from peewee import JOIN

from storefront.models import BalanceCategory, BalanceReading, BalanceTransaction, Payment, Payout

# Renewals of a subscription belong to its order; the newest are shown.
MOST = 100


@dataclass(frozen=True)
class OrderBalance:
    """`transactions` are those that are known, oldest first, with their payouts; `unknown` are payments that were made
    and whose transaction is not known yet; `is_unreadable`: a restricted key may not read it.
    """

    transactions: list[BalanceTransaction]
    unknown: list[Payment]
    is_unreadable: bool = False


def balance_of_order(payments: Sequence[Payment]) -> OrderBalance:
    """The balance transactions of these payments; one query."""
    made = [payment for payment in payments if payment.intent_id and payment.has_succeeded and not payment.saves_card]
    if not made:
        return OrderBalance([], [])
    rows = (
        BalanceTransaction.select(BalanceTransaction, Payout)
        .join(Payout, JOIN.LEFT_OUTER)
        .where(BalanceTransaction.intent_id.in_([payment.intent_id for payment in made[:MOST]]))
        .order_by(BalanceTransaction.created_at, BalanceTransaction.id)
    )
    merchants = {payment.intent_id: payment.merchant_id for payment in made}
    # Two merchants may be the same account, where its keys don't let the shop see that.
    found = [row for row in rows if merchants[row.intent_id] == row.merchant_id]
    known = {row.intent_id for row in found if row.category == BalanceCategory.CHARGE}
    unknown = [payment for payment in made[:MOST] if payment.intent_id not in known]
    return OrderBalance(found, unknown, bool(unknown) and _is_unreadable(unknown))


def _is_unreadable(unknown: list[Payment]) -> bool:
    merchants = {payment.merchant_id for payment in unknown}
    found = BalanceReading.select().where(
        BalanceReading.merchant.in_(merchants), BalanceReading.problem == "permission"
    )
    return bool(found.exists())
