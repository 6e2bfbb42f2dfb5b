"""What Stripe says about a subscription becomes our state: whoever asks, `sync` is the one way."""

from datetime import datetime, timedelta

from peewee import ModelSelect

from storefront import emails, payments, stripe_gateway
from storefront.db import db
from storefront.errors import StripeNotFound
from storefront.models import ENDED_STATUSES, RUNNING_STATUSES, Invoice, Merchant, Order, Subscription, now
from storefront.stripe_gateway import Card, SubscriptionSnapshot
from storefront.subscriptions import invoices

SOON, LATER, DAILY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
# Stripe collects a renewal about an hour after its period has begun (docs.stripe.com/billing/invoices/subscription).
COLLECTED_AFTER = timedelta(hours=1, minutes=5)


def sync_subscription(merchant: Merchant, subscription_id: str) -> None:
    """Fetch a subscription with its invoices and their payments, and make our rows say the same.

    One that isn't ours (other systems may use the account) changes nothing. Raises StripeError.
    """
    subscription = Subscription.get_or_none(
        Subscription.merchant == merchant, Subscription.subscription_id == subscription_id
    )
    if subscription is not None:
        refresh(subscription)


def refresh(subscription: Subscription) -> None:
    """The same for one of ours; one that Stripe has never made asks nothing. Raises StripeError.

    What is still to be done at Stripe (a plan's schedule, a new card, an end) is done then, and fetched once more.
    """
    if not subscription.subscription_id:
        return
    snapshot = _fetch(subscription)
    if snapshot is not None and _mend(subscription, snapshot):
        _fetch(subscription)


def refresh_order(order: Order) -> None:
    """Ask about the subscription of a paid order while something in it is still on its way. Raises StripeError."""
    subscription = Subscription.current(order) if order.recurs and order.is_settled else None
    if subscription is None:
        return
    if subscription.status in ("", "incomplete") or not subscription.card_id or Invoice.waiting(subscription):
        refresh(subscription)


def due_subscriptions() -> list[Subscription]:
    """Those that are worth asking about now, of merchants that can be asked."""
    return list(_askable().where(Subscription.next_check_at <= now()).order_by(Subscription.next_check_at).limit(200))


def unfinished_subscriptions() -> list[Subscription]:
    """Those in which anything can still change."""
    owing = Invoice.select(Invoice.subscription).where(Invoice.status.in_(["draft", "open"]))
    return list(_askable().where(Subscription.status.not_in(list(ENDED_STATUSES)) | Subscription.id.in_(owing)))


def _askable() -> "ModelSelect[Subscription]":
    return (
        Subscription.select(Subscription, Merchant)
        .join(Merchant)
        .where(Subscription.subscription_id.is_null(False), Merchant.disconnected_at.is_null())
    )


def _fetch(subscription: Subscription) -> SubscriptionSnapshot | None:
    """Ask, and store what is heard; None when this account has no such subscription."""
    asked_at = now()
    merchant, stripe_id = subscription.merchant, subscription.subscription_id or ""
    try:
        snapshot = stripe_gateway.retrieve_subscription(merchant, stripe_id)
    except StripeNotFound:
        # Nothing more will ever be heard of it.
        Subscription.update(next_check_at=None).where(Subscription.id == subscription.id).execute()
        return None
    asked = stripe_gateway.list_invoices(merchant, stripe_id)
    waiting = invoices.ask_intents(merchant, asked)
    with db.atomic():
        subscription.order.lock()
        before = Subscription.get_by_id(subscription.id)
        if _record(subscription, snapshot, asked_at):
            for one in asked:
                invoices.settle(subscription, one, waiting.get(one.id))
            _tell(before, subscription)
            _plan_next_check(subscription)
    return snapshot


def _record(subscription: Subscription, snapshot: SubscriptionSnapshot, asked_at: datetime) -> bool:
    """Store Stripe's words; False when somebody has asked later than we did and stored what they heard.

    Answers can overtake each other: what was asked for first may be written last, and must not win.
    """
    changed = (
        Subscription.update(**_words(snapshot), **_card(snapshot.card), synced_at=asked_at)
        .where(
            Subscription.id == subscription.id,
            Subscription.synced_at.is_null() | (Subscription.synced_at <= asked_at),
        )
        .execute()
    )
    if changed:
        subscription.reload()
    return bool(changed)


def _words(snapshot: SubscriptionSnapshot) -> dict[str, object]:
    """Our columns that are Stripe's own words and dates. Its price is what is charged from the next period on."""
    return {
        "status": snapshot.status,
        "item_id": snapshot.item_id,
        "unit_amount": snapshot.unit_amount,
        "quantity": snapshot.quantity,
        "period_start": snapshot.period_start,
        "period_end": snapshot.period_end,
        "trial_end": snapshot.trial_end,
        "cancel_at": snapshot.cancel_at,
        "cancels_at_period_end": snapshot.cancels_at_period_end,
        "canceled_at": snapshot.canceled_at,
        "ended_at": snapshot.ended_at,
        "end_reason": snapshot.end_reason,
        "paused": snapshot.paused,
        "resumes_at": snapshot.resumes_at,
    }


