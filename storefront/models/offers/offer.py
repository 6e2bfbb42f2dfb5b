"""What is sold: its words, its price, whose money it is."""

import enum

from peewee import JOIN, BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, TextField, fn

from storefront.models.base import UtcDateTimeField, now
from storefront.models.merchants.merchant import Merchant
from storefront.models.offers.billing_terms import BillingTerms
from storefront.money import Money

OFFER_STATUSES = ("draft", "published", "archived")


class OfferObstacle(enum.StrEnum):
    """Why an offer can't be paid now."""

    DRAFT = "draft"
    ARCHIVED = "archived"
    NO_MERCHANT = "no_merchant"
    MERCHANT_DISCONNECTED = "merchant_disconnected"
    CHARGES_DISABLED = "charges_disabled"
    CURRENCY_UNSUPPORTED = "currency_unsupported"
    SOLD_OUT = "sold_out"
    TOO_FEW = "too_few"  # fewer are left than are asked for
    TAKEN = "taken"  # what is left is being paid by others just now


class Offer(BillingTerms):
    """`amount` is the price of one piece, each time it is due, in minor units of `currency` (upper-case)."""

    slug = CharField(unique=True, max_length=80)
    title = CharField(max_length=200)
    description = TextField(default="")  # Markdown
    thank_you = TextField(default="")  # Markdown, below the thank-you page's heading
    amount = BigIntegerField()
    currency = CharField(max_length=3)
    merchant = ForeignKeyField(Merchant, null=True, backref="offers", on_delete="RESTRICT")
    merchant_id: int | None
    language = CharField(max_length=2, default="en")
    status = CharField(max_length=10, default="draft")
    listed = BooleanField(default=True)
    max_quantity = IntegerField(default=1)  # pieces in one order; above 1 the page asks how many
    stock = IntegerField(null=True)  # pieces that can be sold in all; None: as many as are asked for
    statement_descriptor_suffix = CharField(max_length=22, default="")
    picture = CharField(max_length=64, default="")  # base name of its files, "" where there is none
    picture_alt = CharField(max_length=200, default="")
    picture_width = IntegerField(default=0)
    picture_height = IntegerField(default=0)
    created_at = UtcDateTimeField(default=now)
    updated_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("status", "listed", "created_at"), False),)

    @classmethod
    def by_slug(cls, slug: str) -> "Offer | None":
        """The offer with its merchant, in one query."""
        offer: Offer | None = cls.select(cls, Merchant).join(Merchant, JOIN.LEFT_OUTER).where(cls.slug == slug).first()
        return offer

    @classmethod
    def newest_first(cls) -> list["Offer"]:
        """All of them with their merchants, in one query; archived ones last."""
        return list(
            cls.select(cls, Merchant)
            .join(Merchant, JOIN.LEFT_OUTER)
            .order_by(cls.status == "archived", cls.created_at.desc(), cls.id.desc())
        )

    @classmethod
    def count_by_merchant(cls) -> dict[int, int]:
        """{merchant id: how many offers it has, of any status}, in one query."""
        rows = cls.select(cls.merchant, fn.COUNT(cls.id)).where(cls.merchant.is_null(False)).group_by(cls.merchant)
        return {merchant_id: count for merchant_id, count in rows.tuples().iterator()}  # noqa: C416

    @property
    def price(self) -> Money:
        """The price of one piece."""
        return Money(self.amount, self.currency)

    def obstacle(self) -> OfferObstacle | None:
        """Why it can't be bought now, or None when it can."""
        if self.status != "published":
            return OfferObstacle.DRAFT if self.status == "draft" else OfferObstacle.ARCHIVED
        return self.payment_obstacle()

    def payment_obstacle(self) -> OfferObstacle | None:
        """Why its merchant can't take its price, whatever the offer's own status."""
        merchant = self.merchant
        if merchant is None:
            return OfferObstacle.NO_MERCHANT
        if not merchant.is_connected:
            return OfferObstacle.MERCHANT_DISCONNECTED
        if merchant.charges_enabled is False:
            return OfferObstacle.CHARGES_DISABLED
        return None if merchant.can_charge(self.currency) else OfferObstacle.CURRENCY_UNSUPPORTED
