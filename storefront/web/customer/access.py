"""Who comes in to a buyer's pages: the signed token says whose they are, and nobody is signed in."""

from typing import NoReturn

from flask import Blueprint, abort, make_response, render_template, request

from storefront import customers, emails
from storefront.subscriptions import CustomerSubscription
from storefront.web import support
from storefront.web.customer import messages as words
from storefront.web.support import csrf, keep_private, require_same_origin

# In addresses as the outside knows them.
PAGE = "/my/<token>"
SUBSCRIPTION = f"{PAGE}/subscriptions/<public_id>"


def customer_blueprint(name: str, prefix: str) -> Blueprint:
    """A blueprint of such pages: what is sent to it has to come from our own pages, and no cache keeps an answer."""
    blueprint = Blueprint(f"my_{name}", __name__, url_prefix=prefix)
    # Nobody is signed in here, so no session could hold a token: the origin is checked instead.
    csrf.exempt(blueprint)
    blueprint.before_request(_require_own_page)
    blueprint.after_request(keep_private)
    blueprint.context_processor(lambda: {"words": words})
    return blueprint


def _require_own_page() -> None:
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        require_same_origin()


def email_or_404(token: str) -> str:
    """The email address this link was made for. Answers 404, with the way to a new link, when it isn't one of ours."""
    email = emails.read_account_token(token)
    if email is None:
        invalid_link_page()
    return email


def subscription_or_404(token: str, public_id: str) -> CustomerSubscription:
    """The subscription with this name, if it is this buyer's; 404 for anybody else's."""
    found = customers.subscription_of(email_or_404(token), public_id)
    if found is None:
        abort(404)
    support.set_page_language(found.subscription.order.language)
    return found


def invalid_link_page() -> NoReturn:
    """404: a link that was never made here, was cut off on its way, or is too old."""
    abort(make_response(render_template("my/login_links/invalid.html"), 404))
