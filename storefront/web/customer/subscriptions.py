"""One subscription with all its receipts."""

from flask import render_template

from storefront.web.customer import access, subscription_view

blueprint = access.customer_blueprint("subscriptions", access.SUBSCRIPTION_URL)


@blueprint.get("")
def show(token: str, public_id: str) -> str:
    """Status, actions and every receipt."""
    customer_subscription = access.subscription_or_404(token, public_id)
    view = subscription_view.subscription_view(customer_subscription)
    return render_template("my/subscriptions/show.html", token=token, view=view)
