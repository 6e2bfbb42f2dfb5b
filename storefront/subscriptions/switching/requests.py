"""Requesting a switch, and taking it back. Safe to repeat after a crash or an error of Stripe."""

from datetime import timedelta

from peewee import ModelSelect

from storefront import stripe_gateway
from storefront.db import db
from storefront.errors import FieldErrors, StripeError, StripeNotFound, StripeRefused
from storefront.models import Invoice, Merchant, PlanSwitch, Subscription, SwitchState, now
from storefront.subscriptions import policy, sync
from storefront.subscriptions.policy import ALREADY, Action, Actor
from storefront.subscriptions.switching import outcome
from storefront.subscriptions.switching.previews import ShownSwitch, proration_moment
from storefront.subscriptions.switching.pushing import take_back

# Stripe remembers an idempotency key for a day.
REPEATED_WITHIN = timedelta(hours=20)
UNFINISHED = (SwitchState.ASKED, SwitchState.UNDOING, SwitchState.DONE)
MAX_SWITCHES_PER_RUN = 200


def require_switchable(subscription: Subscription, by: Actor) -> None:
    """Raises FieldErrors (plan: a code of `policy.obstacle`, renewal_unpaid)."""
    if code := policy.obstacle(subscription, Action.SWITCH_PLAN, by):
        raise FieldErrors({"plan": [code]})
    if Invoice.newest_payable(subscription) is not None:
        raise FieldErrors({"plan": ["renewal_unpaid"]})


def switch_plan(subscription: Subscription, shown: ShownSwitch, by: Actor) -> PlanSwitch:
    """Switch as it was shown. Return the switch: done, waiting for its payment, scheduled, or still `asked`.

    `asked`: Stripe has not answered. The worker repeats the request, which charges nothing twice. Of concurrent calls
    one succeeds. Raises FieldErrors (plan: what `require_switchable` raises, and switch_refused with Stripe's message
    in `words`).
    """
    switch = _claim(subscription, shown, by)
    try:
        carry_out(switch)
    except StripeError:
        sync.schedule_refresh(subscription)
    subscription.reload()
    return switch


def carry_out(switch: PlanSwitch) -> None:
    """Make a switch at Stripe that our row has asked for. Raises as `switch_plan` does, and StripeError."""
    if switch.state != SwitchState.ASKED:
        return
    subscription = switch.subscription
    try:
        if now() - switch.created_at > REPEATED_WITHIN:
            raise StripeRefused(code="too_late")
        _make(switch)
    except (StripeNotFound, StripeRefused) as error:
        sync.refresh_or_schedule(subscription)
        with db.atomic():
            subscription.order.lock()
            outcome.drop(switch, "refused")
        raise FieldErrors({"plan": ["switch_refused"]}, words=error.message) from error
    sync.refresh_or_schedule(subscription)
    switch.__data__.update(PlanSwitch.get_by_id(switch.id).__data__)


def keep_plan(subscription: Subscription, by: Actor) -> PlanSwitch | None:
    """Take back a switch that is not in effect yet. Return it as it is then; None if none was open.

    It may be in effect after all: its payment has come meanwhile. Raises FieldErrors (plan: switch_busy while Stripe
    has not confirmed it, not_allowed), and StripeError: then the worker takes it back.
    """
    subscription.reload()
    code = policy.obstacle(subscription, Action.KEEP_PLAN, by)
    if code not in ("", ALREADY):
        raise FieldErrors({"plan": [code]})
    switch = PlanSwitch.current(subscription)
    if switch is None or not switch.is_open:
        return None
    if switch.state == SwitchState.ASKED:
        raise FieldErrors({"plan": ["switch_busy"]})
    switch.advance(SwitchState.UNDOING, (SwitchState.WAITING, SwitchState.SCHEDULED), end_reason=by)
    take_back(switch)
    sync.refresh_or_schedule(subscription)
    subscription.reload()
    found: PlanSwitch = PlanSwitch.get_by_id(switch.id)
    return found


def unfinished_switches(merchant: Merchant) -> "ModelSelect[Subscription]":
    """The merchant's subscriptions with a switch that Stripe has not confirmed, or that is not taken back there."""
    switches = PlanSwitch.select(PlanSwitch.id).where(PlanSwitch.state.in_(list(UNFINISHED)))
    is_due = (Subscription.merchant == merchant) & Subscription.switch_id.in_(switches)
    return Subscription.select().where(is_due).order_by(Subscription.id).limit(MAX_SWITCHES_PER_RUN)


def finish_switch(subscription: Subscription) -> None:
    """Do at Stripe what is left of a switch. Raises StripeError, and FieldErrors as `switch_plan` does."""
    switch = PlanSwitch.current(subscription)
    if switch is not None and switch.state == SwitchState.ASKED:
        carry_out(switch)
    elif switch is not None:
        sync.refresh(subscription)


def _claim(subscription: Subscription, shown: ShownSwitch, by: Actor) -> PlanSwitch:
    """Write the row of the switch, unless another one is open. Raises FieldErrors as `require_switchable` does."""
    target = shown.target
    with db.atomic():
        order = subscription.order
        order.lock()
        subscription.reload()
        require_switchable(subscription, by)
        switch: PlanSwitch = PlanSwitch.create(
            subscription=subscription,
            by=by,
            at_once=target.at_once,
            option_id=target.option.id,
            label=target.option.label,
            label_before=order.option_label,
            title=target.title,
            unit_amount=target.unit_amount,
            quantity=target.quantity,
            charge=target.charge.amount,
            currency=subscription.currency,
            every=target.option.every,
            interval=target.option.interval,
            due=shown.due.amount,
            prorated_at=proration_moment(subscription, shown),
            effective_at=shown.effective_at,
            price_id=shown.price_id,
        )
        Subscription.update(switch_id=switch.id).where(Subscription.id == subscription.id).execute()
        subscription.switch_id = switch.id
    return switch


def _make(switch: PlanSwitch) -> None:
    subscription = switch.subscription
    if not switch.at_once:
        schedule_id = stripe_gateway.schedule_switch(subscription, switch, subscription.card_id)
        with db.atomic():
            subscription.order.lock()
            outcome.record_scheduled(switch, schedule_id)
        return
    snapshot = stripe_gateway.switch_now(subscription, switch)
    if snapshot.price_id != switch.price_id:
        with db.atomic():
            subscription.order.lock()
            outcome.record_waiting(switch, snapshot.latest_invoice_id)
