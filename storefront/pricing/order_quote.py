"""The quote that an order was made with."""

from storefront.models import TERM_FIELDS, LineKind, Order, OrderLine, PriceOption
from storefront.pricing.quote import Quote, QuoteLine

_COLUMNS = ("kind", "title", "unit_amount", "quantity", "recurs", "discount", "later_discount", "addon_id")


def quote_of(order: Order) -> Quote:
    """What the order was promised, whatever its offer costs now. One query for an itemized order, else none."""
    option = PriceOption(
        id=order.option_id,
        label=order.option_label,
        amount=order.unit_amount,
        **{name: getattr(order, name) for name in TERM_FIELDS},
    )
    lines = tuple(
        QuoteLine(LineKind(line.kind), **{name: getattr(line, name) for name in _COLUMNS[1:]})
        for line in OrderLine.of_order(order)
    )
    item = QuoteLine(LineKind.ITEM, order.title, order.unit_amount, order.quantity, recurs=order.recurs)
    return Quote(option, order.title, order.currency, lines or (item,))


def write_lines(order: Order, quote: Quote) -> None:
    """Write the lines of the order, in the transaction that writes the order. None for a simple quote."""
    if order.itemized:
        OrderLine.delete().where(OrderLine.order == order).execute()
    if quote.is_simple:
        return
    for position, line in enumerate(quote.lines):
        OrderLine.create(order=order, position=position, **{name: getattr(line, name) for name in _COLUMNS})
