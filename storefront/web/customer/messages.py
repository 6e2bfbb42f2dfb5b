"""Messages of the customer pages."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront.models import Subscription
from storefront.web import support

# By the `done` parameter of the account page's address.
NOTICES: Mapping[str, LazyString] = {
    "language": _l("From now on letters come in this language."),
    "email": _l(
        "Your email address is changed. Letters come to the new one, and this page has a new address: keep it."
    ),
    "card": _l("Your new card is saved. It is charged from now on."),
    "card_paid": _l("Your new card is saved, and what was open is paid with it."),
    "cancelled": _l("It is cancelled."),
    "kept": _l("It goes on. Nothing is cancelled any more."),
}


def notice(code: str) -> str:
    """The confirmation of the change that was just made; "" for an unknown code."""
    return str(NOTICES.get(code, ""))


def price(subscription: Subscription) -> str:
    """What is charged each time, and how often; or that it can’t be shown, and whom to ask."""
    if note := support.unclear_terms(subscription):
        whom_to_ask = _("The seller can tell you the amount.")
        return f"{note} {whom_to_ask}"
    order = subscription.order
    agreed = (order.recurring_total, order.every, order.interval)
    if subscription.is_plan and agreed == (subscription.total, subscription.every, subscription.interval):
        return support.price_sentence(order, subscription.total)
    return support.subscription_price(subscription)


def card(subscription: Subscription) -> str:
    """`Visa •••• 4242`; "" if no card is saved."""
    return support.card_name(subscription.card_brand, subscription.card_last4) if subscription.card_last4 else ""


def card_expiry(subscription: Subscription) -> str:
    """`05/2027`; "" if it is unknown."""
    return support.card_expiry(subscription.card_exp_month, subscription.card_exp_year)


def masked_email(email: str) -> str:
    """`m•••@example.com`: the owner recognizes it, a stranger who got the email by mistake learns nothing."""
    local, _at, domain = email.rpartition("@")
    return f"{local[:1]}•••@{domain}"


def same_address() -> str:
    """The new address is the current one."""
    return _("This is the address that you have already.")


def too_many_emails() -> str:
    """The limit of confirmation emails is reached; nothing was sent."""
    return _("Too many letters were asked for. Please wait an hour and try again.")


def stripe_unreachable() -> str:
    """Stripe could not be reached; as far as we know nothing has changed."""
    return _("The payment service could not be reached. Nothing was charged. Please try again in a moment.")


def not_possible() -> str:
    """Stripe refused, and a retry won't help."""
    words = _("This can’t be done at the moment. Nothing was changed. Please try again later or ask the seller.")
    return support.with_contact(words)


def changed_meanwhile() -> str:
    """The requested change is no longer allowed in the subscription's current state."""
    return _("It has changed meanwhile. Please look again and decide anew.")
