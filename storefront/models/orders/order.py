"""Orders, and their timeline. `Order.transition` is the only place that changes an order's status."""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from peewee import JOIN, SQL, BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, TextField

from storefront.db import db
from storefront.i18n import fold
from storefront.models.base import FoldsText, JsonField, Record, UtcDateTimeField, now, public_id
from storefront.models.merchants.merchant import Merchant
from storefront.models.offers.billing_terms import BillingTerms
from storefront.models.offers.offer import Offer
from storefront.models.orders.agreement import Agreement
from storefront.models.orders.arrival import Arrival
from storefront.models.orders.asks_stripe import AsksStripe
from storefront.models.orders.of_request import OfRequest
from storefront.models.orders.order_numbers import last_used_order_id, raise_order_id, raised_order_id
from storefront.models.orders.order_status import ALLOWED_TRANSITIONS, PAYABLE_STATUSES, SETTLED_STATUSES, OrderStatus
from storefront.models.orders.priced import Priced
from storefront.models.orders.redemption import Redemption
from storefront.models.orders.timeline_kind import TimelineKind
from storefront.models.prepared_query import PreparedQuery
from storefront.models.prepared_statement import PreparedStatement
from storefront.models.shipping.shipment import Shipment


class Order(FoldsText, BillingTerms, Priced, Redemption, Agreement, Arrival, AsksStripe, OfRequest, Shipment):
    """Title, price, quantity and terms as they were when the order was made. Amounts in minor units of `currency`.

    `unit_amount` is the price of one unit for each charge. `amount` is the first charge of the whole order: 0 with a
    free trial. `consent` is the text beside the button with which the customer agreed to later charges.
    """

    FIRST_NUMBER = 1000
    FOLDED = ("email", "name")

    token = CharField(unique=True, default=public_id)
    offer = ForeignKeyField(Offer, backref="orders", on_delete="RESTRICT")
    merchant = ForeignKeyField(Merchant, backref="orders", on_delete="RESTRICT")
    offer_id: int
    last_failure: str | None  # of orders in lists and on their pages: codes of the newest failed payment
    merchant_id: int
    mode = CharField(max_length=4, default="")  # the merchant's, which never changes; here, so that an index has it
    visit_key = CharField(max_length=128)
    title = CharField(max_length=200)
    unit_amount = BigIntegerField()
    quantity = IntegerField()
    amount = BigIntegerField()
    currency = CharField(max_length=3)
    email = CharField()
    name = CharField()
    email_folded = TextField(default="")
    name_folded = TextField(default="")
    details_folded = TextField(default="")  # what a search finds of its answers: `searched_text`
    answer_count = IntegerField(default=0)
    language = CharField(max_length=2)
    status = CharField(max_length=20, default=OrderStatus.PENDING)
    created_at = UtcDateTimeField(default=now, index=True)
    expires_at = UtcDateTimeField(null=True, index=True)
    buyer_address = CharField(max_length=64, default="")  # the IP address of the checkout, for the limits on declines
    decline_limit = IntegerField(null=True)  # declined cards that the order may have in total; None: the setting
    paid_at = UtcDateTimeField(null=True)
    paid_outside = BooleanField(default=False)  # it, or its first invoice, was marked as paid outside of Stripe
    imported_at = UtcDateTimeField(null=True)  # its subscription was made outside of the shop, and imported then
    consent = TextField(default="")
    consented_at = UtcDateTimeField(null=True)

    class Meta:
        # "order" is a reserved word in SQL.
        table_name = "shop_order"
        # A double click, a reload or a second tab of one visit uses the same order.
        indexes = (
            (("offer", "visit_key"), True),
            (("status", "expires_at"), False),
            # The admin's list is filtered by these, and sorted by id.
            *(
                ((*offer, *filters, "id"), False)
                for offer in ((), ("offer",))
                for filters in ((), ("status",), ("mode",), ("mode", "status"))
                if offer or filters
            ),
            # Sorted by amount, each status and mode apart (models/search/sorting.py).
            (("mode", "status", "currency", "amount", "id"), False),
            (("offer", "mode", "status", "currency", "amount", "id"), False),
        )

    @classmethod
    def by_token(cls, token: str) -> "Order | None":
        """The order with its offer and merchant, in one query."""
        return _BY_TOKEN.first(token)

    @classmethod
    def query_by_token(cls, token: Any) -> Any:
        """The query of `by_token`."""
        joined = cls.select(cls, Offer, Merchant).join(Offer).switch(cls).join(Merchant, JOIN.INNER)
        return joined.where(cls.token == token)

    @classmethod
    def by_visit(cls, offer: Offer, visit_key: str) -> "Order | None":
        """The order of one browser's visit of an offer."""
        return _BY_VISIT.first(offer.id, visit_key)

    @property
    def number(self) -> int:
        """The order number that people see."""
        return self.FIRST_NUMBER + int(self.id)

    @classmethod
    def raise_number(cls, last_used: int) -> None:
        """Give the next new order a number above this one."""
        raise_order_id(last_used - cls.FIRST_NUMBER)

    @classmethod
    def last_used_number(cls) -> int:
        """The highest number that an order has had."""
        return cls.FIRST_NUMBER + last_used_order_id()

    def save(self, force_insert: bool = False, only: Any = None) -> Any:
        """Write the row; a new one gets the next number."""
        if self.id is None:
            self.id = raised_order_id()
            self.mode = self.merchant.mode
        return super().save(force_insert, only)

    @classmethod
    def is_found_by(cls, typed: str) -> Any:
        """The condition that email, name or an answer contains what was typed into a search."""
        return super().is_found_by(typed) | cls.details_folded.contains(fold(typed))

    @property
    def is_settled(self) -> bool:
        """Whether it was paid, even if money was refunded later."""
        return self.status in SETTLED_STATUSES

    @property
    def is_payable(self) -> bool:
        """Whether the customer can still pay."""
        return self.status in PAYABLE_STATUSES

    def reload(self) -> None:
        """Read the row again, with its merchant and offer."""
        fresh = Order.by_token(self.token)
        if fresh is not None:
            self.__data__.update(fresh.__data__)
            self.__rel__.update(fresh.__rel__)

    def lock(self) -> None:
        """Lock the order until the end of the transaction, and read its row again."""
        # PostgreSQL locks the row of an UPDATE. On SQLite the transaction holds the lock of the whole database.
        _LOCK.execute(self.id)
        self.reload()

    def transition(
        self,
        new: OrderStatus,
        entry: TimelineKind,
        after: Collection[OrderStatus] = frozenset(OrderStatus),
        **detail: object,
    ) -> bool:
        """Change the status to `new` and write a timeline entry. Return False, and write nothing, if not allowed.

        A transition is allowed if ALLOWED_TRANSITIONS has it and the present status is in `after`: a payment makes an
        unpaid order paid, never a refunded one. One conditional UPDATE decides: of concurrent calls one succeeds.
        """
        with db.atomic():
            paid_at = self.paid_at or (now() if new == OrderStatus.PAID else None)
            before = ALLOWED_TRANSITIONS[new] & frozenset(after)
            changed = _transition(before).execute(new, paid_at, self.id)
            if changed:
                TimelineEntry.create(order=self, kind=entry, detail=detail)
                self.mark_request(new)
        if changed:
            self.reload()
        return bool(changed)

    def note(self, kind: TimelineKind, **detail: object) -> "TimelineEntry":
        """Write a timeline entry without a change of status. Return it."""
        entry: TimelineEntry = TimelineEntry.create(order=self, kind=kind, detail=detail)
        return entry

    def last_entry_at(self, kind: TimelineKind) -> datetime | None:
        """When the newest timeline entry of this kind was written; None if there is none."""
        found: TimelineEntry | None = (
            TimelineEntry.select(TimelineEntry.at)
            .where(TimelineEntry.order == self, TimelineEntry.kind == kind)
            .order_by(TimelineEntry.id.desc())
            .first()
        )
        return found.at if found is not None else None

    def timeline(self) -> list["TimelineEntry"]:
        """What happened to it, oldest first."""
        return list(TimelineEntry.select().where(TimelineEntry.order == self).order_by(TimelineEntry.id))


