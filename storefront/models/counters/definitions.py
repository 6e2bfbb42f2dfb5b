"""Which rows each kind of counter counts. The rules are those of the models, written as SQL for triggers."""

from storefront.db import Derived, Trigger
from storefront.models.counters.counted import DIALECTS, Counted, one_of
from storefront.models.counters.counter import CounterKind
from storefront.models.counters.open_renewal import OPEN_RENEWAL_REBUILD, OPEN_RENEWAL_TRIGGERS
from storefront.models.emails.email import EmailState
from storefront.models.orders.agreement import OPEN_WITHDRAWAL
from storefront.models.orders.dispute import STATUSES_THAT_NEED_RESPONSE
from storefront.models.orders.order_status import SETTLED_STATUSES
from storefront.models.orders.refund import UNSUCCESSFUL_REFUND_STATUSES
from storefront.models.orders.timeline_kind import TimelineKind
from storefront.models.subscriptions.invoice import CLOSED_INVOICE_STATUSES, FIRST_INVOICE, InvoiceStatus
from storefront.models.subscriptions.subscription_status import ENDED_STATUSES

_RECEIVED = "COALESCE({row}.amount_received, {row}.amount_paid)"
_IS_ENDED = "(SELECT status FROM subscription WHERE id = {row}.subscription_id) IN " + one_of(ENDED_STATUSES)
_OF_SUBSCRIPTION = "(SELECT merchant_id FROM subscription WHERE id = {row}.subscription_id)"
# What the customer has paid outside of Stripe was not recovered by the shop.
_STOPPED_MONEY = f"CASE WHEN {{row}}.status = '{InvoiceStatus.PAID}' THEN {_RECEIVED} ELSE {{row}}.amount END"


def _outcome(is_ended: str) -> str:
    """The outcome of a stopped renewal. An open installment of a plan that has ended can still be paid: at risk."""
    return (
        f"CASE WHEN {{row}}.status = '{InvoiceStatus.PAID}' THEN 'recovered'"
        f" WHEN {{row}}.status IN {one_of(CLOSED_INVOICE_STATUSES)} OR ({{row}}.needs = '' AND {is_ended}) THEN 'lost'"
        " ELSE 'at_risk' END"
    )


_STOPPED_RENEWALS = Counted(
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
    merchant=_OF_SUBSCRIPTION,
    status=_outcome(_IS_ENDED),
    currency="{row}.currency",
    amount=_STOPPED_MONEY,
)
_COUNTED = (
    Counted(
        CounterKind.ORDERS, "shop_order", ("merchant_id", "status"), merchant="{row}.merchant_id", status="{row}.status"
    ),
    Counted(
        CounterKind.ORDER_TAKINGS,
        "shop_order",
        ("merchant_id", "status", "paid_at", "paid_outside", "currency", "amount"),
        where=(
            f"{{row}}.paid_at IS NOT NULL AND {{row}}.status IN {one_of(SETTLED_STATUSES)} AND NOT {{row}}.paid_outside"
        ),
        merchant="{row}.merchant_id",
        currency="{row}.currency",
        day="paid_at",
        amount="{row}.amount",
    ),
    Counted(
        CounterKind.STOCK,
        "shop_order",
        ("offer_id", "status", "quantity"),
        status="{row}.status",
        subject="{row}.offer_id",
        number="{row}.quantity",
    ),
    Counted(
        CounterKind.OPTION_STOCK,
        "shop_order",
        ("option_id", "status", "quantity"),
        where="{row}.option_id IS NOT NULL",
        status="{row}.status",
        subject="{row}.option_id",
        number="{row}.quantity",
    ),
    Counted(
        CounterKind.PROMO_CODES,
        "shop_order",
        ("promo_code_id", "status"),
        where="{row}.promo_code_id IS NOT NULL",
        status="{row}.status",
        subject="{row}.promo_code_id",
    ),
    Counted(
        CounterKind.PAYMENTS, "payment", ("merchant_id", "status"), merchant="{row}.merchant_id", status="{row}.status"
    ),
    Counted(
        CounterKind.SUBSCRIPTIONS,
        "subscription",
        ("merchant_id", "status"),
        merchant="{row}.merchant_id",
        status="{row}.status",
    ),
    Counted(
        CounterKind.RENEWAL_TAKINGS,
        "invoice",
        ("subscription_id", "status", "reason", "paid_at", "currency", "amount_paid", "amount_received"),
        # The amounts of first invoices are in the orders.
        where=(
            f"{{row}}.paid_at IS NOT NULL AND {{row}}.status = '{InvoiceStatus.PAID}'"
            f" AND {{row}}.reason <> '{FIRST_INVOICE}' AND {_RECEIVED} > 0"
        ),
        merchant=_OF_SUBSCRIPTION,
        currency="{row}.currency",
        day="paid_at",
        amount=_RECEIVED,
    ),
    Counted(
        CounterKind.REFUNDS,
        "refund",
        ("payment_id", "status", "created_at", "currency", "amount"),
        where=f"{{row}}.status NOT IN {one_of(UNSUCCESSFUL_REFUND_STATUSES)}",
        merchant="(SELECT merchant_id FROM payment WHERE id = {row}.payment_id)",
        currency="{row}.currency",
        day="created_at",
        amount="{row}.amount",
    ),
    _STOPPED_RENEWALS,
    Counted(
        CounterKind.OPEN_RENEWALS,
        "open_renewal",
        ("needs", "merchant_id", "is_connected"),
        where="{row}.is_connected = 1",
        merchant="{row}.merchant_id",
        status="{row}.needs",
    ),
    Counted(CounterKind.EMAILS, "letter", ("state",), status="{row}.state"),
    Counted(
        CounterKind.FAILING_EMAILS,
        "letter",
        ("state", "problem"),
        where=f"{{row}}.state = '{EmailState.WAITING}' AND {{row}}.problem <> ''",
    ),
    Counted(
        CounterKind.GIVEN_UP_EMAILS,
        "letter",
        ("state", "done_at"),
        where=f"{{row}}.state = '{EmailState.FAILED}' AND {{row}}.done_at IS NOT NULL",
        day="done_at",
    ),
    Counted(CounterKind.WAITING_EVENTS, "webhook_event", ("handled_at",), where="{row}.handled_at IS NULL"),
    Counted(
        CounterKind.WEBHOOK_REFUSALS,
        "webhook_refusal",
        ("reason", "count"),
        status="{row}.reason",
        number="{row}.count",
    ),
    Counted(
        CounterKind.IGNORED_DELIVERIES,
        "ignored_delivery",
        ("reason", "count"),
        status="{row}.reason",
        number="{row}.count",
    ),
    Counted(
        CounterKind.ORDERS_CLOSED_BY_DECLINES,
        "timeline_entry",
        ("kind", "at"),
        where=f"{{row}}.kind = '{TimelineKind.TOO_MANY_DECLINES}'",
        day="at",
    ),
    Counted(CounterKind.FOUND_PAYMENTS, "found_payment", ("decided_at",), where="{row}.decided_at IS NULL"),
    Counted(
        CounterKind.OPEN_DISPUTES,
        "dispute",
        ("status",),
        where=f"{{row}}.status IN {one_of(STATUSES_THAT_NEED_RESPONSE)}",
    ),
    Counted(
        CounterKind.OPEN_WITHDRAWALS,
        "shop_order",
        ("withdrawn_at", "withdrawal_handled_at", "status"),
        where=OPEN_WITHDRAWAL,
    ),
    Counted(
        CounterKind.OPEN_REQUESTS,
        "payment_request",
        ("merchant_id", "state"),
        where="{row}.state = 'open'",
        merchant="{row}.merchant_id",
    ),
    Counted(CounterKind.STRIPE_REFUSALS, "stripe_refusal", ("merchant_id",)),
    Counted(CounterKind.LOST_ENDPOINTS, "merchant", ("endpoint_problem",), where="{row}.endpoint_problem <> ''"),
)


