"""Taxes: which one a purchase has, and how much it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from storefront.models import RATE_UNITS, Offer, PaymentRequest, ShopProfile, TaxMode, TaxTerms, is_in_eu
from storefront.money import charge_step, display_step
from storefront.pricing.choice import Choice
from storefront.pricing.shares import share

# Of a stored rate: so many are 100 %.
WHOLE = 100 * RATE_UNITS
# Countries whose VAT IDs begin with other letters than their ISO 3166 code.
_COUNTRIES = {"EL": "GR"}


@dataclass(frozen=True)
class Tax:
    """The tax of a purchase. `rate` in thousandths of a percent; 0 with reverse charge."""

    name: str
    rate: int
    mode: TaxMode

    @property
    def is_added(self) -> bool:
        """Whether it is charged on top of the prices."""
        return self.mode == TaxMode.ADDED

    @property
    def is_reverse_charge(self) -> bool:
        """Whether the company that buys owes it."""
        return self.mode == TaxMode.REVERSE


def tax_of(offer: Offer, choice: Choice) -> Tax | None:
    """The tax of what is chosen, by the customer's country and VAT ID; None for an offer without a tax."""
    if not offer.has_tax:
        return None
    if is_reverse_charge(offer, choice):
        return Tax(offer.tax_name, 0, TaxMode.REVERSE)
    return _domestic_tax(offer, offer.rate_in(choice.country))


def tax_of_request(request: PaymentRequest) -> Tax | None:
    """The tax of what is asked for; None without one."""
    return None if request.tax_rate is None else _domestic_tax(request, request.tax_rate)


def _domestic_tax(sold: TaxTerms, rate: int) -> Tax:
    return Tax(sold.tax_name, rate, TaxMode.INCLUDED if sold.tax_included else TaxMode.ADDED)


def is_reverse_charge(offer: Offer, choice: Choice) -> bool:
    """Whether a company with a VAT ID of another member state of the EU than the shop's owes the tax itself.

    Council Directive 2006/112/EC, articles 44 and 196.
    """
    country = _COUNTRIES.get(choice.vat_id[:2], choice.vat_id[:2])
    if not is_in_eu(country) or choice.country not in ("", country) or not offer.rate_in(country):
        return False
    seller = ShopProfile.load().country
    return is_in_eu(seller) and seller != country


def price_charged(offer: Offer, choice: Choice, tax: Tax | None, amount: int) -> int:
    """A price of the offer as this customer is charged it: with reverse charge without the tax that it contains."""
    if tax is None or not tax.is_reverse_charge or not offer.tax_included:
        return amount
    rate = offer.rate_in(choice.country or _COUNTRIES.get(choice.vat_id[:2], choice.vat_id[:2]))
    return before_tax(rate, amount, offer.currency)


def before_tax(rate: int, amount: int, currency: str) -> int:
    """The price without the tax that an amount contains, in minor units."""
    return _rounded(amount * WHOLE, WHOLE + rate, charge_step(currency))


def tax_parts(rate: int, is_added: bool, amounts: Sequence[int], currency: str) -> list[int]:
    """The tax of each of these amounts of one rate, in minor units: in them, or on top of them.

    The tax of their sum is rounded once, half up, and shared by the largest remainder, so that the parts add up to it.
    What is added can be charged; what is included can be shown.
    """
    step = charge_step(currency) if is_added else display_step(currency)
    total = _rounded(sum(amounts) * rate, WHOLE if is_added else WHOLE + rate, step)
    return [part * step for part in share(total // step, amounts)]


def _rounded(numerator: int, denominator: int, step: int) -> int:
    """The quotient as a multiple of `step`; half a step is rounded up. None of them is negative."""
    return (2 * numerator + denominator * step) // (2 * denominator * step) * step
