"""Where a bank's page leads back to when it was opened in a frame on another website: out of that frame."""

from flask import Blueprint, abort, render_template

from storefront.models import Order
from storefront.offers import allowed_sites
from storefront.web import support
from storefront.web.support import allow_frames_on, keep_private

blueprint = Blueprint("framed_orders", __name__, url_prefix="/orders/<token>/framed")
blueprint.before_request(support.remove_return_parameters)
blueprint.after_request(keep_private)


@blueprint.get("")
def show(token: str) -> str:
    """A page for the frame that opens the order's page in place of the website, or links to it. It says nothing more:
    the website around it must not learn about the order.
    """
    order = Order.by_token(token) if token.isascii() and token.isprintable() else None
    if order is None:
        abort(404)
    support.set_page_language(order.language)
    allow_frames_on(allowed_sites(order.offer))
    return render_template("orders/framed.html", order=order)
