"""Orders that are posted: marked as sent one by one or several at once, changed, and taken back."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from storefront import shipping, worker
from storefront.models import Order
from storefront.models.search import chosen_orders
from storefront.web.admin.orders.orders import order_context
from storefront.web.admin.shared import chosen_rows, order_or_404, show_error, show_notice, wants_fragment
from storefront.web.forms import ShipmentForm
from storefront.web.support import form_page

blueprint = Blueprint("shipments", __name__, url_prefix="/orders")


@blueprint.get("/<token>/shipment")
def edit(token: str) -> str | Response:
    """The form for the tracking number, as a fragment or a page."""
    order = order_or_404(token)
    if not shipping.can_send(order):
        return redirect(url_for("admin.orders.show", token=token))
    number, carrier = order.tracking_number, order.tracking_carrier
    return _render_form(
        order, ShipmentForm(tracking_carrier=carrier, tracking_number=number, tell=order.sent_at is None)
    )


@blueprint.get("/<token>/shipment/closed")
def closed(token: str) -> str | Response:
    """What replaces the form when it is closed."""
    if not wants_fragment():
        return redirect(url_for("admin.orders.show", token=token))
    return render_template("admin/orders/shipments/_status.html", **order_context(order_or_404(token)))


@blueprint.post("/<token>/shipment")
def update(token: str) -> str | Response | tuple[str, int]:
    """Mark the order as sent, or change its tracking number; show the order."""
    order = order_or_404(token)
    form = ShipmentForm()
    form.set_carrier_choices()
    if not form.validate_on_submit():
        return _render_form(order, form), 422
    was_sent = order.sent_at is not None
    done = shipping.mark_sent(order, form.tracking_carrier.data, form.tracking_number.data, tell=form.tell.data)
    if done:
        worker.wake_for_emails()
    notice = _("Tracking number saved.") if was_sent else _("Marked as sent.")
    return _shown(order, notice if done else "", "" if done else _("This order can’t be sent now."))


@blueprint.post("/<token>/shipment/undo")
def undo(token: str) -> str | Response:
    """The order is to be sent again."""
    order = order_or_404(token)
    shipping.undo_sent(order)
    return _shown(order, _("Marked as not sent."))


@blueprint.post("/sent")
def create_several() -> Response:
    """Mark the orders that were chosen in the list as sent."""
    orders = chosen_orders(chosen_rows())
    if not orders:
        show_error(_("Select at least one order."))
        return redirect(form_page(), 303)
    sent = shipping.mark_several_sent(orders)
    worker.wake_for_emails()
    show_notice(ngettext("%(num)s order marked as sent.", "%(num)s orders marked as sent.", sent))
    return redirect(form_page(), 303)


def _shown(order: Order, notice: str, problem: str = "") -> str | Response:
    if wants_fragment():
        context = order_context(order_or_404(order.token))
        return render_template("admin/orders/_refreshed.html", notice=notice, alert=problem, **context)
    if problem:
        show_error(problem)
    else:
        show_notice(notice)
    return redirect(url_for("admin.orders.show", token=order.token), 303)


def _render_form(order: Order, form: ShipmentForm) -> str:
    form.set_carrier_choices()
    template = f"admin/orders/shipments/{'_' if wants_fragment() else ''}edit.html"
    return render_template(template, order=order, form=form)
