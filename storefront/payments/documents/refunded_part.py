"""What a credit note says of the refund: its lines, if it is known what they are, and their tax."""

from typing import Any

from storefront.models import Document, DocumentKind, LineKind, OrderLine, Refund, percent_of
from storefront.payments.documents.contents import single_line
from storefront.payments.documents.taxes import part_of_taxes

Rows = list[dict[str, Any]]


def refunded_part(
    documents: list[Document], kind: DocumentKind, about: Document, amount: int, refund: Refund | None
) -> tuple[Rows, Rows]:
    """Lines and taxes of a credit note about this invoice, or of a correction of this credit note.

    The lines add up to `amount` (minor units). There are none if the refund names no line and is not of everything:
    nobody knows what it is for, and each rate of tax has its share then. `refund` is None for what the owner gave back
    outside of Stripe.
    """
    if kind == DocumentKind.CORRECTION:
        if about.is_credit_note and about.gross == amount:
            return about.content["lines"], about.content["taxes"]
    elif about.gross == amount and not any(one.about_id == about.id for one in documents):
        return about.content["lines"], about.content["taxes"]
    elif refund is not None and refund.line_position is not None and refund.amount == amount:
        found = [line for line in OrderLine.of_order(refund.order) if line.position == refund.line_position]
        if found:
            rate = str(percent_of(found[0].tax_rate))
            return [_line(found[0], amount)], part_of_taxes(documents, amount, kind, rate)
    return [], part_of_taxes(documents, amount, kind)


def _line(line: OrderLine, amount: int) -> dict[str, Any]:
    """The line as it was charged; of a part of it the amount only."""
    title = line.order.title if line.kind == LineKind.ITEM else line.title
    if amount != line.first_charge.amount:
        return single_line(title, amount)
    return {
        "title": title,
        "quantity": line.quantity,
        "unit": line.unit_amount,
        "discount": line.discount,
        "amount": amount,
    }
