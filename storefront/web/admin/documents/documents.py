"""The list of documents, and one as the customer sees it."""

import re

from flask import Blueprint, Response, abort, render_template, request
from flask_babel import format_date
from flask_babel import gettext as _

from storefront import payments
from storefront.models import CounterKind, Document, DocumentKind, counts
from storefront.models.search import DocumentSearch
from storefront.web.admin.shared import (
    ListAddress,
    mode_from_query,
    place_in_list,
    search_text,
    typed_mode,
    wants_fragment,
)
from storefront.web.documents import pdf_response, view_of
from storefront.web.support import mode_name, today

blueprint = Blueprint("documents", __name__, url_prefix="/documents")

# Months that the filter offers.
MONTHS = 36


@blueprint.get("")
def index() -> str:
    """The documents that match the search, newest first."""
    month = month_from_query()
    search = DocumentSearch(search_text(), month, mode_from_query())
    address = ListAddress("admin.documents.index", q=search.text, month=month, mode=typed_mode())
    counted = counts(CounterKind.HELD_SERIES, CounterKind.UNDECIDED_DOCUMENTS)
    return render_template(
        "admin/documents/_list.html" if wants_fragment() else "admin/documents/index.html",
        page=search.page(place_in_list()),
        search=search,
        address=address,
        archive_address=ListAddress("admin.document_archives.show", month=month, mode=typed_mode()),
        months=[(name, month_name(name)) for name in _months()],
        held=counted.number(CounterKind.HELD_SERIES),
        undecided=counted.number(CounterKind.UNDECIDED_DOCUMENTS),
        filters=[
            ("q", _("Search"), search.text),
            ("month", _("Month"), month and month_name(month)),
            ("mode", _("Mode"), address.value("mode") and mode_name(address.value("mode"))),
        ],
    )


@blueprint.get("/<number>")
def show(number: str) -> str:
    """One document, in its customer's language."""
    document = document_or_404(number)
    return render_template(
        "admin/documents/show.html",
        document=document,
        order=document.order,
        view=view_of(document),
        can_correct=document.kind == DocumentKind.INVOICE and payments.can_correct(document),
    )


@blueprint.get("/<number>.pdf")
def pdf(number: str) -> Response:
    """The PDF that the customer gets."""
    return pdf_response(document_or_404(number))


def document_or_404(number: str) -> Document:
    """The document with this number, with its order."""
    found = Document.by_number(number) if number.isascii() and number.isprintable() else None
    return found or abort(404)


def month_from_query() -> str:
    """`?month=` as 2026-11; "" for none."""
    month = request.args.get("month", "")
    return month if re.fullmatch(r"2\d{3}-(0[1-9]|1[0-2])", month) else ""


def month_name(month: str) -> str:
    """A month in the page's language: `November 2026`."""
    day = today().replace(year=int(month[:4]), month=int(month[5:]), day=1)
    return str(format_date(day, "LLLL y"))


def _months() -> list[str]:
    """The months with documents, the present one first."""
    first = Document.first_month()
    names: list[str] = []
    year, month = today().year, today().month
    while first and len(names) < MONTHS and f"{year}-{month:02}" >= first:
        names.append(f"{year}-{month:02}")
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    chosen = month_from_query()
    return [*names, chosen] if chosen and chosen not in names else names
