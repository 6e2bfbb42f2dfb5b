"""The table `open_renewal`: a row for each subscription that has a payable invoice, about the newest one.

It is kept for its counters: which invoice is the newest one can't be seen in a single row.
`is_connected` is 1 while the merchant is connected: the shop can't take the payments of others.
"""

from storefront.db import Trigger
from storefront.models.counters.counted import one_of
from storefront.models.subscriptions.invoice import InvoiceNeed, InvoiceStatus

_IS_PAYABLE = f"{{row}}.status = '{InvoiceStatus.OPEN}' AND {{row}}.needs IN {one_of(InvoiceNeed)}"
_PAYABLE_OLD, _PAYABLE_NEW = _IS_PAYABLE.format(row="OLD"), _IS_PAYABLE.format(row="NEW")


def _newest_payable(which: str, lock: str = "") -> str:
    """A statement that stores the newest payable invoice of the subscriptions `s` of which `which` is true."""
    return (
        "INSERT INTO open_renewal (subscription_id, invoice_id, needs, merchant_id, is_connected)"
        " SELECT s.id, i.id, i.needs, m.id, CASE WHEN m.disconnected_at IS NULL THEN 1 ELSE 0 END"
        " FROM subscription AS s JOIN merchant AS m ON m.id = s.merchant_id JOIN invoice AS i ON i.id ="
        f" (SELECT n.id FROM invoice AS n WHERE n.subscription_id = s.id AND {_IS_PAYABLE.format(row='n')}"
        f" ORDER BY n.created_at DESC, n.id DESC LIMIT 1) WHERE {which}{lock}"
        " ON CONFLICT (subscription_id) DO UPDATE SET"
        " invoice_id = excluded.invoice_id, needs = excluded.needs, is_connected = excluded.is_connected"
    )


def _refresh(row: str) -> dict[str, tuple[str, ...]]:
    subscription = f"{row}.subscription_id"
    payable = f"SELECT 1 FROM invoice AS n WHERE n.subscription_id = {subscription} AND {_IS_PAYABLE.format(row='n')}"
    gone = f"DELETE FROM open_renewal WHERE subscription_id = {subscription} AND NOT EXISTS ({payable})"
    which = f"s.id = {subscription}"
    return {
        "sqlite": (gone, _newest_payable(which)),
        # A merchant that is being disconnected at the same moment is waited for.
        "postgresql": (gone, _newest_payable(which, " FOR SHARE OF m")),
    }


OPEN_RENEWAL_TRIGGERS = (
    Trigger("open_renewal_insert", "invoice", "insert", _refresh("NEW"), when=_PAYABLE_NEW),
    Trigger("open_renewal_delete", "invoice", "delete", _refresh("OLD"), when=_PAYABLE_OLD),
    Trigger(
        "open_renewal_update",
        "invoice",
        "update",
        _refresh("NEW"),
        columns=("status", "needs", "created_at"),
        when=f"({_PAYABLE_OLD}) OR ({_PAYABLE_NEW})",
    ),
    Trigger(
        "open_renewal_merchant",
        "merchant",
        "update",
        (
            "UPDATE open_renewal SET is_connected = CASE WHEN NEW.disconnected_at IS NULL THEN 1 ELSE 0 END"
            " WHERE merchant_id = NEW.id",
        ),
        columns=("disconnected_at",),
        when="(OLD.disconnected_at IS NULL) <> (NEW.disconnected_at IS NULL)",
    ),
)
OPEN_RENEWAL_REBUILD = ("DELETE FROM open_renewal", _newest_payable("true"))
