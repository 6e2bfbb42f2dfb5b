"""Payout events: money is on its way to the owner's bank, has arrived, or came back."""

from storefront.models import BalanceReading, WebhookEvent
from storefront.webhooks.looks import Looks


def payout_changed(event: WebhookEvent, _looks: Looks) -> None:
    """Have the worker read the account's balance and payouts now."""
    BalanceReading.wake(event.merchant)


HANDLERS = {
    "payout.created": payout_changed,
    "payout.paid": payout_changed,
    "payout.failed": payout_changed,
    "payout.canceled": payout_changed,
}
