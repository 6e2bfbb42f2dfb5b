"""Lists: newest first, filtered and paginated (docs.stripe.com/api/pagination)."""

from collections.abc import Callable
from contextlib import closing
from itertools import islice
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
    after, before = cursors(call)
    if before:
        start = position_of(found, before, "ending_before")
        rows = found[max(start - limit, 0) : start]
        has_more = start > limit
    else:
        start = position_of(found, after, "starting_after") + 1 if after else 0
        rows = found[start : start + limit]
        has_more = len(found) > start + limit
    return {"object": "list", "data": rows, "has_more": has_more, "url": url}


def paginate_stored(
    call: Call,
    kind: str,
    url: str,
    *names: str,
    equal: Json | None = None,
    one_of: Json | None = None,
    keep: Callable[[Json], bool] | None = None,
    undelivered: bool = False,
) -> Json:
    """Return the `list` object of stored objects. Reads no more than the page, and what `keep` leaves out of it.

    `names` are parameters that fields of the same names must equal, `equal` are other fields, and `one_of` is a field
    with the values that it may have. Raises StripeError like `paginate`.
    """
    limit = page_limit(call)
    after, before = cursors(call)
    place = cursor_place(call, kind, after, before)
    filters = {name: call.params[name] for name in names if name in call.params} | (equal or {})
    stored = call.store.listed(
        call.realm,
        kind,
        filters,
        one_of=one_of,
        created=call.params.get("created"),
        cursor=place,
        oldest_first=bool(before),
        undelivered=undelivered,
    )
    with closing(stored):
        found = list(islice((one for one in stored if keep is None or keep(one)), limit + 1))
    rows = found[:limit][::-1] if before else found[:limit]
    return {"object": "list", "data": rows, "has_more": len(found) > limit, "url": url}


def cursors(call: Call) -> tuple[str | None, str | None]:
    """Return `starting_after` and `ending_before`. Raises StripeError 400 for both together."""
    after, before = call.param("starting_after"), call.param("ending_before")
    if after and before:
        raise invalid("You can only use one of `starting_after` and `ending_before`.", param="ending_before")
    return after, before


def cursor_place(call: Call, kind: str, after: str | None, before: str | None) -> int | None:
    id_ = after or before
    if not id_:
        return None
    place = call.store.place(call.realm, kind, id_)
    if place is None:
        raise errors.missing("object", id_, param="starting_after" if after else "ending_before", status=400)
    return place


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
