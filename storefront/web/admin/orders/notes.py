"""Notes that the team writes about an order. The customer never sees them."""

from flask import Blueprint, abort, redirect, render_template
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront.customers import add_order_note, delete_order_note
from storefront.web.admin.orders.orders import order_context
from storefront.web.admin.shared import order_or_404, show_notice
from storefront.web.forms import NoteForm
from storefront.web.support import form_page

blueprint = Blueprint("order_notes", __name__, url_prefix="/orders/<token>/notes")


@blueprint.post("")
def create(token: str) -> Response | tuple[str, int]:
    """Add a note and show the order."""
    order, form = order_or_404(token), NoteForm()
    if not form.validate_on_submit():
        return render_template("admin/orders/show.html", **order_context(order) | {"note_form": form}), 422
    add_order_note(order, form.note.data, current_user.email)
    show_notice(_("Note added."))
    return redirect(form_page(), 303)


@blueprint.post("/<int:entry>/delete")
def delete(token: str, entry: int) -> Response:
    """Delete a note for good."""
    if not delete_order_note(order_or_404(token), entry):
        abort(404)
    show_notice(_("Note deleted."))
    return redirect(form_page(), 303)
