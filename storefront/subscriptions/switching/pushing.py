"""What is left to do at Stripe for a switch: after it has taken effect, and to take it back."""

from contextlib import suppress

from storefront import stripe_gateway
from storefront.errors import StripeNotFound, StripeRefused
from storefront.models import PlanSwitch, Subscription, SwitchState


def push_switch(subscription: Subscription) -> bool:
    """Release the schedule of a switch that is in effect, and take back one that is not wanted.

    Return True if the subscription changed at Stripe. Raises StripeError.
    """
    switch = PlanSwitch.current(subscription)
    if switch is None:
        return False
    if switch.state == SwitchState.WAITING and subscription.ends_with_period:
        # Nobody pays for a plan that is not continued.
        switch.advance(SwitchState.UNDOING, (SwitchState.WAITING,), end_reason="canceled")
    if switch.state in (SwitchState.UNDOING, SwitchState.DONE):
        take_back(switch)
        return True
    return False


def take_back(switch: PlanSwitch) -> None:
    """Release its schedule and void its open invoice. Repeating it changes nothing more. Raises StripeError."""
    merchant = switch.subscription.merchant
    # Refused: it is released, or paid, already. The next refresh sees which.
    with suppress(StripeRefused, StripeNotFound):
        if switch.schedule_id:
            stripe_gateway.release_schedule(merchant, switch.schedule_id)
        elif switch.invoice_id:
            stripe_gateway.void_invoice(merchant, switch.invoice_id)


def keep_card(subscription: Subscription, card_id: str) -> None:
    """Have a scheduled switch charge the card that was just set. Raises StripeError."""
    switch = PlanSwitch.current(subscription)
    if switch is not None and switch.state == SwitchState.SCHEDULED:
        # Refused: it has just taken effect.
        with suppress(StripeRefused, StripeNotFound):
            stripe_gateway.schedule_switch(subscription, switch, card_id)
