"""Searches for a part of a text in lists of any length.

Two ways lead to the newest matches: reading the list in its order until enough rows match, and reading all matches from
the text index. The first is short when many rows match, the second when few do. PostgreSQL knows from its statistics
which one is shorter. On SQLite a sample tells: how close together are the newest entries of the index, and the newest
rows of the list?
"""

from dataclasses import dataclass
from typing import Any

from peewee import SQL, Case, PostgresqlDatabase, Select, Table, Value

from storefront.db import db
from storefront.i18n import fold
from storefront.models.search.pages import PER_PAGE, Source, source_of
from storefront.models.text_index import TextIndex

# The indexes know parts of three characters.
SHORTEST = 3
# A sample looks at so many parts of the text, and reads so many entries of each. The rarest parts are looked up.
PARTS, SAMPLE, RAREST = 16, 64, 4
# So many rows are looked at to count those that match.
MOST_SCANNED = 5000


@dataclass(frozen=True)
class TextSearch:
    """What was typed into the search of a list; it may be anything.

    `model` is the record whose folded texts are searched by `index`, and `link` the column of the list that has the
    record's id. `number` is the id of the one record that matches whatever its texts are, as an order by its number.
    """

    typed: str
    model: Any
    index: TextIndex
    link: Any
    number: int | None = None

    @property
    def is_too_short(self) -> bool:
        """Whether nothing can be found: the text has fewer than SHORTEST characters, and is no number."""
        return self.number is None and len(fold(self.typed)) < SHORTEST

    @property
    def is_number_only(self) -> bool:
        """Whether the text is too short for the index: then only the record with its number matches."""
        return len(fold(self.typed)) < SHORTEST

    def source(self, found: Any, *keys: Any, listed: Source | None = None, looked_up: Any = None) -> Source:
        """The rows of the list that match, sorted by `keys`. On SQLite it runs one query, on PostgreSQL none.

        `found` is a query of the list with its filters, which joins `model`. `listed` are its rows without that join,
        by default newest first; `looked_up` is the same query, written so that SQLite answers it from the links.
        """
        listed = listed or source_of(found, *keys)
        if self.is_number_only or isinstance(db.obj, PostgresqlDatabase):
            return source_of(found.where(self.condition()), *keys, descending=listed.descending)
        parts = self._parts
        # Not `==`, which makes an expression of SQL.
        is_streamed = len(keys) == 1 and keys[0] is self.link
        sample = _Sample.read(self.index, parts, listed)
        if sample.rows_to_walk <= sample.entries_to_read(is_streamed):
            return self._walk(found, keys, listed)
        return self._from_index(
            found if looked_up is None else looked_up, keys, sample.rarest, is_streamed, listed.descending
        )

    def condition(self) -> Any:
        """The condition that a row of the list matches."""
        if self.is_number_only:
            return self.link == (self.number or 0)
        compared = self.model.is_found_by(self.typed)
        if isinstance(db.obj, PostgresqlDatabase):
            columns = tuple(getattr(self.model, column) for column in self.index.columns)
            # In a CASE the comparison does not count in the planner's estimate: the index's condition says the same.
            compared = Case(None, ((compared, SQL("TRUE")),), SQL("FALSE"))
            compared = self.index.postgresql_condition(fold(self.typed), columns) & compared
        return compared if self.number is None else compared | (self.link == self.number)

    def entries(self, most: int) -> Any:
        """A query for the newest ids that SQLite's index has for the text, and the id that is its number."""
        table, words = Table(self.index.name), " AND ".join(_quoted(part) for part in self._parts)
        match = SQL(f"{self.index.name} MATCH ?", [words])
        newest = Select([table], [SQL("rowid")]).where(match).order_by(SQL("rowid DESC")).limit(most)
        ids = Select([newest.alias("newest")], [SQL("rowid")])
        return ids if self.number is None else ids.union_all(Select((), [Value(self.number)]))

    @property
    def _parts(self) -> list[str]:
        parts = self.index.trigrams(fold(self.typed))
        return parts[:: -(-len(parts) // PARTS)]

    def _walk(self, found: Any, keys: tuple[Any, ...], listed: Source) -> Source:
        """The list in its order, and of each row whether it matches."""
        matching = source_of(found.where(self.condition()), *keys)
        compared, parameters = found.columns(
            *(key.alias(f"k{number}") for number, key in enumerate(keys)), self.condition().alias("hit")
        ).sql()
        return Source(
            matching.sql,
            matching.parameters,
            len(keys),
            listed.descending,
            counted=f"SELECT 1 FROM (SELECT hit FROM ({compared}) AS compared"  # noqa: S608
            f" ORDER BY {listed.order()} LIMIT {MOST_SCANNED}) AS scanned WHERE hit",
            counted_parameters=parameters,
            rest=f"SELECT 1 FROM ({listed.sql}) AS listed ORDER BY {listed.order()} LIMIT 1 OFFSET {MOST_SCANNED}",  # noqa: S608
            rest_parameters=listed.parameters,
        )

    def _from_index(
        self, found: Any, keys: tuple[Any, ...], parts: list[str], is_streamed: bool, descending: bool
    ) -> Source:
        """The entries of the index, and of each the row of the list. If they have the list's order, it is kept."""
        columns = [key.alias(f"k{number}") for number, key in enumerate(keys)]
        compared, parameters = (
            found.where(self.model.is_found_by(self.typed)).columns(*columns, self.link.alias("link")).sql()
        )
        names = "entry.rowid AS k0" if is_streamed else ", ".join(f"k{number}" for number in range(len(keys)))
        name, query = self.index.name, " AND ".join(_quoted(part) for part in parts)
        entries = f"SELECT rowid FROM {name} WHERE {name} MATCH ?"  # noqa: S608
        joined = f"CROSS JOIN ({compared}) AS compared ON compared.link = entry.rowid"
        sql, values = f"SELECT {names} FROM ({entries}) AS entry {joined}", [query, *parameters]  # noqa: S608
        newest = f"{entries} ORDER BY rowid DESC LIMIT"
        counted = f"SELECT 1 FROM ({newest} {MOST_SCANNED}) AS entry {joined}"  # noqa: S608
        counted_values = list(values)
        if self.number is not None:
            other = found.where(self.link == self.number, ~self.model.is_found_by(self.typed)).columns(*columns)
            other_sql, other_values = other.sql()
            sql, values = f"{sql} UNION ALL {other_sql}", [*values, *other_values]
            # Parentheses, because a LIMIT may not stand before UNION.
            counted = f"{counted} UNION ALL SELECT 1 FROM ({other_sql}) AS other"  # noqa: S608
            counted_values += other_values
        return Source(
            sql,
            values,
            len(keys),
            descending,
            counted=counted,
            counted_parameters=counted_values,
            rest=f"SELECT 1 FROM ({newest} 1 OFFSET {MOST_SCANNED}) AS entry",  # noqa: S608
            rest_parameters=[query],
        )


@dataclass(frozen=True)
class _Sample:
    """The newest entries of parts of a text in an index of SQLite, and the newest rows of a list.

    `counts` has (number of entries up to SAMPLE, lowest id, highest id) for each part. `size` is about the list's.
    `largest` is the highest id of the indexed table.
    """

    counts: dict[str, tuple[int, int, int]]
    size: float
    largest: int

    @classmethod
    def read(cls, index: TextIndex, parts: list[str], listed: Source) -> "_Sample":
        """Read it in one query, which costs the same for any number of rows."""
        name, last = index.name, f"k{listed.keys - 1}"
        entries = f"SELECT rowid AS id FROM {name} WHERE {name} MATCH ? ORDER BY rowid DESC LIMIT {SAMPLE}"  # noqa: S608
        selects = [
            f"SELECT {number}, COUNT(*), MIN(id), MAX(id) FROM ({entries})"  # noqa: S608
            for number in range(len(parts))
        ]
        # A list with several keys is not in the order of the ids: these say nothing about its length.
        most = SAMPLE if listed.keys == 1 else MOST_SCANNED
        rows = f"SELECT {last} AS id FROM ({listed.sql}) AS listed ORDER BY {listed.order()} LIMIT {most}"  # noqa: S608
        selects.append(f"SELECT -1, COUNT(*), MIN(id), MAX(id) FROM ({rows})")  # noqa: S608
        selects.append(f"SELECT -2, 0, 0, MAX(id) FROM {index.table}")  # noqa: S608
        values = [*(_quoted(part) for part in parts), *listed.parameters]
        found = {
            row[0]: (row[1], row[2] or 0, row[3] or 0) for row in db.execute_sql(" UNION ALL ".join(selects), values)
        }
        size = _estimate(*found[-1]) if listed.keys == 1 else found[-1][0]
        return cls({part: found[number] for number, part in enumerate(parts)}, size, found[-2][2])

    @property
    def rarest(self) -> list[str]:
        """The parts with the fewest entries."""
        return sorted(self.counts, key=lambda part: _estimate(*self.counts[part]))[:RAREST]

    @property
    def rows_to_walk(self) -> float:
        """How many rows of the list are read until a page is full; an estimate."""
        count, lowest, _highest = self.counts[self.rarest[0]]
        return self.size if count < SAMPLE else min(self.size, self.largest - lowest + 1)

    def entries_to_read(self, is_streamed: bool) -> float:
        """How many entries of the index are read until a page is full; an estimate.

        All, unless they have the list's order (`is_streamed`).
        """
        matches = _estimate(*self.counts[self.rarest[0]])
        share = min(1, self.size / max(1, self.largest))
        return min(matches, PER_PAGE / share if share else matches) if is_streamed else matches


def _estimate(count: int, lowest: int, highest: int) -> float:
    """The number of all entries with ids up to `highest`, if the sample has so many down to `lowest`."""
    return count if count < SAMPLE else SAMPLE * highest / (highest - lowest + 1)


def _quoted(part: str) -> str:
    """A part of a text as a string of FTS5, in which no character has a meaning."""
    return '"' + part.replace('"', '""') + '"'