_LOCK = PreparedStatement(lambda it: Order.update(quantity=Order.quantity).where(Order.id == it), is_observed=False)


@cache
def _transition(before: frozenset[OrderStatus]) -> PreparedStatement:
    return PreparedStatement(
        lambda new, paid_at, order: Order.update(status=new, paid_at=paid_at).where(
            Order.id == order, Order.status.in_(sorted(before))
        )
    )


_BY_TOKEN: PreparedQuery[Order] = PreparedQuery(Order.query_by_token)
_BY_VISIT: PreparedQuery[Order] = PreparedQuery(
    lambda offer, visit: Order.select().where(Order.offer == offer, Order.visit_key == visit)
)

# How often a customer has used a promo code.
Order.add_index(
    Order.index(
        Order.promo_code_id, Order.email_folded, where=SQL("promo_code_id IS NOT NULL"), name="order_of_promo_code"
    )
)
Order.add_index(
    Order.index(
        Order.withdrawn_at,
        where=SQL("withdrawn_at IS NOT NULL AND withdrawal_handled_at IS NULL"),
        name="order_open_withdrawal",
    )
)


# SQL: the condition of a checkout that was started and not paid, as the indexes for their list have it.
UNPAID_CHECKOUT = "status IN ('expired', 'failed', 'pending')"
for _name, _columns in (("order_abandoned", (Order.id,)), ("order_abandoned_mode", (Order.mode, Order.id))):
    Order.add_index(Order.index(*_columns, where=SQL(UNPAID_CHECKOUT), name=_name))


class TimelineEntry(Record):
    """`kind` is a code that pages word; `detail` its particulars (codes and ids, never secrets)."""

    order = ForeignKeyField(Order, backref="entries", on_delete="CASCADE")
    kind = CharField(max_length=40)
    detail = JsonField(default=dict)
    at = UtcDateTimeField(default=now)


for _name, _kind, *_indexed in (
    ("timeline_entry_notes", TimelineKind.NOTE, TimelineEntry.order, TimelineEntry.id),
    ("timeline_entry_declines", TimelineKind.TOO_MANY_DECLINES, TimelineEntry.at),
):
    TimelineEntry.add_index(TimelineEntry.index(*_indexed, where=SQL(f"kind = '{_kind}'"), name=_name))
