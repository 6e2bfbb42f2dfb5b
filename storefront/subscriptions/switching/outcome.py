"""What becomes of a switch: rows, timeline and emails follow from what Stripe has."""

from datetime import datetime, timedelta
from typing import Any

from storefront import delivery, emails
from storefront.models import (
    CLOSED_INVOICE_STATUSES,
    OPEN_SWITCH_STATES,
    EmailKind,
    Invoice,
    Order,
    PlanSwitch,
    Subscription,
    SwitchState,
    TimelineKind,
    now,
)
from storefront.stripe_gateway import SubscriptionSnapshot

# A customer who has just switched is on the page where the payment is confirmed.
CONFIRMED_WITHIN = timedelta(minutes=10)


def follow(subscription: Subscription, snapshot: SubscriptionSnapshot) -> None:
    """Complete or drop the subscription's switch if Stripe says so. Call it in the transaction that stores what it has.

    The invoices are stored already.
    """
    switch = PlanSwitch.current(subscription)
    if switch is None:
        return
    if not switch.is_open:
        if snapshot.schedule_id != switch.schedule_id:
            _detach(switch)
        return
    if snapshot.price_id == switch.price_id:
        _complete(switch, snapshot)
    elif reason := _why_over(switch, snapshot):
        drop(switch, reason)


def record_scheduled(switch: PlanSwitch, schedule_id: str) -> None:
    """The switch is scheduled at Stripe. Repeating it writes nothing more. In a transaction."""
    if not switch.advance(SwitchState.SCHEDULED, (SwitchState.ASKED,), schedule_id=schedule_id):
        return
    _store_next_charge(switch, switch.charge)
    _note(switch, TimelineKind.PLAN_SWITCH_REQUESTED)
    for kind in (EmailKind.PLAN_SWITCH_SCHEDULED, EmailKind.OWNER_SWITCH_SCHEDULED):
        _write(kind, switch, due=switch.effective_at)


def record_waiting(switch: PlanSwitch, invoice_id: str) -> None:
    """The switch waits for its payment. Repeating it writes nothing more. In a transaction."""
    if not switch.advance(SwitchState.WAITING, (SwitchState.ASKED,), invoice_id=invoice_id):
        return
    _note(switch, TimelineKind.PLAN_SWITCH_REQUESTED)
    when = now() + CONFIRMED_WITHIN if switch.by == "buyer" else now()
    _write(EmailKind.PLAN_SWITCH_WAITS, switch, when=when, amount=switch.due_now)
    _write(EmailKind.OWNER_SWITCH_WAITS, switch, amount=switch.due_now)


def drop(switch: PlanSwitch, reason: str) -> None:
    """The switch does not take place. `reason`: buyer, owner, expired, canceled, ended, stripe, refused. In a
    transaction.
    """
    subscription = switch.subscription
    if not switch.advance(SwitchState.UNDONE, OPEN_SWITCH_STATES, end_reason=reason):
        return
    _store_next_charge(switch, None)
    _detach(switch)
    _note(switch, TimelineKind.PLAN_SWITCH_UNDONE, reason=reason)
    if not subscription.is_ended:
        kinds = (EmailKind.PLAN_SWITCH_UNDONE, EmailKind.OWNER_SWITCH_UNDONE)
        for kind in kinds:
            _write(kind, switch, amount=subscription.total)


def _why_over(switch: PlanSwitch, snapshot: SubscriptionSnapshot) -> str:
    """Why the switch can't take effect any more; "" if it still can."""
    subscription = switch.subscription
    if subscription.is_ended:
        return "ended"
    gone = snapshot.schedule_id != switch.schedule_id if switch.schedule_id else _is_invoice_closed(switch)
    if not gone or switch.state == SwitchState.ASKED:
        return ""
    if switch.state == SwitchState.UNDOING:
        return str(switch.end_reason)
    if subscription.ends_with_period:
        return "canceled"
    return "stripe" if switch.schedule_id else "expired"


def _is_invoice_closed(switch: PlanSwitch) -> bool:
    found = Invoice.get_or_none(Invoice.invoice_id == switch.invoice_id) if switch.invoice_id else None
    return found is not None and found.status in CLOSED_INVOICE_STATUSES


def _complete(switch: PlanSwitch, snapshot: SubscriptionSnapshot) -> None:
    """The new option is charged from now on: the order is called by it, and delivers what belongs to it."""
    if not switch.advance(SwitchState.DONE, OPEN_SWITCH_STATES):
        return
    _store_next_charge(switch, None)
    subscription = switch.subscription
    order = subscription.order
    columns = {"option_id": switch.option_id, "option_label": switch.label, "title": switch.title}
    Order.update(columns).where(Order.id == order.id).execute()
    order.reload()
    delivery.give_option(order)
    if snapshot.schedule_id != switch.schedule_id or not switch.schedule_id:
        _detach(switch)
    _note(switch, TimelineKind.PLAN_SWITCHED)
    for kind in (EmailKind.PLAN_SWITCHED, EmailKind.OWNER_PLAN_SWITCHED):
        _write(kind, switch, amount=switch.total, every={"every": switch.every, "interval": switch.interval})


def _store_next_charge(switch: PlanSwitch, charge: int | None) -> None:
    Subscription.update(switched_charge=charge).where(Subscription.id == switch.subscription_id).execute()
    switch.subscription.switched_charge = charge


def _detach(switch: PlanSwitch) -> None:
    """Nothing is left to do for it: another switch can begin."""
    named = (Subscription.id == switch.subscription_id) & (Subscription.switch_id == switch.id)
    Subscription.update(switch_id=None).where(named).execute()
    switch.subscription.switch_id = None


def _note(switch: PlanSwitch, kind: TimelineKind, **detail: object) -> None:
    switch.subscription.order.note(
        kind,
        by=switch.by,
        before=switch.label_before,
        after=switch.label,
        amount=switch.charge,
        every=switch.every,
        interval=switch.interval,
        at=switch.effective_at.isoformat() if switch.effective_at else "",
        **detail,
    )


def _write(kind: EmailKind, switch: PlanSwitch, when: datetime | None = None, **detail: Any) -> None:
    values: dict[str, Any] = {
        "plan": switch.label or switch.title,
        "new_amount": switch.total,
        "new_every": {"every": switch.every, "interval": switch.interval},
        **detail,
    }
    about = f"switch-{switch.id}"
    emails.write(kind, switch.subscription.order, about, when, subscription=switch.subscription, **values)
