"""Access to the customer pages: the signed token in the address names an email address. There is no session."""

from typing import NoReturn

from flask import Blueprint, abort, make_response, render_template

from storefront import customers, emails
from storefront.subscriptions import CustomerSubscription
from storefront.web import support
from storefront.web.customer import messages
from storefront.web.support import csrf, keep_private, require_same_origin

# Public addresses: they are in emails that customers keep.
ACCOUNT_URL = "/my/<token>"
SUBSCRIPTION_URL = f"{ACCOUNT_URL}/subscriptions/<public_id>"


def customer_blueprint(name: str, url_prefix: str) -> Blueprint:
    """A blueprint of customer pages: POST requests must come from our own origin, and no cache stores an answer."""
    blueprint = Blueprint(name, __name__, url_prefix=url_prefix)
    # There is no session that could hold a CSRF token: the origin is checked instead.
    csrf.exempt(blueprint)
    blueprint.before_request(require_same_origin)
    blueprint.after_request(keep_private)
    blueprint.context_processor(lambda: {"messages": messages})
    return blueprint


def email_or_404(token: str) -> str:
    """The email address that the token was signed for. Answers 404 if the token is invalid or expired."""
    email = emails.read_account_token(token)
    if email is None:
        abort_invalid_link()
    return email


def subscription_or_404(token: str, public_id: str) -> CustomerSubscription:
    """The subscription, if it belongs to the token's email address. The page gets the language of its order."""
    found = customers.subscription_of(email_or_404(token), public_id)
    if found is None:
        abort(404)
    support.set_page_language(found.subscription.order.language)
    return found


def abort_invalid_link() -> NoReturn:
    """404: the link is not one of ours, is incomplete, or has expired."""
    abort(make_response(render_template("my/login_links/invalid.html"), 404))
