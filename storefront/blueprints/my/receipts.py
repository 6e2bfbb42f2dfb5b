"""A receipt as a page to be printed or kept."""

from flask import abort, render_template

from storefront import buyers, buyers_links
from storefront.blueprints.my import door
from storefront.web import languages

blueprint = door.pages("receipts", f"{door.PAGE}/receipts/<key>")


@blueprint.get("")
def show(token: str, key: str) -> str:
    """`key` is the token of an order, or the public id of a later period's invoice."""
    receipt = buyers.receipt_of(door.email_of(token), key)
    if receipt is None:
        abort(404)
    languages.speak(receipt.order.language)
    return render_template("my/receipts/show.html", token=token, receipt=receipt, shop=buyers_links.shop())
