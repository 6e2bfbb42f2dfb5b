"""Offers: what is sold, at which price, and which merchant is paid."""

import enum
from typing import Any

from peewee import JOIN, SQL, BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, TextField, fn

from storefront.i18n import fold
from storefront.models.base import FoldsText, JsonField, UtcDateTimeField, now
from storefront.models.merchants.merchant import Merchant
from storefront.models.offers.addon import Addon
from storefront.models.offers.billing_terms import BillingTerms
from storefront.models.offers.question import Question
from storefront.models.offers.sale_period import SalePeriod, SaleState
from storefront.models.offers.second_merchant import SecondMerchant
from storefront.models.offers.tax_terms import OfferTax
from storefront.models.prepared_query import PreparedQuery
from storefront.models.shipping.shipping_terms import ShippingTerms
from storefront.money import Money

# The one offer that orders of payment requests belong to. No typed address can have this sign, and no list shows it.
REQUESTS_SLUG = "~payment-requests"


class OfferStatus(enum.StrEnum):
    """The values are stored in rows and never change."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class AccessEnd(enum.StrEnum):
    """When customers of an ended subscription lose what it delivered. The values are stored and never change."""

    AT_ONCE = "at_once"
    PERIOD_END = "period_end"  # with the period that they have paid for


class OfferObstacle(enum.StrEnum):
    """Why an offer can't be bought now."""

    DRAFT = "draft"
    ARCHIVED = "archived"
    NO_MERCHANT = "no_merchant"
    MERCHANT_DISCONNECTED = "merchant_disconnected"
    CHARGES_DISABLED = "charges_disabled"
    CURRENCY_UNSUPPORTED = "currency_unsupported"
    SOLD_OUT = "sold_out"
    TOO_FEW = "too_few"  # fewer units are left than requested
    NOT_YET = "not_yet"  # before `on_sale_from`
    SALE_ENDED = "sale_ended"
    TAKEN = "taken"  # other customers are paying for the units that are left


