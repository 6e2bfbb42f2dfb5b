"""Counting renewals: what was paid, and of those that have stopped what was recovered, is lost, or is at risk."""

from storefront.db import Trigger
from storefront.models.counters.counted import DIALECTS, Counted, one_of
from storefront.models.counters.counter import CounterKind
from storefront.models.subscriptions.invoice import CLOSED_INVOICE_STATUSES, FIRST_INVOICE, InvoiceStatus
from storefront.models.subscriptions.subscription_status import ENDED_STATUSES

RECEIVED = "COALESCE({row}.amount_received, {row}.amount_paid)"
_IS_ENDED = "(SELECT status FROM subscription WHERE id = {row}.subscription_id) IN " + one_of(ENDED_STATUSES)
MERCHANT_OF_SUBSCRIPTION = "(SELECT merchant_id FROM subscription WHERE id = {row}.subscription_id)"
# What the customer has paid outside of Stripe was not recovered by the shop.
_STOPPED_MONEY = f"CASE WHEN {{row}}.status = '{InvoiceStatus.PAID}' THEN {RECEIVED} ELSE {{row}}.amount END"


def _outcome(is_ended: str) -> str:
    """The outcome of a stopped renewal. An open installment of a plan that has ended can still be paid: at risk."""
    return (
        f"CASE WHEN {{row}}.status = '{InvoiceStatus.PAID}' THEN 'recovered'"
        f" WHEN {{row}}.status IN {one_of(CLOSED_INVOICE_STATUSES)} OR ({{row}}.needs = '' AND {is_ended}) THEN 'lost'"
        " ELSE 'at_risk' END"
    )


STOPPED_RENEWALS = Counted(
    CounterKind.STOPPED_RENEWALS,
    "invoice",
    (
        "subscription_id",
        "failed_at",
        "reason",
        "status",
        "needs",
        "currency",
        "amount",
        "amount_paid",
        "amount_received",
    ),
    where=f"{{row}}.failed_at IS NOT NULL AND {{row}}.reason <> '{FIRST_INVOICE}' AND {_STOPPED_MONEY} > 0",
    merchant=MERCHANT_OF_SUBSCRIPTION,
    status=_outcome(_IS_ENDED),
    currency="{row}.currency",
    amount=_STOPPED_MONEY,
)


def stopped_renewal_triggers() -> tuple[Trigger, ...]:
    """What becomes of the stopped renewals of a subscription that ends."""
    ended = one_of(ENDED_STATUSES)
    of_subscription = "t.subscription_id = NEW.id"
    statements = {
        dialect: tuple(
            STOPPED_RENEWALS.sums(dialect, of_subscription, sign, status=_outcome(f"{row}.status IN {ended}"))
            for row, sign in (("OLD", -1), ("NEW", 1))
        )
        for dialect in DIALECTS
    }
    when = f"(OLD.status IN {ended}) <> (NEW.status IN {ended})"
    return (Trigger("stopped_renewals_ended", "subscription", "update", statements, columns=("status",), when=when),)
