"""Messages of the customer pages."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront.models import PlanSwitch, Subscription
from storefront.subscriptions import SwitchTarget
from storefront.web import support

# By the `done` parameter of the account page's address.
NOTICES: Mapping[str, LazyString] = {
    "language": _l("Email language updated"),
    "email": _l("Email address updated. Emails go to the new address; bookmark this page, its link has changed."),
    "card": _l("Card updated. We’ll use it for future payments."),
    "card_paid": _l("Card updated and the open payment is paid."),
    "cancelled": _l("Subscription canceled"),
    "switched": _l("Plan switched"),
    "switch_scheduled": _l("Plan switch scheduled. We’ve emailed you the details."),
    "switch_asked": _l("We’re switching your plan. We’ll email you as soon as it’s done."),
    "plan_kept": _l("Your plan stays the same. Nothing was charged."),
    "kept": _l("Subscription kept. Nothing will be canceled."),
}


def notice(code: str) -> str:
    """The confirmation of the change that was just made; "" for an unknown code."""
    return str(NOTICES.get(code, ""))


def price(subscription: Subscription) -> str:
    """What is charged each time, and how often; or that it can’t be shown, and whom to ask."""
    if note := support.unclear_terms(subscription):
        whom_to_ask = _("Contact the seller for the amount.")
        return f"{note} {whom_to_ask}"
    order = subscription.order
    agreed = (order.recurring_total, order.every, order.interval)
    if subscription.is_plan and agreed == (subscription.total, subscription.every, subscription.interval):
        return support.price_sentence(order, subscription.total)
    return support.subscription_price(subscription)


def plan_price(switch: PlanSwitch) -> str:
    """`€100.00 every year`: each charge of the plan that a switch leads to."""
    return f"{support.money(switch.total)} {support.interval_text(switch)}"


def charge_of(target: SwitchTarget) -> str:
    """The same of a plan to choose."""
    return f"{support.money(target.charge)} {support.interval_text(target.option)}"


def card(subscription: Subscription) -> str:
    """`Visa •••• 4242`; "" if no card is saved."""
    return support.card_name(subscription.card_brand, subscription.card_last4) if subscription.card_brand else ""


def card_expiry(subscription: Subscription) -> str:
    """`05/2027`; "" if it is unknown."""
    return support.card_expiry(subscription.card_exp_month, subscription.card_exp_year)


def masked_email(email: str) -> str:
    """`m•••@example.com`: the owner recognizes it, a stranger who got the email by mistake learns nothing."""
    local, _at, domain = email.rpartition("@")
    return f"{local[:1]}•••@{domain}"


def same_address() -> str:
    """The new address is the current one."""
    return _("This is already your address")


def too_many_emails() -> str:
    """The limit of confirmation emails is reached; nothing was sent."""
    return _("Too many emails requested. Try again in an hour.")


def stripe_unreachable() -> str:
    """Stripe could not be reached; as far as we know nothing has changed."""
    return _("The payment service is unavailable. You haven’t been charged. Try again in a moment.")


def not_possible() -> str:
    """Stripe refused, and a retry won't help."""
    words = _("This isn’t possible right now. Nothing was changed. Try again later or contact the seller.")
    return support.with_contact(words)


def changed_meanwhile() -> str:
    """The requested change is no longer allowed in the subscription's current state."""
    return _("This has changed in the meantime. Check and try again.")
