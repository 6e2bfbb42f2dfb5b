"""Variable parts of URLs: numbers too large for a row id and texts with control characters answer 404."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter

# The largest integer that SQLite and PostgreSQL can compare with an id.
MAX_ID = 2**63 - 1


class RowIdConverter(IntegerConverter):
    """Replaces the converter of `<int:…>` in all routes."""

    def __init__(self, map: Map, **options: int) -> None:
        """`options` come from the route; `max` defaults to the largest id."""
        super().__init__(map, **{"max": MAX_ID, **options})  # type: ignore[arg-type]  # also `signed`, a bool


class TextConverter(UnicodeConverter):
    """Replaces the converter of `<…>` in all routes. PostgreSQL refuses a query with a NUL character.

    The longest part is a signed link with an email address in it.
    """

    def __init__(self, map: Map) -> None:
        super().__init__(map)
        self.regex = r"[^/\x00-\x1f\x7f]{1,2000}"


def init_app(app: Flask) -> None:
    """Use them for all routes."""
    app.url_map.converters.update({"int": RowIdConverter, "default": TextConverter, "string": TextConverter})
