"""A receipt as a printable page."""

from flask import abort, render_template

from storefront import customers
from storefront.models import Document
from storefront.web import support
from storefront.web.customer import access

blueprint = access.customer_blueprint("receipts", f"{access.ACCOUNT_URL}/receipts/<key>")


@blueprint.get("")
def show(token: str, key: str) -> str:
    """`key` is the token of an order, or the public id of a renewal's invoice."""
    link = access.open_link(token)
    receipt = customers.receipt_of(link.email, key)
    if receipt is None:
        abort(404)
    support.set_page_language(receipt.order.language)
    return render_template(
        "my/receipts/show.html",
        token=token,
        receipt=receipt,
        documents=Document.issued_for(receipt.order, receipt.invoice),
        email=access.shown_email(link),
    )
