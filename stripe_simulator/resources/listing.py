"""Lists: newest first, filtered, in pages (docs.stripe.com/api/pagination)."""

from typing import Any

from stripe_simulator import errors
from stripe_simulator.call import Call
from stripe_simulator.errors import invalid
from stripe_simulator.store import Json

DEFAULT, MOST = 10, 100
COMPARISONS = {
    "gt": lambda created, limit: created > limit,
    "gte": lambda created, limit: created >= limit,
    "lt": lambda created, limit: created < limit,
    "lte": lambda created, limit: created <= limit,
}


def page(call: Call, objects: list[Json], url: str) -> Json:
    """The `list` object with the page asked for by limit, starting_after, ending_before and created.

    Raises StripeError 400 for a limit outside 1 to 100, both cursors at once, or an unknown cursor.
    """
    limit = limit_of(call)
    found = [one for one in objects if in_time(one, call.params.get("created"))]
    after, before = call.given("starting_after"), call.given("ending_before")
    if after and before:
        raise invalid("You can only use one of `starting_after` and `ending_before`.", param="ending_before")
    if before:
        start = place_of(found, before, "ending_before")
        rows = found[max(start - limit, 0) : start]
        has_more = start > limit
    else:
        start = place_of(found, after, "starting_after") + 1 if after else 0
        rows = found[start : start + limit]
        has_more = len(found) > start + limit
    return {"object": "list", "data": rows, "has_more": has_more, "url": url}


def limit_of(call: Call) -> int:
    limit = int(call.params.get("limit", DEFAULT))
    if not 1 <= limit <= MOST:
        raise invalid(f"This value must be between 1 and {MOST}.", param="limit", code="parameter_invalid_integer")
    return limit


def place_of(objects: list[Json], id_: str, param: str) -> int:
    for index, one in enumerate(objects):
        if one["id"] == id_:
            return index
    raise errors.missing("object", id_, param=param, status=400)


def in_time(obj: Json, created: Any) -> bool:
    """`created` is a time, or a hash of gt, gte, lt, lte; seconds since 1970."""
    if created is None:
        return True
    if isinstance(created, int):
        return bool(obj["created"] == created)
    return all(COMPARISONS[name](obj["created"], limit) for name, limit in created.items())


def matching(objects: list[Json], call: Call, *names: str) -> list[Json]:
    """Those whose fields equal the parameters of the same names, where given."""
    wanted = {name: call.params[name] for name in names if name in call.params}
    return [one for one in objects if all(one.get(name) == value for name, value in wanted.items())]
