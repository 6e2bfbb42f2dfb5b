"""The right of withdrawal: for how many days customers can withdraw from the contract, or why they can't."""

from storefront.models import Offer, ShopProfile, is_in_eu_or_eea

# Directive 2011/83/EU, article 9.
LEGAL_DAYS = 14
MAX_WITHDRAWAL_DAYS = 365


def withdrawal_days(offer: Offer, country: str) -> int:
    """The days of an offer in a shop of this country ("" for none); 0 if there is no right of withdrawal."""
    return default_withdrawal_days(country) if offer.withdrawal_days is None else offer.withdrawal_days


def default_withdrawal_days(country: str) -> int:
    """The days of offers for which the owner has set none."""
    return LEGAL_DAYS if is_in_eu_or_eea(country) else 0


def shop_country() -> str:
    """The country of the shop; one query."""
    return ShopProfile.load().country


def apply_default(offer: Offer) -> dict[str, list[str]]:
    """Let an offer whose days are the default follow the shop's country. Return error codes by field."""
    if offer.withdrawal_days is None:
        return {}
    if not 0 <= offer.withdrawal_days <= MAX_WITHDRAWAL_DAYS:
        return {"withdrawal_days": ["withdrawal_days_range"]}
    default = default_withdrawal_days(shop_country())
    if offer.withdrawal_days == default:
        offer.withdrawal_days = None
    elif not offer.withdrawal_days and not offer.no_withdrawal_reason:
        return {"no_withdrawal_reason": ["withdrawal_reason_missing"]}
    return {}


def withdrawal_terms(offer: Offer) -> dict[str, object]:
    """The columns that an order copies from its offer."""
    country = shop_country() if offer.withdrawal_days is None else ""
    days = withdrawal_days(offer, country)
    return {"withdrawal_days": days, "no_withdrawal_reason": "" if days else offer.no_withdrawal_reason}
