"""Erasing somebody who has ordered nothing: an address on a waiting list, or one that was asked for a payment."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import InputRequired

from storefront import customers
from storefront.models import orders_of_customer
from storefront.team import SecurityEvent
from storefront.web.admin.customers.erasures import OBSTACLES
from storefront.web.admin.shared import requires_recent_password, show_notice
from storefront.web.forms import Form, PaymentRequestForm
from storefront.web.support import log_security_event

blueprint = Blueprint("address_erasures", __name__, url_prefix="/customers/erasure")


class AddressForm(Form):
    """Whose data is erased."""

    error_heading = _l("Nothing was erased. Check this field:")

    email = StringField(_l("Email"), validators=[InputRequired(_l("Enter an email address like name@example.com"))])
    validate_email = PaymentRequestForm.validate_email


@blueprint.get("")
def new() -> str:
    """Ask for the address."""
    return _render(AddressForm())


@blueprint.post("")
@requires_recent_password
def create() -> Response | tuple[str, int]:
    """Erase the address, or go on to the page of the customer who has ordered with it."""
    form = AddressForm()
    if not form.validate_on_submit():
        return _render(form), 422
    email = form.email.data
    ordered = orders_of_customer(email, 1)
    if ordered:
        return redirect(url_for("admin.customer_erasures.new", token=ordered[0].token), 303)
    if not customers.has_traces(email):
        form.add_errors({"email": [_("Nothing is stored about this email address.")]})
        return _render(form), 422
    try:
        customers.erase_customer(email, _("Erased customer"))
    except customers.ErasureRefused as refusal:
        form.add_errors({"email": [str(OBSTACLES[obstacle]) for obstacle in refusal.obstacles]})
        return _render(form), 409
    log_security_event(SecurityEvent.ERASURE, orders=0)
    show_notice(_("Everything about this email address was erased."))
    return redirect(url_for("admin.customers.index"), 303)


def _render(form: AddressForm) -> str:
    return render_template("admin/customers/erase_address.html", form=form)
