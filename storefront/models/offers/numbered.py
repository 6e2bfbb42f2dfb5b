"""Ids of what an offer's row has as JSON: its add-ons and its questions."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from storefront.models.offers.addon import Addon
from storefront.models.offers.question import Question

Row = TypeVar("Row", Addon, Question)


def numbered(rows: Iterable[Row], known: Iterable[Row], last_id: int) -> tuple[list[Row], int]:
    """The rows with ids, and the highest id so far. Those that the offer has keep theirs; no id is used twice."""
    free, found = {row.id for row in known}, []
    for row in rows:
        if row.id in free:
            free.discard(row.id)
            found.append(row)
        else:
            last_id += 1
            found.append(replace(row, id=last_id))
    return found, last_id
