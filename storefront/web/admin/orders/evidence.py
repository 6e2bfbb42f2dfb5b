"""Evidence for a dispute: one file that shows the bank what was bought, by whom and how."""

from flask import Blueprint, Response, make_response, render_template

from storefront.team import SecurityEvent
from storefront.web.admin.orders.orders import order_context
from storefront.web.admin.shared import order_or_404
from storefront.web.support import log_security_event

blueprint = Blueprint("order_evidence", __name__, url_prefix="/orders/<token>/evidence")


@blueprint.get("")
def show(token: str) -> Response:
    """Download the evidence as a self-contained HTML file. Uses our rows only; Stripe isn't asked."""
    order = order_or_404(token)
    log_security_event(SecurityEvent.EXPORT, file="evidence", order=order.number)
    response = make_response(render_template("admin/orders/evidence.html", **order_context(order)))
    response.headers["Content-Disposition"] = f'attachment; filename="order-{order.number}-evidence.html"'
    # In case a browser shows the file instead of saving it.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