def _card(card: Card | None) -> dict[str, object]:
    """Once known it is kept: an ended subscription may have lost its card at Stripe."""
    if card is None:
        return {}
    return {
        "card_id": card.id,
        "card_brand": card.brand,
        "card_last4": card.last4,
        "card_exp_month": card.exp_month,
        "card_exp_year": card.exp_year,
    }


def _tell(before: Subscription, after: Subscription) -> None:
    """The timeline and the letters for what has changed, in the transaction that wrote it."""
    order = after.order
    if before.synced_at is None or before.status != after.status:
        order.note("subscription_status", status=after.status, reason=after.end_reason)
    if after.status == "trialing" and before.trial_end != after.trial_end:
        emails.write_trial_ending_notice(after)
    if after.is_ended and not before.is_ended:
        _tell_the_end(after)
    elif after.cancels_at_period_end and not before.cancels_at_period_end and after.is_running:
        _write("subscription_ends", after, f"{after.period_end:%Y%m%d}")
    if after.status == "canceled" and Invoice.is_paid_off(after):
        # At its end, or when the instalment that was open then has come.
        _write("plan_finished", after)
    if after.is_running and before.synced_at is not None and before.paused != after.paused:
        _write("subscription_paused" if after.paused else "subscription_resumed", after, f"{now():%Y%m%d%H%M%S}")


def _tell_the_end(subscription: Subscription) -> None:
    """Nobody is told of the end of what has never begun: the order's own letters speak of that.

    What a plan still asks for at its end has letters of its own, and when it is paid in full that is said.
    """
    if subscription.status != "canceled" or not subscription.payment_has_come():
        return
    if Invoice.waiting(subscription) is None and not Invoice.is_paid_off(subscription):
        _write(_kind_of_end(subscription), subscription)
    emails.write(
        "owner_subscription_ended", subscription.order, f"subscription-{subscription.id}", subscription=subscription
    )


def _kind_of_end(subscription: Subscription) -> str:
    if subscription.end_reason == "payment_failed":
        return "subscription_lost"
    return "plan_ended" if subscription.is_plan else "subscription_ended"


def _write(kind: str, subscription: Subscription, when: str = "") -> None:
    about = f"subscription-{subscription.id}" + (f"-{when}" if when else "")
    emails.write(kind, subscription.order, about, subscription=subscription)


def _plan_next_check(subscription: Subscription) -> None:
    """When it is worth asking again, should no event arrive."""
    owing = Invoice.select().where(Invoice.subscription == subscription, Invoice.status.in_(["draft", "open"])).exists()
    moment: datetime | None = now() + (LATER if owing else DAILY)
    if subscription.is_ended and not owing:
        moment = None
    elif subscription.is_running and subscription.period_end is not None:
        collected = subscription.period_end + COLLECTED_AFTER
        moment = min(now() + (LATER if owing else DAILY), max(collected, now() + SOON))
    Subscription.update(next_check_at=moment).where(Subscription.id == subscription.id).execute()


def _mend(subscription: Subscription, snapshot: SubscriptionSnapshot) -> bool:
    """Do at Stripe what our rows say is to be done; whether anything was. Raises StripeError."""
    subscription.reload()
    if subscription.customer_id and subscription.customer_email != subscription.order.email:
        email = subscription.order.email
        stripe_gateway.update_customer(subscription, email, subscription.order.name)
        Subscription.update(customer_email=email).where(Subscription.id == subscription.id).execute()
    if subscription.is_ended:
        _close_setup(subscription)
    if subscription.status not in RUNNING_STATUSES:
        return False
    if subscription.unwanted:
        stripe_gateway.cancel_subscription(subscription)
        return True
    mended = _take_card(subscription)
    if subscription.instalments and subscription.status == "active" and not subscription.schedule_id:
        # A schedule that is there but not known to be whole is finished now.
        schedule_id = stripe_gateway.create_plan(subscription, snapshot.schedule_id)
        Subscription.update(schedule_id=schedule_id).where(Subscription.id == subscription.id).execute()
        mended = True
    return mended


def _close_setup(subscription: Subscription) -> None:
    """A trial that ended before a card was given takes none any more: whoever gives one now begins anew."""
    payment = subscription.payment
    if payment.kind == "setup" and payment.intent_id and not payment.is_final and payment.ended_at is None:
        payments.settle(payment, payments.close_payment(payment))


def _take_card(subscription: Subscription) -> bool:
    """The card that was paid with last, or set up, is charged from now on: Stripe usually sees to that itself."""
    card_id = invoices.card_of_recovered(subscription) or (
        "" if subscription.card_id else _card_of_first_payment(subscription)
    )
    if not card_id or card_id == subscription.card_id:
        return False
    stripe_gateway.set_default_card(subscription, card_id)
    return True


def _card_of_first_payment(subscription: Subscription) -> str:
    payment = subscription.payment
    if not payment.intent_id:
        # Whoever made it was interrupted: the next press finds its intent.
        return ""
    if payment.kind == "setup":
        intent = stripe_gateway.retrieve_setup_intent(payment.merchant, payment.intent_id, payment.currency)
    else:
        intent = stripe_gateway.retrieve_payment_intent(payment)
    return intent.payment_method if intent.status == "succeeded" else ""
