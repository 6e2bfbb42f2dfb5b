"""URLs in emails: absolute, with the reader's language, and signed where they need to be."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from storefront.emails import team_links
from storefront.emails.account_links import make_account_token
from storefront.emails.signed_links import make_email_change_token, make_pay_key, make_undo_token
from storefront.models import Email, Order, TeamInvitation
from storefront.runtime import current

# Paths by `Kind.link`. In an email without an order, a link of the first table leads to the dashboard instead.
_ORDER_PATHS: dict[str, Callable[[Order], str]] = {
    "order": lambda order: f"/orders/{order.token}",
    "pay": lambda order: f"/orders/{order.token}/pay",
    "withdraw": lambda order: f"/orders/{order.token}/withdraw",
    "tracking": lambda order: f"/orders/{order.token}",
    "pay_with_key": lambda order: f"/orders/{order.token}/pay?key={make_pay_key(order)}",
    "offer": lambda order: f"/o/{quote(order.offer.slug)}",
    "admin_order": lambda order: f"/admin/orders/{order.token}",
}
# The argument is an Email. Its order or subscription is set in each kind that has such a link.
_OTHER_PATHS: dict[str, Callable[[Any], str]] = {
    "account": lambda email: _account_path(email.recipient, email.detail.get("page", "")),
    "offer_page": lambda email: f"/o/{quote(email.detail.get('slug', ''))}",
    "confirm_email": lambda email: f"/my/email/{make_email_change_token(email.order.email, email.recipient)}",
    "undo_email": lambda email: (
        f"/my/undo/{make_undo_token(email.detail['change'])}" if "change" in email.detail else "/my"
    ),
    "request": lambda email: f"/r/{email.detail['request']}",
    "invitation": lambda email: f"/admin/invitations/{team_links.make_invitation_token(email.detail['key'])}",
    "new_password": lambda email: f"/admin/new-password/{team_links.password_token_of(email)}",
    "settings": lambda email: "/admin/settings/payment-systems/stripe",
    "endpoint": lambda email: f"/admin/settings/webhooks/{email.detail.get('endpoint', '')}",
    "notifications": lambda email: "/admin/settings/notifications",
    "limits": lambda email: "/admin/settings/limits",
    "doctor": lambda email: "/admin/doctor",
    "password": lambda email: "/admin/password",
    "own_account": lambda email: "/admin/account",
    "admin_offer": lambda email: f"/admin/offers/{email.detail.get('offer', '')}#offer-delivery",
    "admin_subscription": lambda email: f"/admin/subscriptions/{email.subscription.public_id}",
}
_SAMPLE_PATHS = {
    "invitation": "/admin/invitations/…",
    "new_password": "/admin/new-password/…",
    "settings": "/admin/settings/payment-systems/stripe",
    "endpoint": "/admin/settings/webhooks/…",
    "notifications": "/admin/settings/notifications",
    "limits": "/admin/settings/limits",
    "doctor": "/admin/doctor",
    "password": "/admin/password",
    "own_account": "/admin/account",
    "order": "/orders/…",
    "document": "/orders/…/documents/…",
    "tracking": "/orders/…",
    "request": "/r/…",
    "withdraw": "/orders/…/withdraw",
    "pay": "/orders/…/pay",
    "pay_with_key": "/orders/…/pay?key=…",
    "offer": "/o/…",
    "offer_page": "/o/…",
    "account": "/my/…",
    "admin_order": "/admin/orders/…",
    "admin_offer": "/admin/offers/…",
    "admin_subscription": "/admin/subscriptions/…",
    "confirm_email": "/my/email/…",
    "undo_email": "/my/undo/…",
    "unsubscribe": "/unsubscribe/…",
}
_DASHBOARD_PATH = "/admin"


def link_url(link: str, email: Email, language: str) -> str:
    """Return the URL of an email's button; `link` is its `Kind.link`. Keys in it are new: their lifetime starts now."""
    order: Order | None = email.order
    if order is not None and link == "pay_with_key" and order.email.lower() != email.recipient.lower():
        # The customer's address has changed since: a key for the new one must not go to the old mailbox.
        link = "pay"
    if order is not None and link == "tracking" and order.tracking_link:
        # The carrier's page, or the owner's own.
        return order.tracking_link
    if order is not None and link in _ORDER_PATHS:
        return _absolute(_ORDER_PATHS[link](order), language)
    return _absolute(_OTHER_PATHS[link](email) if link in _OTHER_PATHS else _DASHBOARD_PATH, language)


def sample_link_url(link: str, language: str) -> str:
    """Return an example of such a URL for previews. It opens nothing."""
    return _absolute(_SAMPLE_PATHS[link], language)


def pay_url(order: Order) -> str:
    """Return the URL where the customer pays with the saved card or another one. Valid for `PAY_KEY_LIFETIME`."""
    return _absolute(_ORDER_PATHS["pay_with_key"](order), order.language)


def invitation_url(invitation: TeamInvitation, language: str) -> str:
    """Return the URL where the invited person joins the team."""
    return _absolute(f"/admin/invitations/{team_links.make_invitation_token(invitation.key)}", language)


def document_url(order: Order, number: str, language: str) -> str:
    """Return the URL of an invoice or a credit note of the order."""
    return _absolute(f"/orders/{order.token}/documents/{number}", language)


def _account_path(recipient: str, page: str) -> str:
    """The account page of the mailbox that the email goes to, or the page below it that was asked for."""
    token = make_account_token(recipient)
    return f"/my/{token}{page if page.startswith('#') else f'/{page}'}" if page else f"/my/{token}"


def _absolute(path: str, language: str) -> str:
    """Without a `language` the page keeps the one that its reader has chosen."""
    if not language:
        return f"{current().config.public_url}{path}"
    path, hash_sign, place = path.partition("#")
    return f"{current().config.public_url}{path}{'&' if '?' in path else '?'}lang={language}{hash_sign}{place}"
