"""Rows of a PostgreSQL dump, read without a server: from the COPY blocks of its statements.

Source of the format: postgresql.org/docs/current/sql-copy.html, "Text Format".
"""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from storefront.operations.backups.contents import READ_COLUMNS

_COPY = re.compile(r'COPY public\."?(\w+)"? \((.*)\) FROM stdin;\n')
_END, _NULL = "\\.\n", "\\N"
_ESCAPED = re.compile(r"\\(.)")
_MEANT = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}


def load_rows(statements: Path, scratch: sqlite3.Connection) -> dict[str, list[str]]:
    """Insert the rows into tables of `scratch`, with the columns that `read_contents` reads. Return {table: columns}.

    Raises ValueError for a file that does not end its rows.
    """
    columns: dict[str, list[str]] = {}
    with statements.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            if begins := _COPY.fullmatch(line):
                table, present = begins[1], [name.strip('"') for name in begins[2].split(", ")]
                kept = [name for name in READ_COLUMNS.get(table, ()) if name in present] or present[:1]
                columns[table] = kept
                scratch.execute(f'CREATE TABLE "{table}" ({_quoted(kept)})')
                places = [present.index(name) for name in kept]
                marks = ", ".join("?" * len(kept))
                scratch.executemany(f'INSERT INTO "{table}" VALUES ({marks})', _rows(file, places))  # noqa: S608
    scratch.commit()
    return columns


def _rows(file: IO[str], places: list[int]) -> Iterator[list[str | None]]:
    """The values at these places of each row, up to the end of the block."""
    for line in file:
        if line == _END:
            return
        values = line.removesuffix("\n").split("\t")
        yield [None if values[at] == _NULL else _ESCAPED.sub(_plain, values[at]) for at in places]
    raise ValueError("the rows of a table do not end")


def _plain(escaped: "re.Match[str]") -> str:
    return _MEANT.get(escaped[1], escaped[1])


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
