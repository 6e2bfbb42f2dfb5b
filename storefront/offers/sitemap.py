"""The offers that search engines may list: published and listed, in files of at most `PER_FILE` addresses."""

from functools import cache
from typing import Any

from storefront.db import db
from storefront.offers.public_offers import Query

PER_FILE = 2_000
# As the partial index `offer_public` says it, so that SQLite uses it.
_PUBLIC = "o.status = 'published' AND o.listed"


def sitemap_query(part: int | None) -> Query:
    """Reads (slug, time of the last change) of one file; without `part` of the first offers, and of one more.

    A part has the offers of a range of ids, so that it stays the same whatever is added later.
    """
    if part is None:
        return _first_sql(db.param), (PER_FILE + 1,)
    return _part_sql(db.param), (part * PER_FILE, (part + 1) * PER_FILE)


def sitemap_entries(rows: list[tuple[Any, ...]]) -> list[tuple[str, str]]:
    """[(slug, date of the last change)] of such rows."""
    return [(str(slug), str(changed)[:10]) for slug, changed in rows]


def sitemap_parts() -> list[int]:
    """The parts that have an offer: one step through the index for each."""
    first, following = (
        f'(SELECT MIN(o.id) / {PER_FILE} FROM "offer" o WHERE {_PUBLIC}{condition})'  # noqa: S608
        for condition in ("", f" AND o.id >= (p.part + 1) * {PER_FILE}")
    )
    sql = (
        f"WITH RECURSIVE p(part) AS (SELECT {first} UNION ALL SELECT {following} FROM p WHERE p.part IS NOT NULL)"  # noqa: S608
        " SELECT part FROM p WHERE part IS NOT NULL"
    )
    return [int(part) for (part,) in db.execute_sql(sql).fetchall()]


@cache
def _first_sql(param: str) -> str:
    return f'SELECT o.slug, o.updated_at FROM "offer" o WHERE {_PUBLIC} ORDER BY o.id LIMIT {param}'  # noqa: S608


@cache
def _part_sql(param: str) -> str:
    condition = f"{_PUBLIC} AND o.id >= {param} AND o.id < {param}"
    return f'SELECT o.slug, o.updated_at FROM "offer" o WHERE {condition} ORDER BY o.id'  # noqa: S608
