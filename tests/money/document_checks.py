"""Whether the documents add up to what was paid and refunded, and their numbers have no gaps."""

from collections import defaultdict
from collections.abc import Iterator

from storefront.models import Document, DocumentKind, Invoice, Order, Payment, Refund, outstanding
from storefront.payments import refunded_amount


def differences() -> list[str]:
    """What is wrong, in words."""
    by_charge: dict[str, list[Document]] = defaultdict(list)
    for document in Document.select().order_by(Document.id):
        by_charge[document.charge].append(document)
    wrong = [*_order_differences(by_charge), *_renewal_differences(by_charge), *_number_differences()]
    wrong += [line for documents in by_charge.values() for one in documents for line in _content_differences(one)]
    return wrong + [f"documents of {charge}, for which nothing was paid" for charge in by_charge]


def _order_differences(by_charge: dict[str, list[Document]]) -> Iterator[str]:
    for order in Order.select():
        documents = by_charge.pop(f"order-{order.id}", [])
        if not order.is_settled or not order.amount:
            if documents:
                yield f"order {order.id} is {order.status} at {order.amount} and has documents"
        elif _second_payment_is_on_its_way_back(order):
            continue
        elif outstanding(documents) != order.amount - refunded_amount(order):
            yield (
                f"order {order.id}: documents {[(one.kind, one.gross) for one in documents]}, it is {order.status} at"
                f" {order.amount}, {refunded_amount(order)} was refunded"
            )


def _second_payment_is_on_its_way_back(order: Order) -> bool:
    """A second payment has no invoice. Until its refund has ended, the sums do not say which payment was refunded."""
    return any(
        refund.public_id.startswith("whole-") and refund.reason == "duplicate" and refund.status in ("", "pending")
        for refund in order.refunds
    )


def _renewal_differences(by_charge: dict[str, list[Document]]) -> Iterator[str]:
    for invoice in Invoice.select():
        documents = by_charge.pop(f"renewal-{invoice.id}", [])
        if invoice.is_first or invoice.status != "paid" or not invoice.amount_paid:
            if documents:
                yield f"invoice {invoice.id} is {invoice.status} at {invoice.amount_paid} and has documents"
            continue
        paying = documents[0].content["payments"] if documents else []
        refunds = Refund.select().where(Refund.payment.in_(paying), Refund.status == "succeeded")
        refunded = sum(refund.amount for refund in refunds)
        if outstanding(documents) != invoice.amount_paid - refunded:
            yield f"invoice {invoice.id}: documents {[(one.kind, one.gross) for one in documents]}, {refunded} refunded"
    known = {id_ for document in Document.select() for id_ in document.content.get("payments", ())}
    for payment in Payment.select().where(Payment.kind == "renewal", Payment.status == "succeeded"):
        if payment.id not in known:
            yield f"payment {payment.id} of a renewal is in no document"


def _number_differences() -> Iterator[str]:
    numbers: dict[tuple[str, int], list[int]] = defaultdict(list)
    for document in Document.select().where(Document.number.is_null(False)).order_by(Document.id):
        numbers[document.series, document.year].append(document.sequence)
        if document.number != f"{document.series}{document.year}-{document.sequence:05}":
            yield f"document {document.id} has the number {document.number}"
    for series, given in numbers.items():
        if given != list(range(1, len(given) + 1)):
            yield f"the numbers of {series} are {given}"


def _content_differences(document: Document) -> Iterator[str]:
    lines, taxes = document.content["lines"], document.content["taxes"]
    if document.net + document.tax != document.gross:
        yield f"document {document.id}: {document.net} + {document.tax} is not {document.gross}"
    # A refund that names no line has none.
    if (lines or document.kind == DocumentKind.INVOICE) and sum(line["amount"] for line in lines) != document.gross:
        yield f"document {document.id}: its lines do not add up to {document.gross}: {lines}"
    if sum(tax["tax"] for tax in taxes) != document.tax:
        yield f"document {document.id}: its taxes do not add up to {document.tax}: {taxes}"
    if document.kind != DocumentKind.INVOICE and document.about_id is None:
        yield f"document {document.id} ({document.kind}) is about {document.about_id}, refund {document.refund_id}"
