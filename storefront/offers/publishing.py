"""What keeps an offer from being sold."""

from storefront.models import Offer, OfferObstacle, OfferStatus


def publishing_errors(offer: Offer) -> dict[str, list[str]]:
    """Why the offer can't be sold, at the field where the owner can fix it.

    The currency has to be one that the merchant supports, also in a draft; other obstacles matter only when published.
    """
    obstacle = offer.payment_obstacle() if offer.status == OfferStatus.PUBLISHED else None
    if obstacle is None and offer.merchant is not None and not offer.merchant.can_charge(offer.currency):
        obstacle = OfferObstacle.CURRENCY_UNSUPPORTED
    errors = _second_merchant_errors(offer)
    if obstacle is None:
        return errors
    return errors | {"currency" if obstacle is OfferObstacle.CURRENCY_UNSUPPORTED else "merchant": [str(obstacle)]}


def _second_merchant_errors(offer: Offer) -> dict[str, list[str]]:
    """Why new orders can't go to the second merchant while the first one can't be paid."""
    first, second = offer.merchant, offer.second_merchant
    if second is None:
        return {}
    codes = {
        "second_without_first": first is None,
        "second_is_first": first is not None and first.id == second.id,
        "second_mode": first is not None and first.mode != second.mode,
        "second_elsewhere": first is not None and not second.has_addresses_of(first),
        "second_currency": not second.can_charge(offer.currency),
        "second_disconnected": not second.takes_payments,
    }
    found = [code for code, is_wrong in codes.items() if is_wrong]
    return {"second_merchant": found[:1]} if found else {}
