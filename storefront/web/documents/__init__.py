"""How documents look: what an invoice or a credit note says in its customer's language, and its PDF."""

from flask import Flask

from storefront.web.documents.labels import document_kind
from storefront.web.documents.response import about_number, pdf_response, render_pdf, view_of
from storefront.web.documents.view import DocumentView, document_view

__all__ = ["DocumentView", "about_number", "document_view", "init_app", "pdf_response", "render_pdf", "view_of"]


def init_app(app: Flask) -> None:
    """Let templates name the kind of a document in the page's language."""
    app.jinja_env.filters["document_kind"] = document_kind
