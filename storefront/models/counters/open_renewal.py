"""The table `open_renewal`: a row for each subscription that has a payable invoice, about the newest one.

The queues of open renewals and their counters read it. No code writes it: the triggers do, in the transaction of the
change itself.
"""

from datetime import datetime

from peewee import BigIntegerField, CharField, IntegerField, Model

from storefront.db import Trigger, db
from storefront.models.base import UtcDateTimeField
from storefront.models.counters.counted import one_of
from storefront.models.subscriptions.invoice import InvoiceNeed, InvoiceStatus

# When subscriptions without a period are due: they stand last.
NO_PERIOD = datetime(9999, 12, 31)  # as the table stores it
# One index for each way in which a queue can be filtered.
_FILTERS = ("", "offer_id", "mode", "status", "offer_id mode", "offer_id status", "mode status", "offer_id mode status")


class OpenRenewalRow(Model):
    """`invoice_id` is the newest payable invoice; `amount` is the sum of all payable ones and `invoices` their number.

    `needs` is the InvoiceNeed of the newest one. `due_at` is the end of the subscription's period; `mode`, `status` and
    `offer_id` are the subscription's as well. `is_connected` is 1 while the merchant is connected: the shop can't take
    the payments of others.
    """

    subscription_id = BigIntegerField(primary_key=True)
    invoice_id = BigIntegerField(unique=True)
    order_id = BigIntegerField(index=True)
    merchant_id = BigIntegerField(index=True)
    offer_id = IntegerField()
    needs = CharField(max_length=15)
    mode = CharField(max_length=4)
    status = CharField(max_length=20)
    is_connected = IntegerField()
    due_at = UtcDateTimeField()
    amount = BigIntegerField()
    invoices = IntegerField()

    class Meta:
        database = db
        table_name = "open_renewal"
        indexes = tuple(
            (("is_connected", "needs", *filters.split(), "due_at", "invoice_id"), False) for filters in _FILTERS
        )


_IS_PAYABLE = f"{{row}}.status = '{InvoiceStatus.OPEN}' AND {{row}}.needs IN {one_of(InvoiceNeed)}"
_PAYABLE_OLD, _PAYABLE_NEW = _IS_PAYABLE.format(row="OLD"), _IS_PAYABLE.format(row="NEW")
_DUE_AT = f"COALESCE({{row}}.period_end, '{NO_PERIOD}')"
# {column: its value for the subscription s, its newest payable invoice i and its merchant m}
_VALUES = {
    "subscription_id": "s.id",
    "order_id": "s.order_id",
    "merchant_id": "m.id",
    "offer_id": "s.offer_id",
    "mode": "s.mode",
    "invoice_id": "i.id",
    "needs": "i.needs",
    "status": "s.status",
    "is_connected": "CASE WHEN m.disconnected_at IS NULL THEN 1 ELSE 0 END",
    "due_at": _DUE_AT.format(row="s"),
    "amount": "(SELECT SUM(n.amount) FROM invoice AS n WHERE n.subscription_id = s.id AND {payable})",
    "invoices": "(SELECT COUNT(*) FROM invoice AS n WHERE n.subscription_id = s.id AND {payable})",
}
# Those that change while the row exists.
_CHANGING = ("invoice_id", "needs", "status", "is_connected", "due_at", "amount", "invoices")


def _newest_payable(which: str, lock: str = "") -> str:
    """A statement that stores the newest payable invoice of the subscriptions `s` of which `which` is true."""
    payable = _IS_PAYABLE.format(row="n")
    return (
        f"INSERT INTO open_renewal ({', '.join(_VALUES)})"
        f" SELECT {', '.join(_VALUES.values()).format(payable=payable)}"
        " FROM subscription AS s JOIN merchant AS m ON m.id = s.merchant_id JOIN invoice AS i ON i.id ="
        f" (SELECT n.id FROM invoice AS n WHERE n.subscription_id = s.id AND {payable}"
        f" ORDER BY n.created_at DESC, n.id DESC LIMIT 1) WHERE {which}{lock}"
        " ON CONFLICT (subscription_id) DO UPDATE SET "
        + ", ".join(f"{column} = excluded.{column}" for column in _CHANGING)
    )


def _refresh(row: str) -> dict[str, tuple[str, ...]]:
    subscription = f"{row}.subscription_id"
    payable = f"SELECT 1 FROM invoice AS n WHERE n.subscription_id = {subscription} AND {_IS_PAYABLE.format(row='n')}"
    gone = f"DELETE FROM open_renewal WHERE subscription_id = {subscription} AND NOT EXISTS ({payable})"
    which = f"s.id = {subscription}"
    return {
        "sqlite": (gone, _newest_payable(which)),
        # Waits for a merchant that is being disconnected, and for another change of the subscription.
        "postgresql": (gone, _newest_payable(which, " FOR SHARE OF m FOR NO KEY UPDATE OF s")),
    }


OPEN_RENEWAL_TRIGGERS = (
    Trigger("open_renewal_insert", "invoice", "insert", _refresh("NEW"), when=_PAYABLE_NEW),
    Trigger("open_renewal_delete", "invoice", "delete", _refresh("OLD"), when=_PAYABLE_OLD),
    Trigger(
        "open_renewal_update",
        "invoice",
        "update",
        _refresh("NEW"),
        columns=("status", "needs", "created_at", "amount"),
        when=f"({_PAYABLE_OLD}) OR ({_PAYABLE_NEW})",
    ),
    Trigger(
        "open_renewal_subscription",
        "subscription",
        "update",
        (
            f"UPDATE open_renewal SET status = NEW.status, due_at = {_DUE_AT.format(row='NEW')}"
            " WHERE subscription_id = NEW.id",
        ),
        columns=("status", "period_end"),
        when="NEW.status <> OLD.status OR NEW.period_end IS DISTINCT FROM OLD.period_end",
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
_SOME = f"s.id IN (SELECT n.subscription_id FROM invoice AS n WHERE {_IS_PAYABLE.format(row='n')})"
OPEN_RENEWAL_REBUILD = ("DELETE FROM open_renewal", _newest_payable(_SOME))
