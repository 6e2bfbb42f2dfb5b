"""Corrected invoices: the invoice is canceled by a credit note, and another one replaces it."""

from collections.abc import Mapping
from typing import Any

from storefront.db import db
from storefront.errors import FieldErrors
from storefront.models import Document, DocumentKind, outstanding
from storefront.payments.documents import issuing
from storefront.payments.documents.contents import SHIP_TO, single_line
from storefront.payments.documents.taxes import part_of_taxes


def can_correct(document: Document) -> bool:
    """Whether it is the invoice in force of its payment, and not everything was refunded."""
    documents = Document.of_charge(document.charge)
    return document.is_issued and _in_force(documents).id == document.id and outstanding(documents) > 0


def correct_invoice(document: Document, buyer: Mapping[str, str]) -> Document:
    """Replace an invoice by one with other details of the customer, for what was not refunded. Return the new one.

    The seller's details are the present ones. Raises FieldErrors for the field `name`: document_replaced, if it is
    not in force any more, or document_refunded.
    """
    with db.atomic():
        order = document.order
        order.lock()
        documents = Document.of_charge(document.charge)
        left = outstanding(documents)
        if _in_force(documents).id != document.id:
            raise FieldErrors({"name": ["document_replaced"]})
        if left <= 0:
            raise FieldErrors({"name": ["document_refunded"]})
        common: dict[str, Any] = {"invoice": document.invoice_id, "about": document}
        taxes = part_of_taxes(documents, left, DocumentKind.CREDIT_NOTE)
        canceling = {**document.content, "lines": [], "taxes": taxes, "cancels": True}
        position = len(documents)
        issuing.write(
            order, DocumentKind.CREDIT_NOTE, document.charge, position, left, canceling, buyer=document.buyer, **common
        )
        lines = document.content["lines"]
        if left != document.gross:
            # Without a title: pages name it in the document's language.
            lines = [*lines, single_line("", left - document.gross)]
        content = {**document.content, "lines": lines, "taxes": taxes}
        content["outside"] = min(content["outside"], left)
        # Where it was posted to stays true.
        shown = {**{key: document.buyer[key] for key in (SHIP_TO,) if key in document.buyer}, **buyer}
        return issuing.write(
            order, DocumentKind.INVOICE, document.charge, position + 1, left, content, buyer=shown, **common
        )


def _in_force(documents: list[Document]) -> Document:
    return [one for one in documents if one.kind == DocumentKind.INVOICE][-1]
