"""Credit notes: after each change of a refund, the documents add up to what was paid and not refunded.

A refund that fails after its credit note was written gets a correction, which takes the credit note back. So does a
refund that turns out to be of a second payment for the same order, which has no invoice.
"""

from typing import Any

from storefront.models import Document, DocumentKind, Invoice, Order, Payment, Refund, outstanding
from storefront.payments import refund_balance
from storefront.payments.documents import issuing
from storefront.payments.documents.refunded_part import refunded_part


def balance_refund(refund: Refund) -> None:
    """Write what the present status of the refund asks for. The last step of the transaction that changes it.

    A payment from before the shop issued documents has none, and gets none now.
    """
    order = refund.order
    if not refund.payment.is_renewal:
        documents = Document.of_charge(Document.charge_of(order))
        refunded = refund_balance.refunded_amount(order) if documents else 0
    else:
        documents = _of_renewal(order, refund.payment)
        refunded = _refunded_of_renewal(documents) if documents else 0
    if not documents:
        return
    excess = outstanding(documents) - (documents[0].gross - refunded)
    if excess > 0:
        _write(order, DocumentKind.CREDIT_NOTE, documents, excess, refund)
    elif excess < 0:
        _write(order, DocumentKind.CORRECTION, documents, -excess, refund)


def balance_order(order: Order) -> None:
    """Write the credit note of an order that was refunded outside of Stripe, as the last step of that transaction."""
    documents = Document.of_charge(Document.charge_of(order))
    if documents and (left := outstanding(documents)) > 0:
        _write(order, DocumentKind.CREDIT_NOTE, documents, left, None)


def _write(order: Order, kind: DocumentKind, documents: list[Document], amount: int, refund: Refund | None) -> None:
    about = _about(kind, documents, refund)
    first: dict[str, Any] = documents[0].content
    lines, taxes = refunded_part(documents, kind, about, amount, refund)
    content = {
        "order": order.number,
        "lines": lines,
        "taxes": taxes,
        "code": first.get("code", "") if any(line["discount"] for line in lines) else "",
        "card": first["card"],
        "reverse_charge": first.get("reverse_charge", False),
        "outside": 0,
        "reason": refund.reason if refund is not None else "",
    }
    issuing.write(
        order,
        kind,
        documents[0].charge,
        len(documents),
        amount,
        content,
        about=about,
        refund=refund,
        invoice=documents[0].invoice_id,
        buyer=about.buyer,
        began_at=refund.created_at if refund is not None else None,
    )


def _about(kind: DocumentKind, documents: list[Document], refund: Refund | None) -> Document:
    """The invoice in force, or the credit note that is taken back: that of the refund, else the newest."""
    if kind == DocumentKind.CREDIT_NOTE:
        return [one for one in documents if one.kind == DocumentKind.INVOICE][-1]
    notes = [one for one in documents if one.is_credit_note]
    refund_id = refund.id if refund is not None else None
    return next((one for one in reversed(notes) if one.refund_id == refund_id), (notes or documents)[-1])


def _of_renewal(order: Order, payment: Payment) -> list[Document]:
    """The documents of the renewal that this payment, perhaps with others, has paid."""
    linked = Invoice.get_or_none(Invoice.payment == payment)
    documents = Document.of_charge(Document.charge_of(order, linked)) if linked is not None else []
    if documents:
        return documents
    # One of several payments: its invoice names the largest one.
    renewals = Document.select(Document.charge, Document.content).where(
        Document.order == order, Document.position == 0, Document.invoice.is_null(False)
    )
    for found in renewals:
        if payment.id in found.content.get("payments", ()):
            return Document.of_charge(found.charge)
    return []


def _refunded_of_renewal(documents: list[Document]) -> int:
    payments = documents[0].content["payments"]
    refunds = Refund.select().where(Refund.payment.in_(payments), Refund.status == "succeeded")
    return min(sum(refund.amount for refund in refunds), documents[0].gross)
