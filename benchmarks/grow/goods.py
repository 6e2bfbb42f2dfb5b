"""License keys of the orders, and downloads of their files. What an offer delivers is part of the catalog."""

from benchmarks.grow.tables import run
from storefront.models import PAYABLE_STATUSES, Deliverable, DeliverableKind

# As many as an order has units at most, one row each.
_UNITS = "(SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4)"
_PAYABLE = ", ".join(f"'{status}'" for status in sorted(PAYABLE_STATUSES))
# An order that can still be paid holds its keys; one that was paid has them.
_KEYS = f"""
INSERT INTO license_key (deliverable_id, value, order_id, given_at, created_at)
SELECT d.id, 'GROWN-' || o.id || '-' || u.n, o.id, o.paid_at, o.created_at
FROM shop_order AS o JOIN deliverable AS d ON d.offer_id = o.offer_id AND d.kind = '{DeliverableKind.KEYS}'
JOIN {_UNITS} AS u ON u.n <= o.quantity
WHERE o.id >= {{first_order}} AND (o.paid_at IS NOT NULL OR o.status IN ({_PAYABLE}))
"""  # noqa: S608 - only our own words
# Half of the customers have downloaded what they bought, some of them twice.
_DOWNLOADS = f"""
INSERT INTO download (order_id, deliverable_id, file_id, network, at)
SELECT o.id, d.id, d.file_id, o.buyer_address, o.paid_at
FROM shop_order AS o JOIN deliverable AS d ON d.offer_id = o.offer_id AND d.kind = '{DeliverableKind.FILE}'
JOIN {_UNITS} AS u ON u.n <= o.id % 3
WHERE o.id >= {{first_order}} AND o.paid_at IS NOT NULL
"""  # noqa: S608 - only our own words


def write_goods(first_order: int) -> None:
    """Write the keys and downloads of the orders from this id on."""
    # Most catalogs have neither: then the orders need not be read.
    for kind, sql in ((DeliverableKind.KEYS, _KEYS), (DeliverableKind.FILE, _DOWNLOADS)):
        if Deliverable.select().where(Deliverable.kind == kind).exists():
            run(sql.format(first_order=first_order))
