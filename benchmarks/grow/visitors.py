"""Views of offers' pages, and those who wait for an offer that is sold out."""

from benchmarks.grow.tables import run

# So many views for one order.
_VIEWS = 30
_DAY = "substr(CAST(o.created_at AS VARCHAR(30)), 1, 10)"
_SEEN = f"""
INSERT INTO offer_view (offer_id, day, mode, seen)
SELECT o.offer_id, {_DAY}, 'test', {_VIEWS} * COUNT(*)
FROM shop_order AS o WHERE o.id >= {{first_order}} AND o.offer_id IS NOT NULL GROUP BY o.offer_id, {_DAY}
ON CONFLICT (offer_id, day, mode) DO UPDATE SET seen = offer_view.seen + excluded.seen
"""  # noqa: S608 - only our own words
# Whoever has not paid in time: half of them have been told that the offer can be bought again.
_WAITING = """
INSERT INTO waiting_customer (offer_id, email, recipient, language, at, written_at)
SELECT o.offer_id, o.email, o.email, o.language, MIN(o.created_at),
  CASE WHEN MIN(o.id) % 2 = 0 THEN MIN(o.expires_at) END
FROM shop_order AS o WHERE o.id >= {first_order} AND o.status = 'expired' AND o.kind = 'one_off'
  AND o.offer_id IS NOT NULL
GROUP BY o.offer_id, o.email, o.language
ON CONFLICT (offer_id, email) DO NOTHING
"""


def write_visitors(first_order: int) -> None:
    """Write those of the orders from this id on."""
    for sql in (_SEEN, _WAITING):
        run(sql.format(first_order=first_order))
