"""Events: retrieve and list, in the shape of the account's default API version."""

from fnmatch import fnmatchcase

from stripe_simulator import API_VERSION, account_settings
from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid
from stripe_simulator.resources.pagination import paginate
from stripe_simulator.store import Json
from stripe_simulator.webhooks import old_shapes

MAX_TYPES = 20


def retrieve(call: Call) -> Json:
    return in_default_version(call, [call.get("event", call.ids["id"])])[0]


def in_default_version(call: Call, events: list[Json]) -> list[Json]:
    version = account_settings.read(call.store, call.realm.account)["api_version"]
    return events if version == API_VERSION else [old_shapes.render(call.store, one, version) for one in events]


def list_all(call: Call) -> Json:
    """Filters: `type` (may end in `*`), `types` (at most 20), `delivery_success`, `created`."""
    found = call.store.all(call.realm, "event")
    types = call.params.get("types", [])
    if types and "type" in call.params:
        raise invalid("You may only specify one of these parameters: type, types.", param="types")
    if len(types) > MAX_TYPES:
        raise invalid(f"You may specify at most {MAX_TYPES} types.", param="types")
    if "type" in call.params:
        types = [call.params["type"]]
    if types:
        found = [one for one in found if any(fnmatchcase(one["type"], type_) for type_ in types)]
    if "delivery_success" in call.params:
        wanted = call.params["delivery_success"]
        found = [one for one in found if (one["pending_webhooks"] == 0) == wanted]
    page = paginate(call, found, "/v1/events")
    return page | {"data": in_default_version(call, page["data"])}
