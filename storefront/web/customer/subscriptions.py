"""One subscription with all its receipts, however long it has been running."""

from flask import render_template

from storefront.web.customer import access as door
from storefront.web.customer import subscription_view as subscription_pages

blueprint = door.pages("subscriptions", door.SUBSCRIPTION)


@blueprint.get("")
def show(token: str, public_id: str) -> str:
    """How it stands, and every payment."""
    held = door.held(token, public_id)
    return render_template("my/subscriptions/show.html", token=token, one=subscription_pages.shown(held))
