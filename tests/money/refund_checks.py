"""Compare refunds and disputes in the shop with those at the simulator; each check returns the differences as text."""

from collections.abc import Iterator
from typing import Any

from storefront.models import Dispute, Refund

# {ID: object at Stripe}
Objects = dict[str, dict[str, Any]]


def refunds_known(refunds: Objects) -> list[str]:
    """Every refund at Stripe has a row with its status and amount."""
    rows = {row.refund_id: (row.status, row.amount) for row in Refund.select()}
    return list(_differences("refund", rows, refunds))


def when_idle(refunds: Objects, disputes: Objects) -> list[str]:
    """Differences that are wrong when all events are delivered and handled."""
    rows = {row.dispute_id: (row.status, row.amount) for row in Dispute.select()}
    return [*refunds_known(refunds), *_differences("dispute", rows, disputes)]


def _differences(kind: str, rows: dict[str, tuple[str, int]], objects: Objects) -> Iterator[str]:
    for id_, theirs in objects.items():
        if rows.get(id_) != (theirs["status"], theirs["amount"]):
            yield f"{kind} {id_} is {rows.get(id_)} in the shop, {theirs['status']} {theirs['amount']} at Stripe"
