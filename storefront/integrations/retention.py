"""Deletes old events with their deliveries, and erases what they say about a customer."""

from datetime import timedelta

from storefront.models import DeliveryState, OutgoingEvent, TelegramMessage, WebhookDelivery, now


def delete_old_outgoing_events(days: int, most: int) -> int:
    """Delete events and messages for Telegram of more than so many days ago, `most` of each. Return how many."""
    old = OutgoingEvent.created_at < now() - timedelta(days=days)
    found = [
        event.id
        for event in OutgoingEvent.select(OutgoingEvent.id).where(old).order_by(OutgoingEvent.created_at).limit(most)
    ]
    WebhookDelivery.delete().where(WebhookDelivery.event.in_(found)).execute()
    old = TelegramMessage.created_at < now() - timedelta(days=days)
    messages = [row.id for row in TelegramMessage.select(TelegramMessage.id).where(old).limit(most)]
    TelegramMessage.delete().where(TelegramMessage.id.in_(messages)).execute()
    return len(messages) + int(OutgoingEvent.delete().where(OutgoingEvent.id.in_(found)).execute())


def erase_outgoing_events(orders: list[int]) -> None:
    """Forget what was and would be sent about these orders, by their ids. Runs in the caller's transaction.

    The rows stay: they say that something was sent, and when.
    """
    events = [event.id for event in OutgoingEvent.select(OutgoingEvent.id).where(OutgoingEvent.order.in_(orders))]
    TelegramMessage.drop_waiting(DeliveryState.DROPPED, TelegramMessage.order.in_(orders))
    # What was not prepared yet would be made of the erased rows, and tells nobody anything.
    OutgoingEvent.update(body="", prepared_at=now()).where(OutgoingEvent.id.in_(events)).execute()
    of_events = WebhookDelivery.event.in_(events)
    WebhookDelivery.update(answer="").where(of_events, WebhookDelivery.answer != "").execute()
    WebhookDelivery.update(state=DeliveryState.DROPPED, claimed_until=None).where(
        of_events, WebhookDelivery.state == DeliveryState.WAITING
    ).execute()
