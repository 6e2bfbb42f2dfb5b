"""Payment requests: the owner asks one person for one amount. It is paid once, and is an order like any other then."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from peewee import JOIN, SQL, BigIntegerField, CharField, ForeignKeyField, IntegerField, TextField

from storefront.models.base import CLOCK_TOLERANCE, FoldsText, UtcDateTimeField, now, public_id
from storefront.models.merchants.merchant import Merchant
from storefront.models.offers.billing_terms import BillingKind
from storefront.models.offers.offer import REQUESTS_SLUG, Offer, OfferStatus
from storefront.models.offers.tax_terms import TaxTerms
from storefront.models.orders.of_request import REQUEST_KEY
from storefront.models.orders.order import Order
from storefront.models.prepared_query import PreparedQuery
from storefront.money import Money


class RequestState(StrEnum):
    """The values are stored in rows and never change."""

    OPEN = "open"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELED = "canceled"
    FAILED = "failed"  # too many cards were declined


class PaymentRequest(FoldsText, TaxTerms):
    """`title` is what is paid for; `name` and `email` may be "". `amount` in minor units of `currency` is what is
    charged, `tax` its part that is a tax.

    `order` is there from the first press of Pay on; everybody who has the link pays this one order.
    """

    FOLDED = ("title", "name", "email")
    MOST_REMINDERS = 3
    # A second press of "Send reminder" sends nothing.
    LEAST_PAUSE = timedelta(minutes=10)

    token = CharField(unique=True, default=public_id)
    merchant = ForeignKeyField(Merchant, on_delete="RESTRICT")
    mode = CharField(max_length=4, default="")  # the merchant's, which never changes; here, so that an index has it
    order = ForeignKeyField(Order, null=True, backref="requests", on_delete="SET NULL")
    order_id: int | None
    merchant_id: int
    title = CharField(max_length=200)
    title_folded = TextField(default="")
    amount = BigIntegerField()
    tax = BigIntegerField(default=0)
    currency = CharField(max_length=3)
    name = CharField(default="")
    name_folded = TextField(default="")
    email = CharField(default="")
    email_folded = TextField(default="")
    language = CharField(max_length=2)
    state = CharField(max_length=10, default=RequestState.OPEN)
    created_at = UtcDateTimeField(default=now)
    expires_at = UtcDateTimeField(null=True)  # None: never
    withdrawal_days = IntegerField(null=True)  # None: as the law of the shop's country says
    no_withdrawal_reason = CharField(max_length=300, default="")  # why there is no right of withdrawal
    reminders = IntegerField(default=0)  # emails that were sent after the first one
    reminded_at = UtcDateTimeField(null=True)
    next_reminder_at = UtcDateTimeField(null=True)  # of the automatic ones

    class Meta:
        table_name = "payment_request"
        indexes = (
            (("state", "id"), False),
            (("mode", "id"), False),
            (("mode", "state", "id"), False),
            (("state", "expires_at"), False),
        )

    @classmethod
    def by_token(cls, token: str) -> "PaymentRequest | None":
        """The request with its merchant, in one query."""
        return _BY_TOKEN.first(token)

    @classmethod
    def made_before(cls, request_id: int, moment: datetime) -> "PaymentRequest | None":
        """The request with this id, if it is that old: a restored database may have given the id to a later one."""
        found: PaymentRequest | None = cls.get_or_none(cls.id == request_id)
        return found if found is not None and found.created_at <= moment + CLOCK_TOLERANCE else None

    @classmethod
    def by_order(cls, order: Order) -> "PaymentRequest | None":
        """The request that the order is for; None for an order of an offer."""
        found: PaymentRequest | None = cls.get_or_none(cls.order == order) if order.is_request else None
        return found

    @property
    def total(self) -> Money:
        """What is asked for."""
        return Money(self.amount, self.currency)

    @property
    def price(self) -> int:
        """What the owner typed, in minor units: without a tax that is added to it."""
        added: int = self.tax if self.has_tax and not self.tax_included else 0
        return int(self.amount) - added

    @property
    def is_overdue(self) -> bool:
        """Whether its time is over, though the worker may not have noted it yet."""
        expires: datetime | None = self.expires_at
        return expires is not None and expires <= now()

    @property
    def is_open(self) -> bool:
        """Whether it can be paid. Somebody may be paying it."""
        return self.state == RequestState.OPEN and not self.is_overdue

    @property
    def shown_state(self) -> RequestState:
        """The state as people see it."""
        return RequestState.EXPIRED if self.state == RequestState.OPEN and self.is_overdue else RequestState(self.state)

    @property
    def visit_key(self) -> str:
        """That of its order: an order is unique by it."""
        return f"{REQUEST_KEY}{self.id}"

    def find_order(self) -> Order | None:
        """Its order with offer and merchant, if somebody has pressed Pay. Also one that was restored from Stripe."""
        order = Order.by_visit(requests_offer(), self.visit_key)
        return Order.by_token(order.token) if order is not None else None

    def save(self, force_insert: bool = False, only: Any = None) -> Any:
        """Write the row."""
        if self.id is None:
            self.mode = self.merchant.mode
        return super().save(force_insert, only)

    def lock(self) -> None:
        """Lock the row until the end of the transaction, and read it again."""
        type(self).update(reminders=PaymentRequest.reminders).where(PaymentRequest.id == self.id).execute()
        self.__data__.update(type(self).get_by_id(self.id).__data__)


def requests_offer() -> Offer:
    """The offer of all orders of payment requests: a draft that no list has.

    It has no merchant and no price: each order has its own.
    """
    found = Offer.by_slug(REQUESTS_SLUG)
    if found is None:
        Offer.insert_unless_exists(
            slug=REQUESTS_SLUG, title="", amount=0, currency="EUR", status=OfferStatus.DRAFT, listed=False,
            kind=BillingKind.ONE_OFF,
        )  # fmt: skip
        found = Offer.get(Offer.slug == REQUESTS_SLUG)
    return found


_BY_TOKEN: PreparedQuery[PaymentRequest] = PreparedQuery(
    lambda token: (
        PaymentRequest.select(PaymentRequest, Merchant).join(Merchant, JOIN.INNER).where(PaymentRequest.token == token)
    )
)
PaymentRequest.add_index(
    PaymentRequest.index(
        PaymentRequest.next_reminder_at,
        where=SQL("next_reminder_at IS NOT NULL"),
        name="payment_request_next_reminder",
    )
)
