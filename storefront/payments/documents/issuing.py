"""Writing documents: the next number of the series, and the row, in the caller's transaction.

The number is drawn as late as possible: its series stays locked until the transaction ends. A crash or an error gives
it back, so that there are no gaps.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from storefront import settings
from storefront.models import Document, DocumentKind, DocumentSeries, Invoice, Order, Payment, now, series_of
from storefront.payments.documents import contents


def invoice_order(order: Order, card: Mapping[str, str], began_at: datetime | None = None) -> None:
    """Write the invoice of an order that has just been paid, as the last step of that transaction.

    `card` are the columns of the card that has paid; `began_at` is when that payment was started. An order that costs
    nothing now has no document. Repeating it changes nothing.
    """
    charge = Document.charge_of(order)
    # A payment must be recorded in any case, also if rows were restored that disagree.
    if order.amount and not Document.of_charge(charge):
        content = contents.of_order(order, card)
        write(order, DocumentKind.INVOICE, charge, 0, order.amount, content, began_at=began_at)


def invoice_renewal(order: Order, invoice: Invoice, payments: Sequence[Payment]) -> None:
    """Write the invoice of a renewal, or of an installment, that has just been paid. Repeating it changes nothing.

    `payments` are those of Stripe that have paid it, the largest last.
    """
    charge = Document.charge_of(order, invoice)
    if invoice.amount_paid and not Document.of_charge(charge):
        content = contents.of_renewal(order, invoice, payments)
        began_at = invoice.created_at
        write(order, DocumentKind.INVOICE, charge, 0, invoice.amount_paid, content, invoice=invoice, began_at=began_at)


def write(
    order: Order,
    kind: DocumentKind,
    charge: str,
    position: int,
    gross: int,
    content: contents.Content,
    *,
    began_at: datetime | None = None,
    **others: Any,
) -> Document:
    """Write a document, with a number unless its series waits for the owner. `others` are further columns.

    What began at `began_at`, before a backup was restored, gets none: the lost database may have issued it, and one
    payment must not have two numbers. The caller holds the order's lock, so that two transactions never write the same
    position.
    """
    shop = settings.for_documents()
    moment = now()
    local, series = moment.astimezone(shop.zone), series_of(kind, order.mode)
    tax = contents.total_tax(content["taxes"])
    is_undecided = bool(began_at and shop.restored_at and began_at < shop.restored_at)
    columns: dict[str, Any] = {"buyer": contents.buyer(order), "is_undecided": is_undecided, **others}
    about: Document | None = others.get("about")
    waits = is_undecided or (about is not None and not about.is_issued)
    number = DocumentSeries.draw(series, local.year) if not waits else None
    if number is not None:
        columns |= {
            "number": str(number),
            "year": number.year,
            "sequence": number.sequence,
            "month": f"{local:%Y-%m}",
            "issued_at": moment,
        }
    return Document.create(
        kind=kind,
        series=series,
        mode=order.mode,
        order=order,
        charge=charge,
        position=position,
        language=order.language,
        currency=order.currency,
        net=gross - tax,
        tax=tax,
        gross=gross,
        content={"seller": contents.seller(shop.profile), **content},
        created_at=moment,
        **columns,
    )
