"""Erasing a customer's personal data: what will happen, what has to end before, and doing it."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from storefront import customers
from storefront.customers import ErasureObstacle
from storefront.errors import SecretUnreadable, StripeError
from storefront.models import Order
from storefront.models.search import find_customer
from storefront.team import SecurityEvent
from storefront.web.admin import labels
from storefront.web.admin.shared import order_or_404, requires_recent_password, show_notice
from storefront.web.support import log_security_event

blueprint = Blueprint("customer_erasures", __name__, url_prefix="/customers/<token>/erasure")

OBSTACLES = {
    ErasureObstacle.SUBSCRIPTION: _l("A subscription is still running. Cancel it first."),
    ErasureObstacle.PAYMENT: _l("A payment is still being processed. Wait until it is paid or has failed."),
    ErasureObstacle.REFUND: _l("A refund is on its way. Wait until it has arrived."),
    ErasureObstacle.DISPUTE: _l("A dispute is open. You may need the customer’s details as evidence."),
    ErasureObstacle.WITHDRAWAL: _l("A withdrawal is open. Refund the order or mark it as done first."),
    ErasureObstacle.SHIPMENT: _l("An order still has to be sent. Mark it as sent or refund it first."),
    ErasureObstacle.EMAIL: _l("An email to this customer is being sent. Try again in a minute."),
}


@blueprint.get("")
def new(token: str) -> Response | str:
    """Say what goes and what stays, and ask."""
    order = order_or_404(token)
    if order.is_erased:
        return _to_customer(token)
    return _render(order, customers.erasure_obstacles(order.email))


@blueprint.post("")
@requires_recent_password
def create(token: str) -> Response | str | tuple[str, int]:
    """Erase the customer who made this order."""
    order = order_or_404(token)
    try:
        erased = customers.erase_customer(order.email, _("Erased customer"))
    except customers.ErasureRefused as refusal:
        return _render(order, refusal.obstacles), 409
    except (StripeError, SecretUnreadable) as error:
        alert = _("An unpaid order couldn’t be closed, so nothing was erased. %(why)s", why=labels.stripe_error(error))
        return _render(order, [], alert), 503
    if erased:
        log_security_event(SecurityEvent.ERASURE, order=order.number, orders=erased)
        show_notice(
            ngettext(
                "The customer’s personal data was erased from %(num)s order.",
                "The customer’s personal data was erased from %(num)s orders.",
                erased,
            )
        )
    return _to_customer(token)


def _render(order: Order, obstacles: list[ErasureObstacle], alert: str = "") -> str:
    return render_template(
        "admin/customers/erasure.html",
        order=order,
        customer=find_customer(order),
        obstacles=[OBSTACLES[obstacle] for obstacle in obstacles],
        alert=alert,
    )


def _to_customer(token: str) -> Response:
    return redirect(url_for("admin.customers.show", token=token), 303)
