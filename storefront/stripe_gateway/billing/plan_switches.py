"""Switches of subscriptions to another price: Stripe's preview, at once, and at the end of the period."""

from dataclasses import dataclass
from datetime import datetime

from stripe.params import InvoiceCreatePreviewParams, SubscriptionScheduleUpdateParamsPhase, SubscriptionUpdateParams

from storefront.models import PlanSwitch, Subscription, SubscriptionStatus
from storefront.stripe_gateway.billing.schedules import create_schedule, current_phase, kept_phase, retrieve_schedule
from storefront.stripe_gateway.billing.subscription_snapshot import EXPAND, SubscriptionSnapshot, snapshot_of
from storefront.stripe_gateway.billing.subscription_terms import SWITCH_KEY
from storefront.stripe_gateway.client import charging_call, charging_client_of, client_of, numbered_call, stripe_call


@dataclass(frozen=True)
class SwitchPreview:
    """What Stripe charges today, in minor units of `currency`.

    `charged` is for the new price and `given_back` for the unused time of the old one; `due` is what is left of them,
    less the customer's credit balance.
    """

    due: int
    charged: int
    given_back: int
    currency: str


def preview_switch(subscription: Subscription, price_id: str, quantity: int, at: datetime) -> SwitchPreview:
    """What `switch_now` charges with the same moment. Stripe stores nothing. Raises StripeError."""
    change: InvoiceCreatePreviewParams = {
        "subscription": subscription.subscription_id or "",
        "subscription_details": {
            "items": [{"id": subscription.item_id, "price": price_id, "quantity": quantity}],
            "proration_behavior": "always_invoice",
            "proration_date": int(at.timestamp()),
        },
    }
    with stripe_call():
        invoice = client_of(subscription.merchant).v1.invoices.create_preview(change)
    amounts = [line.amount for line in invoice.lines.data]
    given_back = -sum(amount for amount in amounts if amount < 0)
    return SwitchPreview(invoice.amount_due, invoice.total + given_back, given_back, invoice.currency.upper())


def switch_now(subscription: Subscription, switch: PlanSwitch) -> SubscriptionSnapshot:
    """Switch to the price at once: in a trial for nothing, else with the prorations charged to the saved card.

    Where the payment fails, or the bank asks for 3-D Secure, the present price goes on and the change waits for its
    invoice, `latest_invoice_id`: docs.stripe.com/billing/subscriptions/pending-updates. Repeating it with the same row
    changes nothing more. Raises StripeError.
    """
    change: SubscriptionUpdateParams = {
        "items": [{"id": subscription.item_id, "price": switch.price_id, "quantity": switch.quantity}],
        "expand": EXPAND,
    }
    if subscription.status == SubscriptionStatus.TRIALING or switch.prorated_at is None:
        change["proration_behavior"] = "none"
    else:
        change["proration_behavior"] = "always_invoice"
        change["proration_date"] = int(switch.prorated_at.timestamp())
        change["payment_behavior"] = "pending_if_incomplete"
    subscriptions = charging_client_of(subscription.merchant).v1.subscriptions
    with numbered_call() as number:
        changed = charging_call(
            lambda options: subscriptions.update(subscription.subscription_id or "", change, options),
            f"switch-{switch.public_id}",
        )
    return snapshot_of(changed, number)


def schedule_switch(subscription: Subscription, switch: PlanSwitch, card_id: str = "") -> str:
    """Switch to the price at the end of the present period, by a schedule. Return its id.

    Repeating it makes no second schedule, and gives the phases the card `card_id`: a phase that begins sets its own
    card again. Nothing is prorated. Raises StripeError.
    """
    if switch.schedule_id:
        schedule = retrieve_schedule(subscription, switch.schedule_id)
    else:
        schedule = create_schedule(subscription, f"{SWITCH_KEY}-{switch.public_id}")
    current = current_phase(schedule)
    first = kept_phase(subscription, current)
    first["end_date"] = current.end_date
    later: SubscriptionScheduleUpdateParamsPhase = {
        "items": [{"price": switch.price_id, "quantity": switch.quantity}],
        "duration": {"interval": switch.interval, "interval_count": switch.every},
    }
    if "discounts" in first:
        later["discounts"] = first["discounts"]
    if "default_payment_method" in first:
        first["default_payment_method"] = card_id or first["default_payment_method"]
        later["default_payment_method"] = first["default_payment_method"]
    with stripe_call():
        client_of(subscription.merchant).v1.subscription_schedules.update(
            schedule.id,
            {
                "end_behavior": "release",
                "proration_behavior": "none",
                "phases": [first, later],
                "metadata": {SWITCH_KEY: switch.public_id},
            },
        )
    return schedule.id
