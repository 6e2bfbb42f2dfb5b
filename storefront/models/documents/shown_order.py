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

# {what comes with the order as a list in JSON: its columns}. Each is sorted by the first one.
_COLUMNS = {
    "documents": ("id", "kind", "number", "currency", "gross"),
    "answers": ("position", "words", "kind", "value"),
    "lines": ("position", *LINE_FIELDS),
    "payments": ("id", "card_brand", "card_last4"),
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
        rows = {name: order.__data__.pop(f"listed_{name}") for name in _COLUMNS}
        # Where Peewee's own prefetch puts them.
        vars(order)["answers"] = records_of(OrderAnswer, _COLUMNS["answers"], rows["answers"])
        vars(order)["lines"] = records_of(OrderLine, _COLUMNS["lines"], rows["lines"])
        documents = records_of(Document, _COLUMNS["documents"], rows["documents"])
        payments = records_of(Payment, _COLUMNS["payments"], rows["payments"])
        card = (payments[-1].card_brand, payments[-1].card_last4) if payments else ("", "")
        return cls(order, documents, card)


def _by_token(token: Any) -> Any:
    documents = json_rows(Document, _COLUMNS["documents"]).where(Document.order == Order.id, ~Document.unnumbered())
    payments = json_rows(Payment, _COLUMNS["payments"]).where(Payment.order == Order.id, Payment.ended_at.is_null())
    answers = json_rows(OrderAnswer, _COLUMNS["answers"]).where(OrderAnswer.order == Order.id)
    lines = json_rows(OrderLine, _COLUMNS["lines"]).where(OrderLine.order == Order.id)
    return Order.query_by_token(token).select_extend(
        documents.alias("listed_documents"),
        payments.alias("listed_payments"),
        # Few orders have answers and lines; no others are looked for.
        Case(None, [(Order.answer_count > 0, answers)]).alias("listed_answers"),
        Case(None, [(Order.itemized, lines)]).alias("listed_lines"),
    )


_BY_TOKEN: PreparedQuery[Order] = PreparedQuery(_by_token)
