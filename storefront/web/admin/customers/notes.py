"""Notes about a customer. They are notes about one of the customer's orders, and in its timeline too."""

from flask import Blueprint, redirect
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront.customers import add_customer_note
from storefront.web.admin.customers.customers import customer_page
from storefront.web.admin.shared import order_or_404, show_notice
from storefront.web.forms import NoteForm
from storefront.web.support import form_page

blueprint = Blueprint("customer_notes", __name__, url_prefix="/customers/<token>/notes")


@blueprint.post("")
def create(token: str) -> Response | tuple[str, int]:
    """Add a note and show the customer."""
    order, form = order_or_404(token), NoteForm()
    if not form.validate_on_submit():
        return customer_page(order, form), 422
    add_customer_note(order.email, form.note.data, current_user.email)
    show_notice(_("Note added."))
    return redirect(form_page(), 303)
