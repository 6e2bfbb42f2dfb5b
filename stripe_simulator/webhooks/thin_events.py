"""Thin events of API v2: they name an object and hold no copy of it (docs.stripe.com/event-destinations)."""

from datetime import UTC, datetime

from stripe_simulator.ids import new_id
from stripe_simulator.store import Json

PING = "v2.core.event_destination.ping"


def thin_event(endpoint: Json, account_id: str, type_: str, now: float) -> Json:
    """A thin event of this type; its related object is the event destination, as in a ping."""
    created = datetime.fromtimestamp(int(now), UTC).isoformat().replace("+00:00", ".000Z")
    return {
        "id": new_id("evt", account_id),
        "object": "v2.core.event",
        "api_version": endpoint["api_version"],
        "context": None,
        "created": created,
        "livemode": endpoint["livemode"],
        "reason": None,
        "related_object": {
            "id": endpoint["id"],
            "type": "v2.core.event_destination",
            "url": f"/v2/core/event_destinations/{endpoint['id']}",
        },
        "type": type_,
    }
