"""An order with what its pages show beside it, in one query."""

from typing import Any, NamedTuple

from peewee import Case

from storefront.models.documents.document import Document
from storefront.models.orders.order import Order
from storefront.models.orders.order_answer import OrderAnswer
from storefront.models.orders.order_line import LINE_FIELDS, OrderLine
from storefront.models.orders.payment import Payment
from storefront.models.prepared_query import PreparedQuery
from storefront.models.rows_in_json import json_rows, records_of

# {what comes with the order as a list in JSON: its records, their columns}. Each is sorted by the first column.
_LISTED: dict[str, tuple[Any, tuple[str, ...]]] = {
    "documents": (Document, ("id", "kind", "number", "currency", "gross")),
    "answers": (OrderAnswer, ("position", "words", "kind", "value")),
    "lines": (OrderLine, ("position", *LINE_FIELDS)),
    "payments": (Payment, ("id", "card_brand", "card_last4")),
}


class ShownOrder(NamedTuple):
    """An order as Order.by_token reads it, with its lines and answers.

    `documents` are those that have a number, the oldest first, with what a list shows: kind, number and total. `card`
    is brand and last digits of the card of its payment, "" where they are unknown.
    """

    order: Order
    documents: list[Document]
    card: tuple[str, str]

    @classmethod
    def by_token(cls, token: str) -> "ShownOrder | None":
        """The order with this secret token. One query."""
        order = _BY_TOKEN.first(token)
        if order is None:
            return None
        rows = {
            name: records_of(model, columns, order.__data__.pop(f"listed_{name}"))
            for name, (model, columns) in _LISTED.items()
        }
        # Where Peewee's own prefetch puts them.
        vars(order).update(answers=rows["answers"], lines=rows["lines"])
        payments = rows["payments"]
        card = (payments[-1].card_brand, payments[-1].card_last4) if payments else ("", "")
        return cls(order, rows["documents"], card)


def _by_token(token: Any) -> Any:
    rows = {
        name: json_rows(model, columns).where(model.order == Order.id) for name, (model, columns) in _LISTED.items()
    }
    return Order.query_by_token(token).select_extend(
        rows["documents"].where(~Document.unnumbered()).alias("listed_documents"),
        rows["payments"].where(Payment.ended_at.is_null()).alias("listed_payments"),
        # Few orders have answers and lines; no others are looked for.
        Case(None, [(Order.answer_count > 0, rows["answers"])]).alias("listed_answers"),
        Case(None, [(Order.itemized, rows["lines"])]).alias("listed_lines"),
    )


_BY_TOKEN: PreparedQuery[Order] = PreparedQuery(_by_token)
