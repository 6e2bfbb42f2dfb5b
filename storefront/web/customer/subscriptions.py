"""One subscription with all its receipts, however long it has been running."""

from flask import render_template

from storefront.web.customer import access, subscription_view

blueprint = access.customer_blueprint("subscriptions", access.SUBSCRIPTION)


@blueprint.get("")
def show(token: str, public_id: str) -> str:
    """How it stands, and every payment."""
    held = access.subscription_or_404(token, public_id)
    return render_template("my/subscriptions/show.html", token=token, one=subscription_view.subscription_view(held))
