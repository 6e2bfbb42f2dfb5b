"""Numbers in addresses: one that no row can have is an address that isn't there."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

# A longer number does not even reach the database.
LARGEST = 2**63 - 1


class RowNumber(IntegerConverter):
    """`<int:…>` of every route."""

    def __init__(self, map: Map, **options: int) -> None:
        """`options` as the route gives them."""
        super().__init__(map, **{"max": LARGEST, **options})  # type: ignore[arg-type]  # also `signed`, a bool


def init_app(app: Flask) -> None:
    """Let every route's numbers be such."""
    app.url_map.converters["int"] = RowNumber
