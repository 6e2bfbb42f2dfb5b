"""The page itself: subscriptions, orders, and what its owner can settle about themselves."""

from flask import render_template, request

from storefront import customers as buyers
from storefront.web.admin.labels.errors import order_status
from storefront.web.customer import access as door
from storefront.web.customer import messages as words
from storefront.web.customer import subscription_view as subscription_pages
from storefront.web.support import languages

blueprint = door.pages("page", door.PAGE)


@blueprint.get("")
def show(token: str) -> str:
    """All that the address this link was made for has here; of nobody else, ever."""
    email = door.email_of(token)
    belongings = buyers.belongings_of(email)
    if belongings.language:
        languages.speak(belongings.language)
    return render_template(
        "my/account.html",
        token=token,
        email=email,
        orders=belongings.orders,
        shown=[subscription_pages.shown(held) for held in belongings.subscriptions],
        letters_in=belongings.language,
        modes=belongings.modes,
        notice=words.notice(request.args.get("done", "")),
        order_status=order_status,
    )
