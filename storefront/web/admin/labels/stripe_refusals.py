"""What Stripe permanently refuses a merchant, and what to do about it."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront.models import Refund, StripeRefusal
from storefront.stripe_gateway import ACCESS, CHARGES, CREATE_REFUND, KEY, PERMISSION

TEXTS: Mapping[str, Any] = {
    KEY: _l("Stripe no longer accepts the secret key. Click Edit and enter the current key."),
    ACCESS: _l("The key no longer has access to the Stripe account. Sign in to Stripe and check the account."),
    CHARGES: _l(
        "Stripe isn’t accepting payments for this account. Sign in to Stripe: the Dashboard shows what is missing."
    ),
}
# What does not work meanwhile, by the resource in the path of the call.
CONSEQUENCES: Mapping[str, Any] = {
    "refunds": _l("Refunds are on hold."),
    "payment_intents": _l("Payments can’t be made or checked."),
    "setup_intents": _l("Cards can’t be saved."),
    "subscriptions": _l("Subscriptions can’t be started or changed."),
    "subscription_schedules": _l("Payment plans can’t be started or changed."),
    "webhook_endpoints": _l("The webhook can’t be registered or checked."),
    "events": _l("Missed events can’t be fetched."),
    "disputes": _l("The shop can’t see disputes."),
}


def stripe_refusal(refusal: StripeRefusal) -> str:
    """What Stripe refuses, what does not work meanwhile, and what to do."""
    if refusal.kind != PERMISSION:
        return str(TEXTS[refusal.kind])
    resource = [*refusal.call.split("/"), "", ""][2]
    sentences = [
        _("The secret key is missing the permission “%(permission)s”.", permission=refusal.permission_name)
        if refusal.permission
        else _("The secret key is missing a permission. Stripe: “%(words)s”", words=refusal.words),
        str(CONSEQUENCES.get(resource, "")),
        _("Add it to the key in Stripe, then click Check connection."),
    ]
    return " ".join(filter(None, sentences))


def refund_waiting(refund: Refund) -> str:
    """Why a refund is not made yet."""
    refusals = StripeRefusal.of_call(refund.payment.merchant_id, CREATE_REFUND)
    if refusals:
        return _("Stripe rejects it. %(why)s", why=stripe_refusal(refusals[0]))
    return _("Refund requested. Waiting for Stripe; we retry every minute.")
