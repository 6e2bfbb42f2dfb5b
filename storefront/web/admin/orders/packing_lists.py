"""A list to print: what goes into each parcel, and where it goes."""

from flask import Blueprint, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront.models import Order, OrderAnswer, OrderLine
from storefront.models.search import chosen_orders
from storefront.web.admin.orders.orders import search_from_query
from storefront.web.admin.shared import chosen_rows, show_error
from storefront.web.support import form_page

blueprint = Blueprint("packing_lists", __name__, url_prefix="/orders/packing-list")

MOST_PRINTED = 200


@blueprint.get("")
def show() -> str:
    """The orders that match the search of the list, at most MOST_PRINTED."""
    found = next(search_from_query().iterate(), [])
    return _sheet(found[:MOST_PRINTED], is_complete=len(found) <= MOST_PRINTED)


@blueprint.post("")
def create() -> str | Response:
    """The orders that were chosen in the list."""
    orders = chosen_orders(chosen_rows())
    if not orders:
        show_error(_("Select at least one order."))
        return redirect(form_page(), 303)
    return _sheet(orders)


def _sheet(orders: list[Order], is_complete: bool = True) -> str:
    orders = sorted((order for order in orders if order.is_posted), key=lambda order: order.id)
    return render_template(
        "admin/orders/shipments/packing_list.html",
        orders=orders,
        lines=OrderLine.by_order(orders),
        answers=OrderAnswer.by_order(orders),
        is_complete=is_complete,
        most=MOST_PRINTED,
    )