def _subscription_triggers() -> tuple[Trigger, ...]:
    """What becomes of the stopped renewals of a subscription that ends."""
    ended = one_of(ENDED_STATUSES)
    of_subscription = "t.subscription_id = NEW.id"
    statements = {
        dialect: tuple(
            _STOPPED_RENEWALS.sums(dialect, of_subscription, sign, status=_outcome(f"{row}.status IN {ended}"))
            for row, sign in (("OLD", -1), ("NEW", 1))
        )
        for dialect in DIALECTS
    }
    when = f"(OLD.status IN {ended}) <> (NEW.status IN {ended})"
    return (Trigger("stopped_renewals_ended", "subscription", "update", statements, columns=("status",), when=when),)


def _merchant_triggers() -> tuple[Trigger, ...]:
    changes = [one.mode_changes() for one in _COUNTED if one.merchant]
    statements = {dialect: tuple(text for one in changes for text in one[dialect]) for dialect in DIALECTS}
    moved = Trigger("counters_mode", "merchant", "update", statements, ("mode",), "NEW.mode IS DISTINCT FROM OLD.mode")
    return (moved,)


def _rebuild(dialect: str) -> tuple[str, ...]:
    statements = [
        *OPEN_RENEWAL_REBUILD,
        # Also what the triggers have counted of these rows.
        "DELETE FROM counter",
        *(counted.sums(dialect) for counted in _COUNTED),
    ]
    return (*statements, "UPDATE counter SET is_sum = true") if dialect == "postgresql" else tuple(statements)


COUNTERS = Derived(
    "counters",
    (
        *OPEN_RENEWAL_TRIGGERS,
        *(trigger for counted in _COUNTED for trigger in counted.triggers()),
        *_subscription_triggers(),
        *_merchant_triggers(),
    ),
    {dialect: _rebuild(dialect) for dialect in DIALECTS},
    tables=("counter", "open_renewal"),
    summary=(
        "SELECT kind || CASE subject WHEN 0 THEN '' ELSE ' ' || subject END"
        " || ' ' || day || ' ' || mode || ' ' || currency || ' ' || status,"
        " SUM(number) || ' (' || SUM(amount) || ')' FROM counter GROUP BY kind, subject, day, mode, currency, status"
        " HAVING SUM(number) <> 0 OR SUM(amount) <> 0"
    ),
)
