"""What an event sends: the objects that it is about, as they are when its receivers are determined."""

import json
from typing import Any

from storefront.integrations import objects
from storefront.models import Dispute, Invoice, Order, OutgoingEvent, PaymentRequest, Refund


def body_of(event: OutgoingEvent) -> str:
    """The JSON that is sent. It stays the same through all attempts, so that receivers can recognize an event."""
    order = event.order
    if order is None:
        raise ValueError(f"{event.type} is about no order")
    return json.dumps(
        {
            "id": event.event_id,
            "type": event.type,
            "timestamp": objects.to_json(event.created_at),
            "mode": order.mode,
            "data": {name: objects.to_json(value) for name, value in _objects(event, order).items()},
        },
        ensure_ascii=False,
    )


def _objects(event: OutgoingEvent, order: Order) -> dict[str, Any]:
    detail = event.detail
    found: dict[str, Any] = {"order": objects.make_orders([order])[0]}
    if event.subscription is not None:
        found["subscription"] = objects.make_subscriptions([event.subscription])[0]
    if "invoice" in detail:
        found["invoice"] = objects.make_invoice(Invoice.get_by_id(detail["invoice"]))
    if "refund" in detail:
        found["refund"] = objects.make_refund(Refund.get_by_id(detail["refund"]))
    if "dispute" in detail:
        found["dispute"] = objects.make_dispute(Dispute.get_by_id(detail["dispute"]))
    if order.is_request:
        asked = PaymentRequest.by_order(order)
        if asked is not None:
            found["payment_request"] = objects.make_payment_request(asked)
    return found
