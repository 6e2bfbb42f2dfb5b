"""The admin's lists of payouts and of balance transactions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import JOIN

from storefront.models import BalanceTransaction, Merchant, Order, Payment, Payout
from storefront.models.search.pages import FIRST_PAGE, Page, Place, read_page, source_of

BATCH = 500


@dataclass(frozen=True)
class PayoutSearch:
    """Each field limits the list; "" and None do not."""

    mode: str = ""
    merchant_id: int | None = None

    def page(self, place: Place = FIRST_PAGE) -> Page[Payout]:
        """The payouts with their merchants, newest first."""
        rows = Payout.select(Payout, Merchant).join(Merchant)
        found = Payout.select()
        if self.merchant_id is not None:
            found = found.where(Payout.merchant == self.merchant_id)
        elif self.mode:
            found = found.where(Payout.mode == self.mode)
        keys = Payout.created_at, Payout.id
        return read_page(source_of(found, *keys), rows, *keys, place=place)


def transactions_of(payout: Payout, place: Place = FIRST_PAGE) -> Page[BalanceTransaction]:
    """What the payout contains, newest first, without the payout itself."""
    found = BalanceTransaction.select().where(BalanceTransaction.payout == payout, BalanceTransaction.type != "payout")
    keys = BalanceTransaction.created_at, BalanceTransaction.id
    return read_page(source_of(found, *keys), BalanceTransaction.select(), *keys, place=place)


def orders_of_intents(transactions: list[BalanceTransaction]) -> dict[str, Order]:
    """{PaymentIntent: its order} of the transactions that belong to an order of the shop."""
    intents = [row.intent_id for row in transactions if row.intent_id]
    found = Payment.select(Payment, Order).join(Order).where(Payment.intent_id.in_(intents)) if intents else ()
    return {payment.intent_id or "": payment.order for payment in found}


def iterate_balance(
    merchant_id: int, since: datetime, until: datetime, payout: Payout | None = None
) -> Iterator[list[BalanceTransaction]]:
    """The transactions of a merchant in a time, or of one payout, oldest first, in batches with both."""
    which: Any = BalanceTransaction.payout == payout
    if payout is None:
        which = (BalanceTransaction.merchant == merchant_id) & (BalanceTransaction.created_at < until)
    last_at, last_id = since, 0
    while True:
        # The first condition finds the place in the index, the second one the rows behind those of the same second.
        beyond = (BalanceTransaction.created_at > last_at) | (BalanceTransaction.id > last_id)
        found = (
            BalanceTransaction.select(BalanceTransaction, Merchant, Payout)
            .join(Merchant)
            .switch(BalanceTransaction)
            .join(Payout, JOIN.LEFT_OUTER)
            .where(which, BalanceTransaction.created_at >= last_at, beyond)
            .order_by(BalanceTransaction.created_at, BalanceTransaction.id)
            .limit(BATCH)
        )
        batch = list(found)
        if not batch:
            return
        yield batch
        last_at, last_id = batch[-1].created_at, batch[-1].id
