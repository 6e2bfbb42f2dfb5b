"""The quote that an order was made with."""

from storefront.models import LINE_FIELDS, TERM_FIELDS, LineKind, Order, OrderLine, PriceOption, TaxMode
from storefront.pricing.choice import Discount
from storefront.pricing.quote import Quote, QuoteLine
from storefront.pricing.taxes import Tax


def quote_of(order: Order) -> Quote:
    """What the order was promised, whatever its offer costs now. One query for an itemized order, else none."""
    option = PriceOption(
        id=order.option_id,
        label=order.option_label,
        amount=order.unit_amount,
        **{name: getattr(order, name) for name in TERM_FIELDS},
    )
    lines = tuple(
        QuoteLine(
            LineKind(line.kind),
            **{name: getattr(line, name) for name in LINE_FIELDS[1:]},
            is_tax_added=order.is_tax_added,
        )
        for line in OrderLine.of_order(order)
    )
    # An order that was made again from what Stripe has has no lines.
    item = QuoteLine(
        LineKind.ITEM,
        order.title,
        order.unit_amount,
        order.quantity,
        recurs=order.recurs,
        discount=order.discount,
        later_discount=order.later_discount if order.recurs else 0,
        tax_rate=order.tax_rate,
        tax=order.tax,
        later_tax=order.later_tax,
        is_tax_added=order.is_tax_added,
    )
    lines = lines or (item,)
    tax = Tax(order.tax_name, order.tax_rate, TaxMode(order.tax_mode)) if order.has_tax else None
    return Quote(option, order.title, order.currency, lines, _discount_of(order, lines), tax)


def _discount_of(order: Order, lines: tuple[QuoteLine, ...]) -> Discount | None:
    """What it takes off is in the lines."""
    if not order.code:
        return None
    return Discount(order.code, amount=order.discount, every_payment=any(line.later_discount for line in lines))


def write_lines(order: Order, quote: Quote) -> None:
    """Write the lines of the order, in the transaction that writes the order. None for a simple quote."""
    if order.itemized:
        OrderLine.delete().where(OrderLine.order == order).execute()
    # Those that came with the order: see ShownOrder.
    vars(order).pop("lines", None)
    if quote.is_simple:
        return
    for position, line in enumerate(quote.lines):
        OrderLine.create(order=order, position=position, **{name: getattr(line, name) for name in LINE_FIELDS})
