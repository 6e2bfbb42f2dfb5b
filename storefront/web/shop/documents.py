"""The invoices and credit notes of an order, as pages and PDFs. The order's token in the address gives access."""

from flask import Blueprint, Response, abort, render_template

from storefront.models import Document, Order
from storefront.web import support
from storefront.web.documents import pdf_response, view_of
from storefront.web.support import keep_private

blueprint = Blueprint("documents", __name__, url_prefix="/orders/<token>/documents")
blueprint.after_request(keep_private)


@blueprint.get("/<number>")
def show(token: str, number: str) -> str:
    """The document as a page that can be printed."""
    order, document = _document_or_404(token, number)
    return render_template("documents/show.html", order=order, document=document, view=view_of(document))


@blueprint.get("/<number>.pdf")
def pdf(token: str, number: str) -> Response:
    """The document as PDF."""
    return pdf_response(_document_or_404(token, number)[1])


def _document_or_404(token: str, number: str) -> tuple[Order, Document]:
    """The document of the order with this token, with the page in its language unless the visitor chose another."""
    order = Order.by_token(token) if token.isascii() and token.isprintable() else None
    document = Document.by_number(number) if order is not None and number.isascii() and number.isprintable() else None
    if order is None or document is None or document.order_id != order.id:
        abort(404)
    support.set_page_language(document.language)
    return order, document
