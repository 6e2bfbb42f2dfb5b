"""The tax of a purchase as a row of its summary."""

from dataclasses import dataclass
from decimal import Decimal

from storefront import i18n
from storefront.models import OfferTax, Order, percent_of
from storefront.money import Money
from storefront.pricing import Tax, tax_statement
from storefront.web.support.languages import current_language
from storefront.web.support.languages import gettext as _


@dataclass(frozen=True)
class TaxRow:
    """`label` is such as "VAT 20%". `is_above`: it stands above the total, which it is a part of by adding up."""

    label: str
    amount: Money
    is_above: bool


def tax_row(tax: Tax | None, amount: Money) -> TaxRow | None:
    """The row of a tax; None without one."""
    if tax is None:
        return None
    return _row(tax.name, percent_of(tax.rate), amount, tax.is_added, tax.is_reverse_charge)


def order_tax(order: Order, below_total: bool = False) -> TaxRow | None:
    """The tax of an order's first charge; with a free trial, of each later one. No query.

    With `below_total` it is told as a part of the total, also if it was added to the prices.
    """
    if not order.has_tax:
        return None
    is_added = order.is_tax_added and not below_total
    return _row(order.tax_name, percent_of(order.tax_rate), order.tax_shown, is_added, order.is_reverse_charge)


def tax_note(offer: OfferTax) -> str:
    """What stands beside the offer's price: `Includes VAT 20%`, `plus VAT 20%`; without the rate where it depends on
    the customer's country. "" without a tax.
    """
    if not offer.has_tax:
        return ""
    percent = percent_of(offer.tax_rate or 0)
    tax = i18n.isolate(offer.tax_name)
    if not offer.tax_rates:
        tax = i18n.tax_label(offer.tax_name, percent, current_language())
    return _("Includes %(tax)s", tax=tax) if offer.tax_included else _("plus %(tax)s", tax=tax)


def charged_tax(order: Order, charged: Money, is_renewal: bool, below_total: bool = False) -> TaxRow | None:
    """The tax of a charge of the order, or of a part of it that was refunded."""
    if not order.has_tax:
        return None
    tax = tax_statement(order, later=is_renewal, charged=charged).tax
    # The price of a renewal is told with its tax.
    is_added = order.is_tax_added and not is_renewal and not below_total
    return _row(order.tax_name, percent_of(order.tax_rate), tax, is_added, order.is_reverse_charge)


def _row(name: str, percent: Decimal, amount: Money, is_added: bool, is_reverse: bool) -> TaxRow:
    included = not is_added and not is_reverse
    label = i18n.tax_label(name, percent, current_language(), included=included, reverse=is_reverse)
    return TaxRow(label, amount, not included)
