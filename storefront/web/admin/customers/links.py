"""The link to a customer's own page, for copying, and as a QR code for somebody at the counter."""

from flask import Blueprint, render_template

from storefront.web.admin import shared
from storefront.web.admin.shared import account_url, order_or_404

blueprint = Blueprint("customer_links", __name__, url_prefix="/customers/<token>/link")


@blueprint.get("")
def show(token: str) -> str:
    """It opens the customer's orders to whoever has it, so it stands on this page only."""
    order = order_or_404(token)
    link = account_url(order)
    return render_template("admin/customers/link.html", order=order, link=link, qr_code=shared.qr_code_svg(link))
