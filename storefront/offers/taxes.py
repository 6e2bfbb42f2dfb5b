"""The tax of an offer or a payment request: checking what was typed."""

from collections.abc import Sequence
from dataclasses import dataclass

from storefront.i18n import country_names
from storefront.models import MAX_TAX_NAME, RATE_UNITS, OfferTax, TaxTerms, percent_of
from storefront.offers.typed_prices import read_percent

MAX_TAX_RATES = 50
_DECIMALS = len(str(RATE_UNITS)) - 1


@dataclass(frozen=True)
class TaxRateFields:
    """Values of one row: a country (ISO 3166 alpha-2) and its rate in percent as typed.

    `field` is the name of the form's part, which error codes are about: `<field>-rate`.
    """

    field: str
    country: str
    rate: str


@dataclass(frozen=True)
class TaxFields:
    """Values of the form. `rate` in percent as typed; without any rate there is no tax. Payment requests have no
    `rates`.
    """

    name: str = ""
    rate: str = ""
    included: bool = True
    rates: Sequence[TaxRateFields] = ()


def apply_tax(sold: TaxTerms, typed: TaxFields) -> dict[str, list[str]]:
    """Set the tax without saving. Return error codes by field.

    Codes: tax_name_missing, title_too_long, tax_rate_missing, tax_rate_format, country_missing, country_twice.
    """
    errors: dict[str, list[str]] = {}
    rows = [row for row in typed.rates if row.country or row.rate.strip()]
    rate, rates = _read_rate(typed.rate, "tax_rate", errors), _read_rows(rows, errors)
    if rate is None and rates:
        rate = 0
    if rate is None and typed.name and not errors:
        errors["tax_rate"] = ["tax_rate_missing"]
    if rate is not None and not typed.name:
        errors["tax_name"] = ["tax_name_missing"]
    elif len(typed.name) > MAX_TAX_NAME:
        errors["tax_name"] = ["title_too_long"]
    sold.tax_name, sold.tax_rate, sold.tax_included = typed.name, rate, typed.included
    if isinstance(sold, OfferTax):
        sold.tax_rates = rates
    return errors


def tax_fields(sold: TaxTerms) -> TaxFields:
    """The tax as it would be typed, without rates by country."""
    rate = "" if sold.tax_rate is None else f"{percent_of(sold.tax_rate):f}"
    return TaxFields(sold.tax_name, rate, sold.tax_included)


def _read_rows(rows: Sequence[TaxRateFields], errors: dict[str, list[str]]) -> dict[str, int]:
    known, rates = country_names("en"), {}
    for row in rows:
        if row.country not in known or row.country in rates:
            errors[f"{row.field}-country"] = ["country_twice" if row.country in rates else "country_missing"]
        rate = _read_rate(row.rate, f"{row.field}-rate", errors)
        if rate is None:
            errors.setdefault(f"{row.field}-rate", ["tax_rate_missing"])
        rates[row.country] = rate or 0
    return rates


def _read_rate(typed: str, field: str, errors: dict[str, list[str]]) -> int | None:
    """In thousandths of a percent; None for nothing."""
    if not typed.strip():
        return None
    rate = read_percent(typed, _DECIMALS)
    if rate is None:
        errors[field] = ["tax_rate_format"]
    return rate
