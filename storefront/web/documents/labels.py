"""The kinds of documents in the page's language."""

from flask_babel import lazy_gettext as _l

from storefront.models import DocumentKind

_KINDS = {
    DocumentKind.INVOICE: _l("Invoice"),
    DocumentKind.CREDIT_NOTE: _l("Credit note"),
    DocumentKind.CORRECTION: _l("Credit note correction"),
}


def document_kind(kind: str) -> str:
    """The kind as a word."""
    return str(_KINDS[DocumentKind(kind)])
