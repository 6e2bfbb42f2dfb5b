"""The link to a customer's own page, for copying, and as a QR code for somebody at the counter."""

from flask import Blueprint, render_template

from storefront.web.admin.orders.orders import find
from storefront.web.admin.shared import qr_codes
from storefront.web.admin.shared.urls import my_address

blueprint = Blueprint("customer_links", __name__, url_prefix="/customers/<token>/link")


@blueprint.get("")
def show(token: str) -> str:
    """It opens the customer's orders to whoever has it, so it stands on this page only."""
    order = find(token)
    link = my_address(order)
    return render_template("admin/customers/link.html", order=order, link=link, qr_code=qr_codes.svg(link))
