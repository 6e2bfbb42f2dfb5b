"""What happens at the simulated Stripe behind the shop's back."""

import requests

from tests.simulator_process import Simulator


def refund_at_stripe(simulator: Simulator, intent_id: str, amount: int) -> None:
    """A refund as somebody makes it in Stripe's Dashboard."""
    _post(simulator, "/refunds", payment_intent=intent_id, amount=amount)


def dispute_at_stripe(simulator: Simulator, intent_id: str, reason: str = "product_not_received") -> None:
    """The buyer goes to their bank."""
    _post(simulator, "/disputes", payment_intent=intent_id, reason=reason)


def what_comes_later(simulator: Simulator) -> None:
    """Whatever would happen later has happened: refunds fail or succeed, disputes open."""
    _post(simulator, "/advance")


def move_clock(simulator: Simulator, seconds: int) -> None:
    """Stripe's clock goes on by itself."""
    _post(simulator, "/clock", advance=seconds)


def _post(simulator: Simulator, path: str, **what: object) -> None:
    requests.post(f"{simulator.url}/simulator{path}", json=what, timeout=10).raise_for_status()
