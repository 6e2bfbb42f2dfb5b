"""Events: retrieve and list, in the shape of the account's default API version."""

from fnmatch import fnmatchcase

from stripe_simulator import API_VERSION, account_settings
from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid
from stripe_simulator.resources.pagination import paginate_stored
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
    types = call.params.get("types", [])
    if types and "type" in call.params:
        raise invalid("You may only specify one of these parameters: type, types.", param="types")
    if len(types) > MAX_TYPES:
        raise invalid(f"You may specify at most {MAX_TYPES} types.", param="types")
    if "type" in call.params:
        types = [call.params["type"]]
    delivered: bool | None = call.params.get("delivery_success")
    has_patterns = any("*" in type_ for type_ in types)

    def keep(event: Json) -> bool:
        if types and not any(fnmatchcase(event["type"], type_) for type_ in types):
            return False
        return delivered is None or (event["pending_webhooks"] == 0) == delivered

    # Undelivered events are few: they have an index of their own.
    one_of = None if not types or has_patterns or delivered is False else {"type": types}
    page = paginate_stored(call, "event", "/v1/events", one_of=one_of, keep=keep, undelivered=delivered is False)
    return page | {"data": in_default_version(call, page["data"])}
