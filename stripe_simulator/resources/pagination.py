"""Lists: newest first, filtered and paginated (docs.stripe.com/api/pagination)."""

from typing import Any

from stripe_simulator import errors
from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid
from stripe_simulator.store import Json

DEFAULT_LIMIT, MAX_LIMIT = 10, 100
COMPARISONS = {
    "gt": lambda created, limit: created > limit,
    "gte": lambda created, limit: created >= limit,
    "lt": lambda created, limit: created < limit,
    "lte": lambda created, limit: created <= limit,
}


def paginate(call: Call, objects: list[Json], url: str) -> Json:
    """Return the `list` object for the requested limit, starting_after, ending_before and created.

    Raises StripeError 400 for a limit outside 1 to 100, for both cursors together, or for an unknown cursor.
    """
    limit = page_limit(call)
    found = [one for one in objects if matches_time(one, call.params.get("created"))]
    after, before = call.param("starting_after"), call.param("ending_before")
    if after and before:
        raise invalid("You can only use one of `starting_after` and `ending_before`.", param="ending_before")
    if before:
        start = position_of(found, before, "ending_before")
        rows = found[max(start - limit, 0) : start]
        has_more = start > limit
    else:
        start = position_of(found, after, "starting_after") + 1 if after else 0
        rows = found[start : start + limit]
        has_more = len(found) > start + limit
    return {"object": "list", "data": rows, "has_more": has_more, "url": url}


def page_limit(call: Call) -> int:
    limit = int(call.params.get("limit", DEFAULT_LIMIT))
    if not 1 <= limit <= MAX_LIMIT:
        raise invalid(f"This value must be between 1 and {MAX_LIMIT}.", param="limit", code="parameter_invalid_integer")
    return limit


def position_of(objects: list[Json], id_: str, param: str) -> int:
    for index, one in enumerate(objects):
        if one["id"] == id_:
            return index
    raise errors.missing("object", id_, param=param, status=400)


def matches_time(obj: Json, created: Any) -> bool:
    """Match `created`: a timestamp, or a hash of gt, gte, lt, lte in seconds since 1970."""
    if created is None:
        return True
    if isinstance(created, int):
        return bool(obj["created"] == created)
    return all(COMPARISONS[name](obj["created"], limit) for name, limit in created.items())


def filter_by_params(objects: list[Json], call: Call, *names: str) -> list[Json]:
    """Keep the objects whose fields equal the given parameters of the same names."""
    wanted = {name: call.params[name] for name in names if name in call.params}
    return [one for one in objects if all(one.get(name) == value for name, value in wanted.items())]
