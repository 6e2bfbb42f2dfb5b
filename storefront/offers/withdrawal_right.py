"""The right of withdrawal: for how many days customers can withdraw from the contract, or why they can't."""

from storefront.models import Offer, PaymentRequest, ShopProfile, is_in_eu_or_eea

# Directive 2011/83/EU, article 9.
LEGAL_DAYS = 14
MAX_WITHDRAWAL_DAYS = 365


def withdrawal_days(sold: Offer | PaymentRequest, country: str) -> int:
    """The days in a shop of this country ("" for none); 0 if there is no right of withdrawal."""
    return default_withdrawal_days(country) if sold.withdrawal_days is None else sold.withdrawal_days


def default_withdrawal_days(country: str) -> int:
    """The days of offers for which the owner has set none."""
    return LEGAL_DAYS if is_in_eu_or_eea(country) else 0


def shop_country() -> str:
    """The country of the shop; one query."""
    return ShopProfile.load().country


def apply_default(sold: Offer | PaymentRequest) -> dict[str, list[str]]:
    """Let what has the default days follow the shop's country. Return error codes by field."""
    if sold.withdrawal_days is None:
        return {}
    if not 0 <= sold.withdrawal_days <= MAX_WITHDRAWAL_DAYS:
        return {"withdrawal_days": ["withdrawal_days_range"]}
    default = default_withdrawal_days(shop_country())
    if sold.withdrawal_days == default:
        sold.withdrawal_days = None
    elif not sold.withdrawal_days and not sold.no_withdrawal_reason:
        return {"no_withdrawal_reason": ["withdrawal_reason_missing"]}
    return {}


def withdrawal_terms(sold: Offer | PaymentRequest) -> dict[str, object]:
    """The columns that an order copies from its offer or payment request."""
    country = shop_country() if sold.withdrawal_days is None else ""
    days = withdrawal_days(sold, country)
    return {"withdrawal_days": days, "no_withdrawal_reason": "" if days else sold.no_withdrawal_reason}
