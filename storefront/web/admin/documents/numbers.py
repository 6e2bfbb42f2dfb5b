"""After a restore: the owner confirms the next numbers, and what has waited is issued."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from storefront import payments
from storefront.errors import FieldErrors
from storefront.web.admin.shared import show_notice, whole_number

blueprint = Blueprint("document_numbers", __name__, url_prefix="/documents/numbers")


@blueprint.get("")
def edit() -> Response | str:
    """A field for each series, with the number after the last one that the restored database knows."""
    held = payments.held_series()
    if not held:
        return redirect(url_for("admin.documents.index"), 303)
    return _page({one.series.prefix: str(one.next_number.sequence) for one in held}, {})


@blueprint.post("")
def update() -> Response | tuple[str, int]:
    """Go on with the typed numbers."""
    held = payments.held_series()
    typed = {one.series.prefix: request.form.get(_field(one.series.prefix), "").strip() for one in held}
    numbers = {prefix: whole_number(text) for prefix, text in typed.items()}
    errors = {prefix: _("Enter a whole number.") for prefix, number in numbers.items() if number is None}
    if not errors:
        try:
            issued = payments.confirm_numbers({prefix: number or 0 for prefix, number in numbers.items()})
        except FieldErrors as error:
            errors = {prefix: _words(codes[0], error.details) for prefix, codes in error.errors.items()}
    if errors:
        return _page(typed, errors), 422
    show_notice(
        ngettext("Numbers confirmed. %(num)s document issued.", "Numbers confirmed. %(num)s documents issued.", issued)
        if issued
        else _("Numbers confirmed.")
    )
    return redirect(url_for("admin.document_decisions.edit" if payments.undecided(1) else "admin.documents.index"), 303)


def _words(code: str, details: Mapping[str, object]) -> str:
    if code == "number_range":
        return _("This number is too large.")
    return _("This number was used already. The next one is %(number)s or later.", number=details["earliest"])


def _page(typed: dict[str, str], errors: dict[str, str]) -> str:
    fields = [
        (one, _field(one.series.prefix), typed.get(one.series.prefix, ""), errors.get(one.series.prefix, ""))
        for one in payments.held_series()
    ]
    return render_template("admin/documents/numbers.html", fields=fields)


def _field(prefix: str) -> str:
    return f"next-{prefix.lower().strip('-') or 'live'}"
