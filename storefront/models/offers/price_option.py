"""Price options: several ways to pay one offer, such as at once or in three installments."""

from collections.abc import Sequence

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField

from storefront.models.base import UtcDateTimeField, now
from storefront.models.offers.billing_terms import TERM_FIELDS, BillingTerms
from storefront.models.offers.offer import Offer
from storefront.models.prepared_query import PreparedQuery
from storefront.money import Money

MAX_OPTION_LABEL = 60


class PriceOption(BillingTerms):
    """`amount` is the price of one unit for each charge, in minor units of the offer's currency.

    An offer with one price has no rows. An offer with several has a row for each: the first one, at position 0, has the
    price and the terms of the offer itself. `minimum_amount` is set where customers choose what they pay; `amount` is
    what is suggested then. At most one of an offer's options is `preselected`: without it the first one is chosen.

    `left` is set where it was read: how many units can still be sold with this option, None for as many as the offer
    has.
    """

    offer = ForeignKeyField(Offer, backref="price_options", on_delete="CASCADE")
    offer_id: int
    left: int | None = None
    is_sold_out = False  # likewise: fewer are left than an order must have
    position = IntegerField()
    label = CharField(max_length=MAX_OPTION_LABEL)
    amount = BigIntegerField()
    minimum_amount = BigIntegerField(null=True)
    stock = IntegerField(null=True)  # units that can be sold with this option; None: as many as the offer has
    preselected = BooleanField(default=False)
    created_at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("offer", "position"), False),)

    @classmethod
    def of_offer(cls, offer: Offer) -> "list[PriceOption]":
        """The options of the offer in their order; one that is not stored where the offer has one price."""
        if not offer.option_count:
            return [cls.only_one(offer)]
        return _OF_OFFER.all(offer.id) or [cls.only_one(offer)]

    @classmethod
    def of_offers(cls, offers: "Sequence[Offer]") -> "dict[int, list[PriceOption]]":
        """`of_offer` of each offer, by its id, with at most one query."""
        several = [offer.id for offer in offers if offer.option_count]
        stored = cls.select().where(cls.offer.in_(several)).order_by(cls.position, cls.id) if several else []
        found: dict[int, list[PriceOption]] = {offer.id: [] for offer in offers}
        for option in stored:
            found[option.offer_id].append(option)
        return {offer.id: found[offer.id] or [cls.only_one(offer)] for offer in offers}

    @classmethod
    def only_one(cls, offer: Offer) -> "PriceOption":
        """What the offer itself says, as an option without a label."""
        return cls(
            offer=offer,
            position=0,
            label="",
            amount=offer.amount,
            minimum_amount=offer.minimum_amount,
            **{name: getattr(offer, name) for name in TERM_FIELDS},
        )

    @staticmethod
    def preselected_of(options: "Sequence[PriceOption]") -> "PriceOption":
        """The one of an offer's options that is chosen until the customer chooses another."""
        return next((option for option in options if option.preselected), options[0])

    @property
    def is_chosen_price(self) -> bool:
        """Whether customers choose what they pay."""
        return self.minimum_amount is not None

    def price_in(self, currency: str) -> Money:
        """The price of one unit; the suggested one where customers choose."""
        return Money(self.amount, currency)

    def least_price_in(self, currency: str) -> Money:
        """The least price of one unit."""
        return Money(self.amount if self.minimum_amount is None else self.minimum_amount, currency)


_OF_OFFER: PreparedQuery[PriceOption] = PreparedQuery(
    lambda offer: PriceOption.select().where(PriceOption.offer == offer).order_by(PriceOption.position, PriceOption.id)
)
