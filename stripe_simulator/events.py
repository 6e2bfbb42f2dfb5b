"""Events: what happened, with a snapshot of the object, queued for every endpoint that wants it."""

from typing import Any

from stripe_simulator import API_VERSION
from stripe_simulator.call import Call
from stripe_simulator.ids import new_id
from stripe_simulator.store import Json, public


def emit(call: Call, type_: str, obj: Json, previous: Json | None = None) -> None:
    """Writes the event and queues its deliveries.

    `previous` are the attributes that changed, with their old values (for `….updated`).
    """
    data: Json = {"object": public(obj)}
    if previous is not None:
        data["previous_attributes"] = previous
    wanting = [one for one in call.store.all(call.realm, "webhook_endpoint") if wants(one, type_)]
    event = call.save(
        {
            "id": new_id("evt", call.realm.account.id),
            "object": "event",
            "api_version": API_VERSION,
            "created": call.now,
            "data": data,
            "livemode": call.realm.livemode,
            "pending_webhooks": len(wanting),
            "request": {"id": call.request_id or None, "idempotency_key": call.idempotency_key},
            "type": type_,
        }
    )
    call.queued += [queue(call, event["id"], endpoint["id"]) for endpoint in wanting]


def wants(endpoint: Json, type_: str) -> bool:
    """Whether an endpoint is enabled and subscribed to this type."""
    return endpoint["status"] == "enabled" and not {"*", type_}.isdisjoint(endpoint["enabled_events"])


def queue(call: Call, event_id: str, endpoint_id: str) -> int:
    """One delivery to make; its id."""
    cursor = call.store.db.execute(
        "INSERT INTO delivery (account, livemode, event, endpoint) VALUES (?, ?, ?, ?)",
        (call.realm.account.id, call.realm.livemode, event_id, endpoint_id),
    )
    id_: Any = cursor.lastrowid
    return int(id_)


def changes(before: Json, after: Json) -> Json:
    """`previous_attributes`: the old values of what changed."""
    return {name: value for name, value in public(before).items() if after.get(name) != value}
