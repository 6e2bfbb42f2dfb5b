"""Card change: a setup intent saves another card, which is charged from then on and for an open invoice immediately.

The browser's return and the webhook both call `finish_card_change`. Repeating it charges no card twice.
"""

from contextlib import suppress
from datetime import datetime

from storefront import payments, stripe_gateway
from storefront.db import db
from storefront.errors import FieldErrors, StripeError, StripeNotFound, StripeRefused
from storefront.models import Invoice, Subscription, TimelineEntry, TimelineKind, public_id
from storefront.stripe_gateway import Intent, SubscriptionSnapshot
from storefront.subscriptions import policy, sync
from storefront.subscriptions.invoices import is_open_renewal
from storefront.subscriptions.policy import Action
from storefront.subscriptions.switching.pushing import keep_card


def begin_card_change(subscription: Subscription) -> Intent:
    """Create the setup intent whose client secret lets the browser save another card of this customer.

    Raises FieldErrors (card: subscription_ended, subscription_not_begun; card_tried_too_often if too many cards were
    declined within the last hour), and StripeError.
    """
    _require_allowed(subscription)
    if payments.subscription_reached_limit(subscription):
        raise FieldErrors({"card": ["card_tried_too_often"]})
    try:
        return stripe_gateway.create_card_setup(subscription, public_id())
    except (StripeNotFound, StripeRefused):
        # The customer may have been deleted at Stripe, which ends the subscription.
        sync.refresh_or_schedule(subscription)
        _require_allowed(subscription)
        raise


def finish_card_change(subscription: Subscription, setup_intent_id: str) -> Invoice | None:
    """Make the card that the setup intent saved the subscription's card, and pay the newest open invoice with it.

    Return that invoice in its new state: paid, or with what it `needs` (the bank's 3-D Secure check, another card).
    Return None if no invoice was open.

    Raises StripeNotFound for an intent of another customer; StripeRefused if no card was saved, with the `code` of the
    failed attempt; FieldErrors (card: subscription_ended), and other StripeError.
    """
    _require_allowed(subscription)
    card_id = _saved_card(subscription, setup_intent_id)
    try:
        _store_card(subscription, stripe_gateway.set_default_card(subscription, card_id))
        keep_card(subscription, card_id)
        invoice_id = _pay_open_invoice(subscription, card_id)
    finally:
        sync.refresh_or_schedule(subscription)
    return Invoice.get_or_none(Invoice.invoice_id == invoice_id) if invoice_id else None


def finish_interrupted_card_change(subscription: Subscription, setup_intent_id: str, saved_at: datetime | None) -> None:
    """Finish a card change whose browser did not come back. Raises StripeError if Stripe does not answer.

    Does nothing if the card was changed again after `saved_at` (a time at Stripe): events arrive late and unordered.
    """
    changed = (TimelineEntry.order == subscription.order_id) & (TimelineEntry.kind == TimelineKind.CARD_CHANGED)
    if saved_at is not None and TimelineEntry.select().where(changed, TimelineEntry.at >= saved_at).exists():
        return
    # The subscription has ended, or the card is gone: a retry would not help.
    with suppress(FieldErrors, StripeNotFound, StripeRefused):
        finish_card_change(subscription, setup_intent_id)


def record_failed_card_change(subscription: Subscription, setup_intent_id: str, attempt: str) -> None:
    """Count a declined attempt (`attempt` identifies it at Stripe). After too many, cancel the setup intent.

    With its client secret anybody could keep testing cards directly at Stripe. Raises StripeError.
    """
    if attempt:
        payments.record_decline(subscription.payment, attempt)
    if payments.subscription_reached_limit(subscription):
        # Refused: the intent is already canceled or done.
        with suppress(StripeRefused):
            stripe_gateway.cancel_setup_intent(subscription.merchant, setup_intent_id, subscription.currency)


def _require_allowed(subscription: Subscription) -> None:
    subscription.reload()
    code = policy.obstacle(subscription, Action.CHANGE_CARD, "buyer")
    if code:
        raise FieldErrors({"card": [code]})


def _saved_card(subscription: Subscription, setup_intent_id: str) -> str:
    """The id of the card that the setup intent saved. Raises as `finish_card_change` does."""
    if not setup_intent_id.startswith("seti_"):
        raise StripeNotFound(code="resource_missing")
    intent = stripe_gateway.retrieve_setup_intent(subscription.merchant, setup_intent_id, subscription.currency)
    if not intent.customer or intent.customer != subscription.customer_id:
        raise StripeNotFound(code="resource_missing")
    if intent.status != "succeeded":
        raise StripeRefused(code=intent.decline_code or intent.error_code or "setup_intent_unexpected_state")
    return intent.payment_method


def _store_card(subscription: Subscription, snapshot: SubscriptionSnapshot) -> None:
    """Store the card of the changed subscription, and add a timeline entry if it was not stored yet."""
    card = snapshot.card
    if card is None:
        return
    with db.atomic():
        subscription.order.lock()
        if sync.store_card(subscription, snapshot):
            subscription.order.note(TimelineKind.CARD_CHANGED, by="buyer", brand=card.brand, last4=card.last4)


def _pay_open_invoice(subscription: Subscription, card_id: str) -> str:
    """Pay the newest open invoice of a renewal with the card. Return its id, or "" if there is none."""
    merchant = subscription.merchant
    snapshots = stripe_gateway.list_invoices(merchant, subscription.subscription_id or "")
    open_renewals = [snapshot for snapshot in snapshots if is_open_renewal(snapshot)]
    if not open_renewals:
        return ""
    invoice = open_renewals[-1]
    intent = stripe_gateway.retrieve_intent(merchant, invoice.intent_id) if invoice.intent_id else None
    if intent is None or intent.payment_method != card_id:
        # Declined, 3-D Secure required, or paid in the meantime: the next refresh reads that from the invoice.
        with suppress(StripeError):
            stripe_gateway.pay_invoice(merchant, invoice.id, card_id)
    return invoice.id
