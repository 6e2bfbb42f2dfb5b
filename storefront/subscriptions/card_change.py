"""Another card for a subscription: kept by a setup intent, charged from then on, tried at once where something is open.

Browser and webhook come to the same `finish`; repeating it tries no card twice.
"""

from contextlib import suppress
from datetime import datetime

from storefront import payments, stripe_gateway
from storefront.db import db
from storefront.errors import FieldErrors, StripeError, StripeNotFound, StripeRefused
from storefront.models import FIRST_INVOICE, Invoice, Subscription, TimelineEntry, public_id
from storefront.stripe_gateway import Intent, SubscriptionSnapshot
from storefront.subscriptions import policy
from storefront.subscriptions.actions import refresh_or_schedule
from storefront.subscriptions.policy import Action

CHANGED = "subscription_card_changed"


def begin_card_change(subscription: Subscription) -> Intent:
    """A SetupIntent with whose client secret the browser keeps another card of this customer's.

    Raises FieldErrors (card: subscription_ended, subscription_not_begun; card_tried_too_often: too many cards were
    declined within the hour), and StripeError.
    """
    _require_allowed(subscription)
    if payments.subscription_reached_limit(subscription):
        raise FieldErrors({"card": ["card_tried_too_often"]})
    return stripe_gateway.create_card_setup(subscription, public_id())


def finish_card_change(subscription: Subscription, setup_intent_id: str) -> Invoice | None:
    """Charge the card that this setup intent has kept from now on, and try the newest open invoice with it.

    The invoice as it stands then (paid, or what it `needs`: its bank asks, or the card was declined); None where
    nothing was open. Raises StripeNotFound for another customer's intent; StripeRefused where no card was kept, `code`
    being that of the failed attempt; FieldErrors (card: subscription_ended), and other StripeError.
    """
    _require_allowed(subscription)
    card_id = _kept_card(subscription, setup_intent_id)
    try:
        _remember(subscription, stripe_gateway.set_default_card(subscription, card_id))
        invoice_id = _try_open_invoice(subscription, card_id)
    finally:
        refresh_or_schedule(subscription)
    return Invoice.get_or_none(Invoice.invoice_id == invoice_id) if invoice_id else None


def finish_interrupted_card_change(subscription: Subscription, setup_intent_id: str, kept_at: datetime | None) -> None:
    """Finish what its buyer's browser has not come back for. Raises StripeError when Stripe can't be asked.

    Not when another change is younger than this card (`kept_at` at Stripe): events come late, and in any order.
    """
    changed = (TimelineEntry.order == subscription.order_id) & (TimelineEntry.kind == CHANGED)
    if kept_at is not None and TimelineEntry.select().where(changed, TimelineEntry.at >= kept_at).exists():
        return
    # It has ended, or the card has gone: nothing more can come of it.
    with suppress(FieldErrors, StripeNotFound, StripeRefused):
        finish_card_change(subscription, setup_intent_id)


def record_failed_card_change(subscription: Subscription, setup_intent_id: str, attempt: str) -> None:
    """Count a declined attempt (`attempt` names it); after too many its setup intent takes no further card.

    Its client secret lets anybody try cards at Stripe directly. Raises StripeError.
    """
    if attempt:
        payments.record_decline(subscription.payment, attempt)
    if payments.subscription_reached_limit(subscription):
        # Refused: it has ended already.
        with suppress(StripeRefused):
            stripe_gateway.cancel_setup_intent(subscription.merchant, setup_intent_id, subscription.currency)


def _require_allowed(subscription: Subscription) -> None:
    subscription.reload()
    code = policy.obstacle(subscription, Action.CHANGE_CARD, "buyer")
    if code:
        raise FieldErrors({"card": [code]})


def _kept_card(subscription: Subscription, setup_intent_id: str) -> str:
    if not setup_intent_id.startswith("seti_"):
        raise StripeNotFound(code="resource_missing")
    intent = stripe_gateway.retrieve_setup_intent(subscription.merchant, setup_intent_id, subscription.currency)
    if not intent.customer or intent.customer != subscription.customer_id:
        raise StripeNotFound(code="resource_missing")
    if intent.status != "succeeded":
        raise StripeRefused(code=intent.decline_code or intent.error_code or "setup_intent_unexpected_state")
    return intent.payment_method


def _remember(subscription: Subscription, changed: SubscriptionSnapshot) -> None:
    """The first to come here writes the timeline."""
    card = changed.card
    if card is None:
        return
    with db.atomic():
        another = (Subscription.id == subscription.id) & (Subscription.card_id != card.id)
        if Subscription.update(card_id=card.id).where(another).execute():
            subscription.order.note(CHANGED, by="buyer", brand=card.brand, last4=card.last4)


def _try_open_invoice(subscription: Subscription, card_id: str) -> str:
    """The id of the newest later period's invoice that is open, tried with the card; "" where there is none."""
    merchant = subscription.merchant
    found = stripe_gateway.list_invoices(merchant, subscription.subscription_id or "")
    waiting = [one for one in found if one.status == "open" and one.reason != FIRST_INVOICE]
    if not waiting:
        return ""
    invoice = waiting[-1]
    intent = stripe_gateway.retrieve_intent(merchant, invoice.intent_id) if invoice.intent_id else None
    if intent is None or intent.payment_method != card_id:
        # Declined, its bank asks, or paid meanwhile: the invoice itself says so when it is asked about next.
        with suppress(StripeError):
            stripe_gateway.pay_invoice(merchant, invoice.id, card_id)
    return invoice.id
