"""The page itself: subscriptions, orders, and what its owner can settle about themselves."""

from flask import render_template, request

from storefront import customers
from storefront.web import support
from storefront.web.customer import access, messages, subscription_view

blueprint = access.customer_blueprint("page", access.PAGE)


@blueprint.get("")
def show(token: str) -> str:
    """All that the address this link was made for has here; of nobody else, ever."""
    email = access.email_or_404(token)
    belongings = customers.purchases_of(email)
    if belongings.language:
        support.set_page_language(belongings.language)
    return render_template(
        "my/account.html",
        token=token,
        email=email,
        orders=belongings.orders,
        shown=[subscription_view.subscription_view(held) for held in belongings.subscriptions],
        letters_in=belongings.language,
        modes=belongings.modes,
        notice=messages.notice(request.args.get("done", "")),
    )
