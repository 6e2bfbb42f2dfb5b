"""The owner changes a customer's email address. If another customer has the new one, the two become one."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import customers, worker
from storefront.i18n import isolate
from storefront.models import Order
from storefront.models.search import find_customer, find_customer_by_email
from storefront.web.admin.shared import order_or_404, show_error, show_notice
from storefront.web.forms import CustomerEmailForm

blueprint = Blueprint("customer_emails", __name__, url_prefix="/customers/<token>/email")


@blueprint.get("")
def new(token: str) -> Response | str:
    """Asks for the new address."""
    order = order_or_404(token)
    return _to_customer(token) if order.is_erased else _page(order, CustomerEmailForm())


@blueprint.post("")
def create(token: str) -> Response | str | tuple[str, int]:
    """Change the address. If it belongs to another customer, first show who would become one, and ask."""
    order, form = order_or_404(token), CustomerEmailForm()
    if order.is_erased:
        return _to_customer(token)
    if not form.validate_on_submit():
        return _page(order, form), 422
    typed = form.email.data
    if typed == order.email:
        form.email.errors = [_("This is the customer’s address already.")]
        return _page(order, form), 422
    move = customers.planned_move(order.email, typed)
    # Also if an order has come to the other customer since the question was shown.
    if move.joined and form.joins.data != str(move.joined):
        form.joins.data = str(move.joined)
        return _merge_page(order, form)
    if customers.move_orders(order.email, typed):
        worker.wake_for_emails()
        show_notice(
            _("The two customers are one now.")
            if move.joined
            else _("Email address changed to %(email)s.", email=isolate(typed))
        )
    else:
        show_error(_("Nothing was changed: this customer’s address has just changed."))
    return _to_customer(token)


def _page(order: Order, form: CustomerEmailForm) -> str:
    form.joins.data = ""
    return render_template("admin/customers/email.html", order=order, customer=find_customer(order), form=form)


def _merge_page(order: Order, form: CustomerEmailForm) -> str:
    return render_template(
        "admin/customers/merge.html",
        order=order,
        form=form,
        both=[find_customer(order), find_customer_by_email(form.email.data)],
    )


def _to_customer(token: str) -> Response:
    return redirect(url_for("admin.customers.show", token=token), 303)
