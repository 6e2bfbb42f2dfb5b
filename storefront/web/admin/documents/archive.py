"""A month of documents for the accountant: a ZIP of PDFs with a list as CSV."""

import zipfile
from collections.abc import Iterator
from typing import IO, cast
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext
from werkzeug.wrappers import Response as BaseResponse

from storefront import settings
from storefront.models import Document, DocumentKind, Order
from storefront.models.search import DocumentSearch
from storefront.money import Money
from storefront.team import SecurityEvent
from storefront.web.admin.documents.documents import month_from_query
from storefront.web.admin.shared import (
    BYTE_ORDER_MARK,
    csv_line,
    mode_from_query,
    requires_recent_password,
    show_error,
    streamed_file,
)
from storefront.web.documents import document_view, render_pdf
from storefront.web.support import log_security_event

blueprint = Blueprint("document_archives", __name__, url_prefix="/documents/archive.zip")


@blueprint.get("")
@requires_recent_password
def show() -> BaseResponse:
    """The documents of `?month=`, sent while they are made: memory does not grow with their number."""
    month = month_from_query()
    if not month:
        show_error(_("Choose a month first."))
        return redirect(url_for("admin.documents.index", mode=mode_from_query() or None), 303)
    mode = mode_from_query() or Document.newest_mode(month)
    name = f"documents-{month}{'' if mode == 'live' else '-test'}.zip"
    zone = settings.for_documents().zone
    parts = _parts(DocumentSearch(month=month, mode=mode), zone, _columns())
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    # HTTP/1.0 has no chunks.
    has_chunks = request.environ.get("SERVER_PROTOCOL") != "HTTP/1.0"
    file = streamed_file(parts, has_chunks)
    log_security_event(SecurityEvent.EXPORT, file=name)
    return Response(file, mimetype="application/zip", headers=headers)


class _Written:
    """A file without a position: what was written since the last `take`."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        """Keep the bytes."""
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Does nothing: `take` has everything."""

    def take(self) -> bytes:
        """The bytes, which are forgotten then."""
        taken, self._parts = b"".join(self._parts), []
        return taken


def _parts(search: DocumentSearch, zone: ZoneInfo, columns: tuple[str, ...]) -> Iterator[bytes]:
    """The archive in parts. The list comes first, then each PDF."""
    written = _Written()
    with zipfile.ZipFile(cast(IO[bytes], written), "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("documents.csv", "w", force_zip64=True) as file:
            file.write((BYTE_ORDER_MARK + csv_line(columns)).encode())
            for documents in search.iterate():
                orders, numbers = _orders(documents), _about_numbers(documents)
                lines = (csv_line(_cells(one, orders[one.order_id], numbers, zone)) for one in documents)
                file.write("".join(lines).encode())
                yield written.take()
        for documents in search.iterate():
            numbers = _about_numbers(documents)
            for document in documents:
                view = document_view(document, zone, numbers.get(document.about_id or 0, ""))
                archive.writestr(view.file_name, render_pdf(view))
                yield written.take()
    yield written.take()


def _orders(documents: list[Document]) -> dict[int, Order]:
    found = Order.select().where(Order.id.in_([document.order_id for document in documents]))
    return {order.id: order for order in found}


def _about_numbers(documents: list[Document]) -> dict[int, str]:
    """{id: number} of the documents that these refer to."""
    ids = {document.about_id for document in documents if document.about_id}
    found = Document.select(Document.id, Document.number).where(Document.id.in_(list(ids))) if ids else ()
    return {document.id: document.number or "" for document in found}


def _columns() -> tuple[str, ...]:
    """Headings in the page's language. The cells are the same in every language: codes, and numbers with a point."""
    return (
        pgettext("column", "number"),
        pgettext("column", "kind"),
        pgettext("column", "issued"),
        pgettext("column", "order"),
        pgettext("column", "refers_to"),
        pgettext("column", "name"),
        pgettext("column", "company"),
        pgettext("column", "vat_id"),
        pgettext("column", "country"),
        pgettext("column", "currency"),
        pgettext("column", "net"),
        pgettext("column", "tax"),
        pgettext("column", "gross"),
        pgettext("column", "taxes"),
        pgettext("column", "paid_outside"),
        pgettext("column", "file"),
    )


def _cells(document: Document, order: Order, numbers: dict[int, str], zone: ZoneInfo) -> tuple[str, ...]:
    """Credit notes are negative, so that a column's sum is what was kept."""
    sign = -1 if document.kind == DocumentKind.CREDIT_NOTE else 1

    def money(amount: int) -> str:
        return Money(sign * amount, document.currency).decimal_text()

    issued = (document.issued_at or document.created_at).astimezone(zone)
    taxes = (f"{one['name']} {one['rate']}%: {money(one['tax'])}" for one in document.content["taxes"])
    return (
        document.number or "",
        document.kind,
        f"{issued:%Y-%m-%d}",
        str(order.number),
        numbers.get(document.about_id or 0, ""),
        *(document.buyer.get(name, "") for name in ("name", "company", "vat_id", "country")),
        document.currency,
        money(document.net),
        money(document.tax),
        money(document.gross),
        "\n".join(taxes),
        money(document.content.get("outside", 0)),
        f"{document.number}.pdf",
    )
