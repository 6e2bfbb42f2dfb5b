"""Everything that shows what was bought, by whom and how, in one file for the bank."""

from flask import Blueprint, Response, make_response, render_template

from storefront.web.admin.orders.orders import all_about
from storefront.web.admin.shared import order_or_404

blueprint = Blueprint("evidence", __name__, url_prefix="/orders/<token>/evidence")


@blueprint.get("")
def show(token: str) -> Response:
    """One HTML file that needs nothing else. Told from our rows: Stripe isn't asked."""
    order = order_or_404(token)
    response = make_response(render_template("admin/orders/evidence.html", **all_about(order)))
    response.headers["Content-Disposition"] = f'attachment; filename="order-{order.number}-evidence.html"'
    # Should a browser show it all the same: it may do nothing but be read.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
