"""A corrected invoice: other details of the customer."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import payments
from storefront.errors import FieldErrors
from storefront.models import Document
from storefront.web.admin import labels
from storefront.web.admin.documents.documents import document_or_404
from storefront.web.admin.documents.forms import CorrectionForm
from storefront.web.admin.shared import show_notice

blueprint = Blueprint("document_corrections", __name__, url_prefix="/documents/<number>/correct")


@blueprint.get("")
def new(number: str) -> Response | str:
    """The form with what the invoice says."""
    document = document_or_404(number)
    if not payments.can_correct(document):
        return redirect(url_for("admin.documents.show", number=number), 303)
    return _page(document, CorrectionForm(data=document.buyer))


@blueprint.post("")
def create(number: str) -> Response | tuple[str, int]:
    """Cancel the invoice and issue another one."""
    document, form = document_or_404(number), CorrectionForm()
    if not form.validate_on_submit():
        return _page(document, form), 422
    try:
        issued = payments.correct_invoice(document, form.buyer())
    except FieldErrors as error:
        form.add_errors(labels.field_errors(error))
        return _page(document, form), 422
    show_notice(_("Corrected invoice issued."))
    if issued.number is None:
        return redirect(url_for("admin.documents.index"), 303)
    return redirect(url_for("admin.documents.show", number=issued.number), 303)


def _page(document: Document, form: CorrectionForm) -> str:
    form.set_countries()
    return render_template("admin/documents/correct.html", document=document, order=document.order, form=form)
