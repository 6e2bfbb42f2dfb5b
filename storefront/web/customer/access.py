"""Access to the customer pages: the token in the address was made for one email address. There is no session."""

import re
from typing import NoReturn

from flask import Blueprint, abort, make_response, render_template, request

from storefront import customers, emails
from storefront.emails import AccountAccess
from storefront.subscriptions import CustomerSubscription
from storefront.web import support
from storefront.web.customer import messages
from storefront.web.support import csrf, keep_private, require_same_origin

# Public addresses: they are in emails that customers keep.
ACCOUNT_URL = "/my/<token>"
SUBSCRIPTION_URL = f"{ACCOUNT_URL}/subscriptions/<public_id>"
# Where a new link may lead, below the account page.
PAGES_OF_NEW_LINKS = re.compile(r"email|#data|subscriptions/[\w-]{1,64}/(?:cancellation|switch)", re.ASCII)


def customer_blueprint(name: str, url_prefix: str) -> Blueprint:
    """A blueprint of customer pages: POST requests must come from our own origin, and no cache stores an answer."""
    blueprint = Blueprint(name, __name__, url_prefix=url_prefix)
    # There is no session that could hold a CSRF token: the origin is checked instead.
    csrf.exempt(blueprint)
    blueprint.before_request(require_same_origin)
    blueprint.after_request(keep_private)
    blueprint.context_processor(lambda: {"messages": messages})
    return blueprint


def open_link(token: str) -> AccountAccess:
    """The link, if it opens the account page. Else answers that it is invalid, or how to get a new one."""
    link = emails.account_access(token)
    if link is None:
        abort_invalid_link()
    if not link.is_open:
        _abort_with(render_template("my/login_links/expired.html", token=token))
    return link


def email_or_404(token: str) -> str:
    """The email address that an open link was made for."""
    return open_link(token).email


def email_of_fresh_link(token: str, page: str) -> str:
    """The email address, if the link was mailed within the last hour. Else offers a new link that leads to `page`.

    `page` is one of PAGES_OF_NEW_LINKS. What takes an account over, or can't be taken back, needs the mailbox at that
    moment: old emails are forwarded and read by others.
    """
    link = open_link(token)
    if not link.is_fresh:
        language = customers.purchases_of(link.email).language
        if language:
            support.set_page_language(language)
        _abort_with(render_template("my/login_links/renewal.html", token=token, page=page))
    return link.email


def shown_email(link: AccountAccess) -> str:
    """The address as the pages of this link show it: in full only if whoever sees it reads the mailbox."""
    return link.email if link.is_fresh else messages.masked_email(link.email)


def subscription_or_404(token: str, public_id: str) -> CustomerSubscription:
    """The subscription, if it belongs to the token's email address. The page gets the language of its order."""
    found = customers.subscription_of(email_or_404(token), public_id)
    if found is None:
        abort(404)
    support.set_page_language(found.subscription.order.language)
    return found


def _abort_with(page: str) -> NoReturn:
    """The page instead of the one that was asked for. 403 if something should have changed."""
    abort(make_response(page, 200 if request.method == "GET" else 403))


def abort_invalid_link() -> NoReturn:
    """404: the link is not one of ours, is incomplete, or has expired."""
    abort(make_response(render_template("my/login_links/invalid.html"), 404))
