"""Offers as objects."""

from collections import defaultdict
from collections.abc import Sequence

from storefront.integrations.objects.types import ApiOffer, ApiPriceOption, ApiRepetition
from storefront.models import Offer, OfferStatus, PriceOption
from storefront.runtime import current


def make_offers(offers: Sequence[Offer]) -> list[ApiOffer]:
    """Offers with all their prices."""
    options: dict[int, list[PriceOption]] = defaultdict(list)
    several = [offer.id for offer in offers if offer.option_count]
    for option in PriceOption.select().where(PriceOption.offer.in_(several)).order_by(PriceOption.position):
        options[option.offer_id].append(option)
    return [
        ApiOffer(
            id=str(offer.id),
            mode=offer.mode,
            title=offer.title,
            url=f"{current().config.public_url}/o/{offer.slug}",
            status=OfferStatus(offer.status),
            listed=offer.listed,
            currency=offer.currency,
            prices=[_price(option) for option in options.get(offer.id) or [PriceOption.only_one(offer)]],
            stock=offer.stock,
            created_at=offer.created_at,
            updated_at=offer.updated_at,
        )
        for offer in offers
    ]


def _price(option: PriceOption) -> ApiPriceOption:
    return ApiPriceOption(
        label=option.label,
        kind=option.kind,
        amount=option.amount,
        minimum_amount=option.minimum_amount,
        repeats=ApiRepetition(every=option.every, interval=option.interval) if option.recurs else None,
        trial_days=option.trial_days,
        installments=option.instalments if option.is_plan else 0,
    )
