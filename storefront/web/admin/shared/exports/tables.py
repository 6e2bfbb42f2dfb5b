"""The table of an export: its columns, and values that do not know the kind of file yet."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from storefront.money import Money

# None is an empty cell. An amount has a currency, but its cell is the number only: the table has a column for it.
Value = str | int | Decimal | Money | datetime | None
Row = tuple[Value, ...]
_UTC = re.compile(r"[_, ]+utc\Z", re.IGNORECASE)


class ColumnKind(StrEnum):
    """What a column has, for its width and the format of its cells."""

    TEXT = "text"
    LONG_TEXT = "long text"
    NUMBER = "number"
    AMOUNT = "amount"
    TIME = "time"


@dataclass(frozen=True)
class Column:
    """`key` is the name in addresses, the same in every language. `heading` is the first cell in a CSV file.

    A CSV file has times in UTC, and its headings say so. A spreadsheet has them in the shop's time zone.
    """

    key: str
    heading: str
    kind: ColumnKind = ColumnKind.TEXT

    @property
    def label(self) -> str:
        """The heading as people read it in a page. What analytics programs name stays as they do."""
        if self.heading.startswith("utm_"):
            return self.heading
        words = _UTC.sub("", self.heading).replace("_", " ")
        return words[:1].upper() + words[1:]

    def sheet_heading(self, zone: str) -> str:
        """The first cell in a spreadsheet whose times are in this zone."""
        name = _UTC.sub("", self.heading)
        return f"{name} ({zone})" if self.kind == ColumnKind.TIME else name


@dataclass(frozen=True)
class Table:
    """`parts` are the rows, some at a time, each with a value for every column. They can be read once."""

    name: str
    columns: tuple[Column, ...]
    parts: Iterable[list[Row]]

    def with_columns(self, keys: Collection[str]) -> "Table":
        """The table with these columns only; with all if none of them is known."""
        numbers = [number for number, column in enumerate(self.columns) if column.key in keys]
        if not numbers or len(numbers) == len(self.columns):
            return self
        parts = ([tuple(row[number] for number in numbers) for row in rows] for rows in self.parts)
        return replace(self, columns=tuple(self.columns[number] for number in numbers), parts=parts)
