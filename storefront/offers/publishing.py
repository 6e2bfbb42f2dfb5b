"""What keeps an offer from being sold."""

from storefront.models import Offer, OfferObstacle, OfferStatus


def publishing_errors(offer: Offer) -> dict[str, list[str]]:
    """Why the offer can't be sold, at the field where the owner can fix it.

    The currency has to be one that the merchant supports, also in a draft; other obstacles matter only when published.
    """
    obstacle = offer.payment_obstacle() if offer.status == OfferStatus.PUBLISHED else None
    if obstacle is None and offer.merchant is not None and not offer.merchant.can_charge(offer.currency):
        obstacle = OfferObstacle.CURRENCY_UNSUPPORTED
    if obstacle is None:
        return {}
    return {"currency" if obstacle is OfferObstacle.CURRENCY_UNSUPPORTED else "merchant": [str(obstacle)]}
