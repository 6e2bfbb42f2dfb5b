"""The link to a customer's account page, to copy it or show it as a QR code."""

from flask import Blueprint, render_template

from storefront.web.admin.shared import account_url, order_or_404, qr_code_svg

blueprint = Blueprint("customer_account_links", __name__, url_prefix="/customers/<token>/link")


@blueprint.get("")
def show(token: str) -> str:
    """Only this page shows the link: whoever has it sees all of the customer's orders."""
    order = order_or_404(token)
    link = account_url(order)
    return render_template("admin/customers/account_link.html", order=order, link=link, qr_code=qr_code_svg(link))
