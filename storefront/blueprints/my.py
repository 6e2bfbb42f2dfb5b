"""A buyer's own page: all their orders, opened by the signed link that their letters carry."""

from flask import Blueprint, abort, render_template

from storefront import buyers_links
from storefront.blueprints.admin.wording import order_status
from storefront.models import Order
from storefront.web import languages
from storefront.web.security import keep_private

blueprint = Blueprint("my", __name__, url_prefix="/my/<token>")
blueprint.after_request(keep_private)
MOST = 200


@blueprint.get("")
def show(token: str) -> str:
    """The orders of the address this link was made for, newest first; of nobody else, ever."""
    email = buyers_links.buyer_of(token)
    if email is None:
        abort(404)
    orders = Order.of_buyer(email, MOST)
    if orders:
        languages.speak(orders[0].language)
    return render_template("my/show.html", email=email, orders=orders, order_status=order_status)
