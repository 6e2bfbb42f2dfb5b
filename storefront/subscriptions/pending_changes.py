"""Pending changes: pushes to Stripe what our rows say and Stripe does not have yet."""

from contextlib import suppress

from storefront import payments, stripe_gateway
from storefront.errors import StripeNotFound, StripeRefused
from storefront.models import RUNNING_STATUSES, Subscription, now
from storefront.stripe_gateway import SubscriptionSnapshot
from storefront.subscriptions import invoices, plan_end, promised_end
from storefront.subscriptions.switching.pushing import keep_card, push_switch


def push_pending_changes(subscription: Subscription, snapshot: SubscriptionSnapshot) -> bool:
    """Push pending local changes (email, card, cancellation) to Stripe, and set promised ends that it has lost.

    Return True if the subscription changed there. `snapshot` is the subscription as just fetched. Raises StripeError.
    """
    subscription.reload()
    try:
        return _push_charges(subscription, snapshot)
    finally:
        # Last: an address that Stripe does not take must not keep a charge from being prevented.
        _push_email(subscription)


def _push_charges(subscription: Subscription, snapshot: SubscriptionSnapshot) -> bool:
    """Push what decides about the next charges. Return True if the subscription changed at Stripe."""
    if subscription.is_ended:
        _close_setup_payment(subscription)
    if subscription.status not in RUNNING_STATUSES:
        return plan_end.void_invoices_beyond_plan(subscription)
    if subscription.unwanted:
        stripe_gateway.cancel_subscription(subscription)
        return True
    card_pushed = _push_card(subscription)
    switch_pushed = push_switch(subscription)
    end_pushed = plan_end.keep_plan_end(subscription, snapshot) or promised_end.keep_promised_end(
        subscription, snapshot
    )
    return card_pushed or switch_pushed or end_pushed


def _push_email(subscription: Subscription) -> None:
    email = subscription.order.email
    if subscription.customer_id and subscription.customer_email != email:
        # A customer that was deleted at Stripe needs no address; Stripe has ended its subscriptions.
        with suppress(StripeNotFound):
            stripe_gateway.update_customer(subscription, email, subscription.order.name)
        Subscription.update(customer_email=email).where(Subscription.id == subscription.id).execute()


def _close_setup_payment(subscription: Subscription) -> None:
    """Close the setup payment of a trial that ended before a card was given: another attempt needs a new one."""
    payment = subscription.payment
    if payment.saves_card and payment.intent_id and not payment.is_final and payment.ended_at is None:
        payments.settle(payment, payments.close_payment(payment))


def _push_card(subscription: Subscription) -> bool:
    """Make the card of the latest payment or setup the default card, if Stripe has not done so itself.

    A card that was removed at Stripe is not set again.
    """
    card_id = invoices.take_recovery_card(subscription)
    if not card_id and not subscription.card_id and subscription.card_removed_at is None:
        card_id = _card_of_first_payment(subscription)
    if not card_id or card_id == subscription.card_id:
        return False
    try:
        stripe_gateway.set_default_card(subscription, card_id)
        keep_card(subscription, card_id)
    except StripeRefused:
        # It was removed at Stripe before the shop has seen it.
        Subscription.update(card_removed_at=now()).where(
            Subscription.id == subscription.id, Subscription.card_id == ""
        ).execute()
        return False
    return True


def _card_of_first_payment(subscription: Subscription) -> str:
    payment = subscription.payment
    if not payment.intent_id:
        # The checkout was interrupted. The customer's next attempt finds the intent.
        return ""
    if payment.saves_card:
        intent = stripe_gateway.retrieve_setup_intent(payment.merchant, payment.intent_id, payment.currency)
    else:
        intent = stripe_gateway.retrieve_payment_intent(payment)
    return intent.payment_method if intent.status == "succeeded" else ""
