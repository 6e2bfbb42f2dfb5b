"""Creates events with a snapshot of their object, and queues them for subscribed endpoints."""

from typing import Any

from stripe_simulator import API_VERSION
from stripe_simulator.api.call import Call
from stripe_simulator.ids import new_id
from stripe_simulator.store import Json, public_fields


def emit(call: Call, type_: str, obj: Json, previous_attributes_of_object: Json | None = None) -> None:
    """Save the event and queue its deliveries. Does nothing while events are off.

    `previous` holds the old values of the changed attributes (for `….updated`).
    """
    if not call.with_events:
        return
    data: Json = {"object": public_fields(obj)}
    if previous_attributes_of_object is not None:
        data["previous_attributes"] = previous_attributes_of_object
    endpoints = [one for one in call.store.all(call.realm, "webhook_endpoint") if is_subscribed(one, type_)]
    event = call.save(
        {
            "id": new_id("evt", call.realm.account.id),
            "object": "event",
            "api_version": API_VERSION,
            "created": call.now,
            "data": data,
            "livemode": call.realm.livemode,
            "pending_webhooks": len(endpoints),
            "request": {"id": call.request_id or None, "idempotency_key": call.idempotency_key},
            "type": type_,
        }
    )
    call.queued += [create_delivery(call, event["id"], endpoint["id"]) for endpoint in endpoints]


def is_subscribed(endpoint: Json, type_: str) -> bool:
    """Whether an endpoint is enabled and subscribed to this type."""
    return endpoint["status"] == "enabled" and not {"*", type_}.isdisjoint(endpoint["enabled_events"])


def create_delivery(call: Call, event_id: str, endpoint_id: str) -> int:
    """Create one delivery and return its id."""
    cursor = call.store.db.execute(
        "INSERT INTO delivery (account, livemode, event, endpoint) VALUES (?, ?, ?, ?)",
        (call.realm.account.id, call.realm.livemode, event_id, endpoint_id),
    )
    id_: Any = cursor.lastrowid
    return int(id_)


def previous_attributes(before: Json, after: Json) -> Json:
    """Return `previous_attributes`: the old values of the changed attributes."""
    return {name: value for name, value in public_fields(before).items() if after.get(name) != value}
