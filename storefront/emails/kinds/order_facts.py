"""The rows of an email that its order tells: what was bought, at what price, for whom, and where it goes."""

from datetime import datetime, timedelta
from gettext import NullTranslations

from babel.dates import format_date

from storefront import i18n, settings
from storefront.i18n import N_
from storefront.models import LineKind, Order, OrderLine, OutsidePayment, percent_of
from storefront.money import Money
from storefront.pricing import tax_statement

NUMBER = N_("#{number}")


def day(at: datetime, language: str) -> str:
    """A date, in the shop's time zone."""
    return format_date(settings.local_time(at).date(), "long", locale=language)


def order_values(order: Order, language: str, catalog: NullTranslations) -> dict[str, str]:
    """The variables of rows that an order has, whatever the email is about."""
    title = i18n.isolate(order.title)
    addons = "".join(f" + {i18n.isolate(line.title)}" for line in OrderLine.addons_of(order))
    return {
        "order": catalog.gettext(NUMBER).format(number=order.number),
        "item": (f"{title} × {order.quantity}" if order.quantity > 1 else title) + addons,
        "customer_email": order.email,
        "company": i18n.isolate(order.company) if order.company else "",
        "vat_id": order.vat_id,
        "after_trial": _after_trial(order, language),
        "code": f"{i18n.isolate(order.code)} (−{order.discount_shown.format(language)})" if order.code else "",
        "tax": tax_row(order, None, language),
        "nothing": Money(0, order.currency).format(language),
        "shipping": _shipping(order, language),
        "ship_to": _ship_to(order, language),
        "paid_by": _paid_by(order, language),
        "paid_to": _paid_to(order),
        "tracking": i18n.isolate(order.tracking_text) if order.tracking_text else "",
    }


def tax_row(order: Order, renewal: Money | None, language: str) -> str:
    """`VAT 20%: €4.00` of the first charge, or of a renewal of this amount; "" without a tax."""
    if not order.has_tax:
        return ""
    tax = order.tax_shown if renewal is None else tax_statement(order, later=True, charged=renewal).tax
    is_added = order.is_tax_added and renewal is None
    label = i18n.tax_label(
        order.tax_name,
        percent_of(order.tax_rate),
        language,
        included=not is_added and not order.is_reverse_charge,
        reverse=order.is_reverse_charge,
    )
    return f"{label}: {tax.format(language)}"


def _shipping(order: Order, language: str) -> str:
    """What shipping costs with the first payment."""
    lines = [line for line in OrderLine.of_order(order) if line.kind == LineKind.SHIPPING]
    return lines[0].first_charge.format(language) if lines and not order.begins_free else ""


def _ship_to(order: Order, language: str) -> str:
    """Name and address in one line."""
    country = i18n.country_name(order.country, language)
    return i18n.isolate(", ".join((order.name, *order.address_lines, country))) if order.is_posted else ""


def _paid_by(order: Order, language: str) -> str:
    """How and when it was paid, if the owner has marked it as paid."""
    found = OutsidePayment.of(order)
    return i18n.outside_payment_text(found.method, found.received, language) if found is not None else ""


def _paid_to(order: Order) -> str:
    """The account that was paid, where there are two that could be."""
    return "" if order.is_request or order.offer.second_merchant_id is None else i18n.isolate(order.merchant.name)


def _after_trial(order: Order, language: str) -> str:
    """What a free trial costs afterwards, where something else was paid when it began."""
    if not order.has_trial or not order.amount:
        return ""
    start = day((order.paid_at or order.created_at) + timedelta(days=order.trial_days), language)
    every = i18n.interval_text(order.every, order.interval, i18n.catalog_for(language))
    return f"{order.recurring_total.format(language)} {every} · {start}"
