"""Documents of payments from before a restore: the owner enters the numbers that customers hold."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from storefront import payments
from storefront.errors import FieldErrors
from storefront.web.admin.shared import show_notice

blueprint = Blueprint("document_decisions", __name__, url_prefix="/documents/undecided")

# Rows of the form; the next ones follow when these are decided.
MAX_ROWS = 100
_WORDS = {
    "number_format": _l("Enter the whole number, as on the invoice."),
    "number_later": _l("This number is not given yet. Confirm the next numbers first."),
    "number_taken": _l("Another document has this number."),
}


@blueprint.get("")
def edit() -> Response | str:
    """The oldest of them, each with a field for its number."""
    return _page({}) if payments.undecided(1) else redirect(url_for("admin.documents.index"), 303)


@blueprint.post("")
def update() -> Response | tuple[str, int]:
    """Give them the typed numbers, and new ones where the owner says that none was given."""
    ids = [document.id for document in payments.undecided(MAX_ROWS)]
    typed = {id_: text for id_ in ids if (text := request.form.get(f"number-{id_}", "").strip())}
    never_given = [id_ for id_ in ids if str(id_) in request.form.getlist("new") and id_ not in typed]
    try:
        decided = payments.decide_numbers(typed, never_given)
    except FieldErrors as error:
        return _page({int(id_): str(_WORDS[codes[0]]) for id_, codes in error.errors.items()}), 422
    if decided:
        show_notice(ngettext("%(num)s document issued.", "%(num)s documents issued.", decided))
    return redirect(url_for("admin.document_decisions.edit"), 303)


def _page(errors: dict[int, str]) -> str:
    return render_template(
        "admin/documents/undecided.html",
        documents=payments.undecided(MAX_ROWS),
        errors=errors,
        typed=request.form,
        new=request.form.getlist("new"),
        is_held=bool(payments.held_series()),
    )