class Offer(FoldsText, BillingTerms, SalePeriod, OfferTax, ShippingTerms, SecondMerchant):
    """`amount` is the price of one unit for each charge, in minor units of `currency` (upper-case)."""

    FOLDED = ("title",)

    slug = CharField(unique=True, max_length=80)
    title = CharField(max_length=200)
    title_folded = TextField(default="")
    short_description = CharField(max_length=160, default="")  # one line below the title
    description = TextField(default="")  # Markdown
    thank_you = TextField(default="")  # Markdown, for the thank-you page
    redirect_url = CharField(max_length=1000, default="")  # where customers go after the payment, https; "": nowhere
    redirect_secret_encrypted = TextField(default="")  # signs what is added to that address
    amount = BigIntegerField()
    currency = CharField(max_length=3)
    minimum_amount = BigIntegerField(null=True)  # set where customers choose what they pay; `amount` is suggested then
    addons = JsonField(default=list)  # what `Addon.to_json` gives
    last_addon_id = IntegerField(default=0)  # the highest id of an add-on so far
    option_count = IntegerField(default=0)  # its price options; 0: one price
    plan_switching = BooleanField(default=False)  # whether customers can switch between its recurring price options
    option_stock = IntegerField(null=True)  # the smallest stock of a price option; None: they have no limits
    merchant = ForeignKeyField(Merchant, null=True, backref="offers", on_delete="RESTRICT")
    merchant_id: int | None
    mode = CharField(max_length=4, default="")  # the merchant's, "" for none; a trigger keeps it, for an index
    language = CharField(max_length=2, default="en")
    status = CharField(max_length=10, default=OfferStatus.DRAFT)
    listed = BooleanField(default=True)
    max_quantity = IntegerField(default=1)  # units in one order; above 1 the page has a quantity field
    min_quantity = IntegerField(default=1)
    stock = IntegerField(null=True)  # units that can be sold in total; None: no limit
    sold = 0  # set where it was read: how many units are sold
    waiting_list = BooleanField(default=False)  # whether the page of the sold-out offer asks for email addresses
    statement_descriptor_suffix = CharField(max_length=22, default="")
    withdrawal_days = IntegerField(null=True)  # None: as the law of the shop's country says
    no_withdrawal_reason = CharField(max_length=300, default="")  # why there is no right of withdrawal
    asks_country = BooleanField(default=False)
    asks_company = BooleanField(default=False)  # name and VAT ID
    questions = JsonField(default=list)  # `Question.to_json` of each, in order
    last_question_id = IntegerField(default=0)  # the highest id that a question of this offer has had
    picture = CharField(max_length=64, default="")  # base name of the image files, "" for none
    picture_alt = CharField(max_length=200, default="")
    picture_width = IntegerField(default=0)
    picture_height = IntegerField(default=0)
    delivers = BooleanField(default=False)  # whether it has, or has had, deliverables
    key_lists = IntegerField(default=0)  # its lists of license keys, those of price options included
    access_ends = CharField(max_length=10, default=AccessEnd.PERIOD_END)  # with an ended subscription
    allowed_sites = TextField(default="")  # origins that may embed its page, one a line
    created_at = UtcDateTimeField(default=now)
    updated_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = (
            (("status", "listed", "created_at"), False),
            # The admin's list, also limited to a mode and sorted by price.
            (("status", "created_at", "id"), False),
            (("created_at", "id"), False),
            (("mode", "status", "created_at", "id"), False),
            (("mode", "status", "currency", "amount", "id"), False),
        )

    @classmethod
    def by_slug(cls, slug: str) -> "Offer | None":
        """The offer with its merchant, in one query."""
        return _BY_SLUG.first(slug)

    @classmethod
    def is_found_by(cls, typed: str) -> Any:
        """The condition that the title or the slug contains what was typed into a search."""
        return super().is_found_by(typed) | cls.slug.contains(fold(typed))

    @classmethod
    def newest_first(cls) -> list["Offer"]:
        """All offers with their merchants, in one query; archived ones last."""
        return list(
            cls.select(cls, Merchant)
            .join(Merchant, JOIN.LEFT_OUTER, on=cls.merchant)
            .where(cls.slug != REQUESTS_SLUG)
            .order_by(cls.status == OfferStatus.ARCHIVED, cls.created_at.desc(), cls.id.desc())
        )

    @classmethod
    def in_order(cls) -> tuple[Any, ...]:
        """The columns that the admin's list is sorted by, each descending: archived offers are last."""
        return SQL("(status <> 'archived')"), cls.created_at, cls.id

    @classmethod
    def count_by_merchant(cls) -> dict[int, int]:
        """{merchant id: number of offers of any status}, in one query."""
        rows = cls.select(cls.merchant, fn.COUNT(cls.id)).where(cls.merchant.is_null(False)).group_by(cls.merchant)
        return {merchant_id: count for merchant_id, count in rows.tuples().iterator()}  # noqa: C416

    @property
    def price(self) -> Money:
        """The price of one unit."""
        return Money(self.amount, self.currency)

    def offered_addons(self) -> list[Addon]:
        """Its add-ons, in their order."""
        return [Addon.from_json(stored) for stored in self.addons]

    @property
    def least_price(self) -> Money:
        """The least price of one unit: customers may choose a higher one where `minimum_amount` is set."""
        return Money(self.amount if self.minimum_amount is None else self.minimum_amount, self.currency)

    @property
    def least_stock(self) -> int | None:
        """The smallest number of units that it, or one of its price options, can be sold in total; None: no limit."""
        return min((stock for stock in (self.stock, self.option_stock) if stock is not None), default=None)

    @property
    def is_limited(self) -> bool:
        """Whether orders hold units of it: it has a stock, or keys of which each is sold once."""
        return self.least_stock is not None or self.key_lists > 0

    def lock(self) -> None:
        """Lock the row until the transaction ends (PostgreSQL). In SQLite the transaction locks the database."""
        Offer.update(updated_at=Offer.updated_at).where(Offer.id == self.id).execute()

    def asked(self) -> list[Question]:
        """Its questions, in their order."""
        return [Question.from_json(stored) for stored in self.questions]

    def obstacle(self) -> OfferObstacle | None:
        """Why it can't be bought now, or None when it can."""
        if self.status != OfferStatus.PUBLISHED:
            return OfferObstacle.DRAFT if self.status == OfferStatus.DRAFT else OfferObstacle.ARCHIVED
        if (state := self.sale_state(now())) != SaleState.NOW:
            return OfferObstacle.NOT_YET if state == SaleState.BEFORE else OfferObstacle.SALE_ENDED
        return self.payment_obstacle()

    def payment_obstacle(self) -> OfferObstacle | None:
        """Why who is paid can't charge its price. The offer's own status does not matter."""
        return charge_obstacle(self.payee, self.currency)


def charge_obstacle(merchant: Merchant | None, currency: str) -> OfferObstacle | None:
    """Why this merchant can't charge in this currency; None if it can."""
    if merchant is None:
        return OfferObstacle.NO_MERCHANT
    if not merchant.takes_payments:
        return OfferObstacle.MERCHANT_DISCONNECTED
    if merchant.charges_enabled is False:
        return OfferObstacle.CHARGES_DISABLED
    return None if merchant.can_charge(currency) else OfferObstacle.CURRENCY_UNSUPPORTED


_BY_SLUG: PreparedQuery[Offer] = PreparedQuery(
    lambda slug: (
        Offer.select(Offer, Merchant).join(Merchant, JOIN.LEFT_OUTER, on=Offer.merchant).where(Offer.slug == slug)
    )
)
# The footer of each page asks whether there are such offers.
Offer.add_index(Offer.index(Offer.withdrawal_days, where=SQL("withdrawal_days > 0"), name="offer_withdrawable"))
# The sitemap.
Offer.add_index(Offer.index(Offer.id, where=SQL("status = 'published' AND listed"), name="offer_public"))
Offer.add_index(Offer.index(Offer.kind, where=SQL("kind <> 'one_off'"), name="offer_recurring"))
