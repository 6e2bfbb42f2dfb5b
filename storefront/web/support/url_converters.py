"""Numbers in URLs: a number that is too large for a row id answers 404."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

# The largest integer that SQLite and PostgreSQL can compare with an id.
MAX_ID = 2**63 - 1


class RowIdConverter(IntegerConverter):
    """Replaces the converter of `<int:…>` in all routes."""

    def __init__(self, map: Map, **options: int) -> None:
        """`options` come from the route; `max` defaults to the largest id."""
        super().__init__(map, **{"max": MAX_ID, **options})  # type: ignore[arg-type]  # also `signed`, a bool


def init_app(app: Flask) -> None:
    """Use it for all routes."""
    app.url_map.converters["int"] = RowIdConverter
