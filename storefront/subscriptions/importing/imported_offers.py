"""Offers for the prices of imported subscriptions: those that the owner has chosen, or new drafts."""

from collections.abc import Collection, Iterable

from storefront import offers
from storefront.errors import FieldErrors
from storefront.models import (
    BillingKind,
    CatalogPrice,
    ImportedPrice,
    Merchant,
    Offer,
    OfferStatus,
    ShopProfile,
)
from storefront.money import Money
from storefront.offers import OfferFields
from storefront.stripe_gateway import ForeignSubscription

MAX_TITLE = 200
# So many offers can be chosen from.
MOST_OFFERS = 200


def choosable_offers(merchant: Merchant, also: Collection[int] = ()) -> list[Offer]:
    """The newest recurring offers of the merchant, and those with the IDs of `also`; by title."""
    recurring = Offer.select().where(Offer.merchant == merchant, Offer.kind == BillingKind.RECURRING)
    newest = list(recurring.order_by(Offer.id.desc()).limit(MOST_OFFERS))
    missing = set(also) - {offer.id for offer in newest}
    newest += list(recurring.where(Offer.id.in_(list(missing)))) if missing else []
    return sorted(newest, key=lambda offer: (offer.title.casefold(), offer.id))


def known_offers(merchant: Merchant, price_ids: Iterable[str]) -> dict[str, int]:
    """{price ID: offer ID} of prices that an import has had before, or that the shop itself has made for an offer."""
    wanted = list(price_ids)
    if not wanted:
        return {}
    own = CatalogPrice.select().where(CatalogPrice.merchant == merchant, CatalogPrice.price_id.in_(wanted))
    chosen = ImportedPrice.select().where(ImportedPrice.merchant == merchant, ImportedPrice.price_id.in_(wanted))
    return {row.price_id: row.offer_id for rows in (own, chosen) for row in rows}


def suggested_offer(found: ForeignSubscription, choices: Iterable[Offer]) -> Offer | None:
    """The only one of these offers with the price and the interval of the subscription; None if there is none."""
    snapshot = found.snapshot
    terms = (snapshot.unit_amount, snapshot.currency, snapshot.every, snapshot.interval)
    fitting = [one for one in choices if (one.amount, one.currency, one.every, one.interval) == terms]
    return fitting[0] if len(fitting) == 1 else None


def remember_offer(merchant: Merchant, price_id: str, offer: Offer) -> None:
    """Let this offer stand for the price from now on."""
    ImportedPrice.insert(merchant=merchant, price_id=price_id, offer=offer).on_conflict(
        conflict_target=[ImportedPrice.merchant, ImportedPrice.price_id], update={ImportedPrice.offer: offer}
    ).execute()


def find_or_create_offer(merchant: Merchant, found: ForeignSubscription) -> Offer:
    """The offer that stands for the subscription's price, else a new draft that does from now on.

    Of two calls at the same time one creates it. Raises FieldErrors if the shop can't have an offer with this price.
    """
    price_id = found.snapshot.price_id
    known = known_offers(merchant, [price_id]).get(price_id)
    if known is not None:
        return Offer.get_by_id(known)
    try:
        return _create_draft(merchant, found)
    except FieldErrors:
        known = known_offers(merchant, [price_id]).get(price_id)
        if known is None:
            raise
        return Offer.get_by_id(known)


def _create_draft(merchant: Merchant, found: ForeignSubscription) -> Offer:
    snapshot = found.snapshot
    fields = OfferFields(
        title=found.title[:MAX_TITLE],
        slug="",
        description="",
        thank_you="",
        price=Money(snapshot.unit_amount, snapshot.currency).decimal_text(),
        currency=snapshot.currency,
        merchant=merchant,
        language=ShopProfile.load().default_language,
        status=OfferStatus.DRAFT,
        listed=True,
        max_quantity=max(1, snapshot.quantity),
        kind=BillingKind.RECURRING,
        every=snapshot.every,
        interval=snapshot.interval,
    )

    def store_price(offer: Offer) -> None:
        # Unique: of two imports at the same time one creates the offer.
        ImportedPrice.create(merchant=merchant, price_id=snapshot.price_id, offer=offer)

    return offers.save(Offer(), fields, store_price)
