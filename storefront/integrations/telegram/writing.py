"""Queues messages for Telegram in the caller's transaction, for those events that the owner wants to hear of."""

from collections.abc import Collection, Mapping

from storefront.models import EventType, Order, TelegramKind, TelegramMessage

# The events that owners are told. The other kinds have no event.
KIND_OF_EVENT: Mapping[str, TelegramKind] = {
    EventType.ORDER_PAID: TelegramKind.SALE,
    EventType.SUBSCRIPTION_NEEDS_ACTION: TelegramKind.RENEWAL_FAILED,
    EventType.ORDER_DISPUTED: TelegramKind.DISPUTE,
    EventType.ORDER_WITHDRAWN: TelegramKind.WITHDRAWAL,
}


def write_message(
    kind: TelegramKind | None, wanted: Collection[str], order: Order | None, about: str, detail: Mapping[str, object]
) -> None:
    """Queue a message, unless its kind is not among the `wanted` ones, or one of this kind and `about` exists."""
    if kind is not None and kind in wanted:
        TelegramMessage.insert_unless_exists(kind=kind, about=about, order=order, detail=dict(detail))
