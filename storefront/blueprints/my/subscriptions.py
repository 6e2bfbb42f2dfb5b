"""One subscription with all its receipts, however long it has been running."""

from flask import render_template

from storefront.blueprints.my import door, subscription_pages

blueprint = door.pages("subscriptions", door.SUBSCRIPTION)


@blueprint.get("")
def show(token: str, public_id: str) -> str:
    """How it stands, and every payment."""
    held = door.held(token, public_id)
    return render_template("my/subscriptions/show.html", token=token, one=subscription_pages.shown(held))
