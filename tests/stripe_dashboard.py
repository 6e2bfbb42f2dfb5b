"""What happens at the simulated Stripe behind the shop's back."""

from typing import Any

import requests

from storefront.models import Invoice, Merchant, Subscription
from storefront.stripe_gateway import Credentials
from storefront.stripe_gateway.client import secret_client
from tests.simulator_process import Simulator


def refund_at_stripe(simulator: Simulator, intent_id: str, amount: int) -> None:
    """A refund as somebody makes it in Stripe's Dashboard."""
    _post(simulator, "/refunds", payment_intent=intent_id, amount=amount)


def dispute_at_stripe(simulator: Simulator, intent_id: str, reason: str = "product_not_received") -> None:
    """The buyer goes to their bank."""
    _post(simulator, "/disputes", payment_intent=intent_id, reason=reason)


def cancel_at_stripe(subscription: Subscription) -> None:
    """Somebody cancels it in Stripe's Dashboard."""
    _as_owner(subscription).subscriptions.cancel(subscription.subscription_id or "")


def pay_at_stripe(simulator: Simulator, invoice: Invoice) -> None:
    """Somebody charges the saved card there, and this time the bank lets it through."""
    stripe_id = invoice.subscription.subscription_id
    requests.post(
        f"{simulator.url}/simulator/subscriptions/{stripe_id}/card", json={"card": "succeeds"}, timeout=10
    ).raise_for_status()
    _as_owner(invoice.subscription).invoices.pay(
        invoice.invoice_id, {"payment_method": invoice.subscription.card_id, "off_session": True}
    )


def all_at_stripe(merchant: Merchant) -> list[str]:
    """Statuses of every subscription that the account has, sorted."""
    found = secret_client(Credentials.of(merchant)).v1.subscriptions.list({"status": "all", "limit": 100})
    return sorted(one.status for one in found.auto_paging_iter())


def _as_owner(subscription: Subscription) -> Any:
    return secret_client(Credentials.of(subscription.merchant)).v1


def what_comes_later(simulator: Simulator) -> None:
    """Whatever would happen later has happened: refunds fail or succeed, disputes open."""
    _post(simulator, "/advance")


def move_clock(simulator: Simulator, seconds: int) -> None:
    """Stripe's clock goes on by itself."""
    _post(simulator, "/clock", advance=seconds)


def _post(simulator: Simulator, path: str, **what: object) -> None:
    requests.post(f"{simulator.url}/simulator{path}", json=what, timeout=10).raise_for_status()
