"""A document as the answer to a request."""

from flask import Response

from storefront import settings
from storefront.models import Document
from storefront.web.documents.view import DocumentView, document_view


def view_of(document: Document) -> DocumentView:
    """The texts of an issued document."""
    return document_view(document, settings.for_documents().zone, about_number(document))


def pdf_response(document: Document) -> Response:
    """The PDF of an issued document, which browsers show or save."""
    view = view_of(document)
    headers = {"Content-Disposition": f'inline; filename="{view.file_name}"'}
    return Response(render_pdf(view), mimetype="application/pdf", headers=headers)


def render_pdf(view: DocumentView) -> bytes:
    """The document as PDF."""
    # Loaded where a PDF is made: it takes time and memory that other pages do not need.
    from storefront.web.documents.pdf import write_pdf

    return write_pdf(view)


def about_number(document: Document) -> str:
    """The number of the document that it refers to; "" for none."""
    about = document.about if document.about_id is not None else None
    return about.number or "" if about is not None else ""
