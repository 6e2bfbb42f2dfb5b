"""A receipt as a page to be printed or kept."""

from flask import abort, render_template

from storefront import customers as buyers
from storefront.emails import signed_links as buyers_links
from storefront.web.customer import access as door
from storefront.web.support import languages

blueprint = door.pages("receipts", f"{door.PAGE}/receipts/<key>")


@blueprint.get("")
def show(token: str, key: str) -> str:
    """`key` is the token of an order, or the public id of a later period's invoice."""
    receipt = buyers.receipt_of(door.email_of(token), key)
    if receipt is None:
        abort(404)
    languages.speak(receipt.order.language)
    return render_template("my/receipts/show.html", token=token, receipt=receipt, shop=buyers_links.shop())
