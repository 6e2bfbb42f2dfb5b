"""Limits a list to the rows that were created within some days, in the order of any of its indexes.

Ids ascend with time, so the index of the times finds the first and the last id, and each index of the list ends with
the id. The clocks of two servers differ a little, therefore the ids are taken with a margin and the times compared.
"""

from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from storefront.models.search.pages import Place

MARGIN = timedelta(hours=1)
# Above each id, and below.
_NO_ID = (2**62, 0)


def created_between(
    query: Any, model: Any, since: datetime | None, until: datetime | None, ids: tuple[bool, bool] = (True, True)
) -> Any:
    """The query with a condition for the rows created from `since` on and before `until`; None is no limit.

    `ids` says whether the first and the last id limit it, too.
    """
    # An expression: the index of the times has not the order of the list.
    created = fn.COALESCE(model.created_at, None)
    if since is not None:
        query = query.where(created >= _stored(model, since))
        query = query.where(model.id >= first_id(model, since - MARGIN)) if ids[0] else query
    if until is not None:
        query = query.where(created < _stored(model, until))
        query = query.where(model.id <= last_id(model, until + MARGIN)) if ids[1] else query
    return query


def ids_beside(place: Place, descending: bool) -> tuple[bool, bool]:
    """Which of the limits of `created_between` a page at `place` needs: its edge, a row of the list, is the other one.

    With a second limit on the same side SQLite would leave a filter to the rows, instead of the index that has it.
    """
    if place.after is None and place.before is None:
        return True, True
    is_below = descending == (place.after is not None)
    return is_below, not is_below


def first_id(model: Any, since: datetime) -> Any:
    """An expression: the id of the first row created from `since` on, above all ids if there is none."""
    other = model.alias()
    found = other.select(other.id).where(other.created_at >= since).order_by(other.created_at, other.id).limit(1)
    return fn.COALESCE(found, _NO_ID[0])


def last_id(model: Any, until: datetime) -> Any:
    """An expression: the id of the last row created before `until`, below all ids if there is none."""
    other = model.alias()
    found = other.select(other.id).where(other.created_at < until)
    return fn.COALESCE(found.order_by(other.created_at.desc(), other.id.desc()).limit(1), _NO_ID[1])


def _stored(model: Any, at: datetime) -> Any:
    return model.created_at.db_value(at)
