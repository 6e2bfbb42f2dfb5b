"""The customer's account page: subscriptions, orders and settings."""

from flask import render_template, request

from storefront import customers
from storefront.web import support
from storefront.web.customer import access, messages, subscription_view

blueprint = access.customer_blueprint("account", access.ACCOUNT_URL)


@blueprint.get("")
def show(token: str) -> str:
    """Everything that belongs to the token's email address, and nothing else."""
    link = access.open_link(token)
    purchases = customers.purchases_of(link.email)
    if purchases.language:
        support.set_page_language(purchases.language)
    return render_template(
        "my/account.html",
        token=token,
        email=access.shown_email(link),
        orders=purchases.orders,
        deliveries=customers.deliveries_of(purchases),
        views=[subscription_view.subscription_view(one) for one in purchases.subscriptions],
        email_language=purchases.language,
        modes=purchases.modes,
        notice=messages.notice(request.args.get("done", "")),
    )
