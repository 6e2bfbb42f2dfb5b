"""Writing documents: the next number of the series, and the row, in the caller's transaction.

The number is drawn as late as possible: its series stays locked until the transaction ends. A crash or an error gives
it back, so that there are no gaps.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from storefront import settings
from storefront.models import Document, DocumentKind, DocumentSeries, Invoice, Order, Payment, now, series_of
from storefront.payments.documents import contents


def invoice_order(order: Order, card: Mapping[str, str]) -> None:
    """Write the invoice of an order that has just been paid, as the last step of that transaction.

    `card` are the columns of the card that has paid. An order that costs nothing now has no document. Repeating it
    changes nothing.
    """
    charge = Document.charge_of(order)
    # A payment must be recorded in any case, also if rows were restored that disagree.
    if order.amount and not Document.of_charge(charge):
        content = contents.of_order(order, card)
        write(order, DocumentKind.INVOICE, charge, 0, order.amount, content)


def invoice_renewal(order: Order, invoice: Invoice, payments: Sequence[Payment]) -> None:
    """Write the invoice of a renewal, or of an installment, that has just been paid. Repeating it changes nothing.

    `payments` are those of Stripe that have paid it, the largest last.
    """
    charge = Document.charge_of(order, invoice)
    if invoice.amount_paid and not Document.of_charge(charge):
        content = contents.of_renewal(order, invoice, payments)
        write(order, DocumentKind.INVOICE, charge, 0, invoice.amount_paid, content, invoice=invoice)


def write(
    order: Order, kind: DocumentKind, charge: str, position: int, gross: int, content: contents.Content, **others: Any
) -> Document:
    """Write a document, with a number unless its series waits for the owner. `others` are further columns.

    The caller holds the order's lock, so that two transactions never write the same position.
    """
    zone, profile = settings.for_documents()
    moment = now()
    local, series = moment.astimezone(zone), series_of(kind, order.mode)
    tax = contents.total_tax(content["taxes"])
    columns: dict[str, Any] = {"buyer": contents.buyer(order), **others}
    number = DocumentSeries.draw(series, local.year)
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
        content={"seller": contents.seller(profile), **content},
        created_at=moment,
        **columns,
    )
