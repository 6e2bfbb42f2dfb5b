"""Changes made at the simulated Stripe directly, not through the shop."""

from typing import Any

import requests

from storefront.models import Invoice, Merchant, Payment, Subscription
from storefront.stripe_gateway import Credentials
from storefront.stripe_gateway.client import secret_client
from tests.simulator_process import Simulator


def refund_at_stripe(simulator: Simulator, intent_id: str, amount: int) -> None:
    """Refund a payment (`amount` in minor units), as in Stripe's Dashboard."""
    _post(simulator, "/refunds", payment_intent=intent_id, amount=amount)


def forget_metadata(payment: Payment) -> None:
    """Leave the payment's intent, or its subscription, the metadata of an older version: our ids and the number."""
    client = secret_client(Credentials.of(payment.merchant))
    metadata = {key: "" for key in (payment.stripe_metadata or {}) if key != "order"}
    if payment.begins_subscription:
        subscription = Subscription.get(Subscription.payment == payment)
        client.v1.subscriptions.update(subscription.subscription_id, {"metadata": metadata})
    else:
        client.v1.payment_intents.update(payment.intent_id or "", {"metadata": metadata})


def method_types_at_stripe(payment: Payment) -> list[str]:
    """The payment methods that the intent of a payment takes."""
    client = secret_client(Credentials.of(payment.merchant)).v1
    intents = client.setup_intents if payment.saves_card else client.payment_intents
    return list(intents.retrieve(payment.intent_id or "").payment_method_types)


def dispute_at_stripe(
    simulator: Simulator, intent_id: str, reason: str = "product_not_received", **given: object
) -> None:
    """Open a dispute, as the buyer's bank does. `given` is `inquiry`, `amount` (minor units) or `currency`."""
    _post(simulator, "/disputes", payment_intent=intent_id, reason=reason, **given)


def set_dispute_stage(simulator: Simulator, intent_id: str, stage: str, **given: object) -> None:
    """Move the dispute of a payment to chargeback, under_review, won, lost, closed or prevented, as the bank does."""
    _post(simulator, "/disputes/stage", payment_intent=intent_id, stage=stage, **given)


def cancel_at_stripe(subscription: Subscription) -> None:
    """Cancel a subscription, as in Stripe's Dashboard."""
    _as_owner(subscription).subscriptions.cancel(subscription.subscription_id or "")


def pay_at_stripe(simulator: Simulator, invoice: Invoice) -> None:
    """Pay an invoice with the saved card, whose payments now succeed."""
    stripe_id = invoice.subscription.subscription_id
    requests.post(
        f"{simulator.url}/simulator/subscriptions/{stripe_id}/card", json={"card": "succeeds"}, timeout=60
    ).raise_for_status()
    _as_owner(invoice.subscription).invoices.pay(
        invoice.invoice_id, {"payment_method": invoice.subscription.card_id, "off_session": True}
    )


def mark_as_paid_outside(invoice: Invoice) -> None:
    """Mark an open invoice as paid outside of Stripe."""
    _as_owner(invoice.subscription).invoices.pay(invoice.invoice_id, {"paid_out_of_band": True})


def subscription_statuses_at_stripe(merchant: Merchant) -> list[str]:
    """Return the statuses of all subscriptions of the account, sorted."""
    found = secret_client(Credentials.of(merchant)).v1.subscriptions.list({"status": "all", "limit": 100})
    return sorted(one.status for one in found.auto_paging_iter())


def _as_owner(subscription: Subscription) -> Any:
    return secret_client(Credentials.of(subscription.merchant)).v1


def run_delayed_actions(simulator: Simulator) -> None:
    """Run all delayed actions: refund results, disputes, payments in processing."""
    _post(simulator, "/advance")


def move_clock(simulator: Simulator, seconds: int) -> None:
    """Move the simulated clock by `seconds`."""
    _post(simulator, "/clock", advance=seconds)


def _post(simulator: Simulator, path: str, **what: object) -> None:
    requests.post(f"{simulator.url}/simulator{path}", json=what, timeout=60).raise_for_status()
