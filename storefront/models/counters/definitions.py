"""Which rows each kind of counter counts. The rules are those of the models, written as SQL for triggers."""

from storefront.db import Derived, Trigger
from storefront.models.counters.balance import BALANCE
from storefront.models.counters.counted import DIALECTS, Counted, one_of
from storefront.models.counters.counter import CounterKind
from storefront.models.counters.funnel import FUNNEL
from storefront.models.counters.open_renewal import OPEN_RENEWAL_REBUILD, OPEN_RENEWAL_TRIGGERS
from storefront.models.counters.renewals import STOPPED_RENEWALS, stopped_renewal_triggers
from storefront.models.counters.takings import TAKINGS
from storefront.models.emails.email import EmailState
from storefront.models.merchants.availability import Unavailability
from storefront.models.orders.agreement import OPEN_WITHDRAWAL
from storefront.models.orders.dispute import STATUSES_THAT_NEED_RESPONSE
from storefront.models.orders.timeline_kind import TimelineKind

_COUNTED = (
    Counted(
        CounterKind.ORDERS, "shop_order", ("merchant_id", "status"), merchant="{row}.merchant_id", status="{row}.status"
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
    *TAKINGS,
    *FUNNEL,
    *BALANCE,
    STOPPED_RENEWALS,
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
    Counted(
        CounterKind.LICENSE_KEYS,
        "license_key",
        ("deliverable_id", "order_id", "given_at"),
        status=(
            "CASE WHEN {row}.order_id IS NULL THEN 'free' WHEN {row}.given_at IS NULL THEN 'held' ELSE 'given' END"
        ),
        subject="{row}.deliverable_id",
    ),
    Counted(
        CounterKind.LOW_KEY_LISTS,
        "deliverable",
        ("told_low_at", "removed_at"),
        where="{row}.told_low_at IS NOT NULL AND {row}.removed_at IS NULL",
    ),
    Counted(CounterKind.UNDECIDED_DOCUMENTS, "document", ("is_undecided",), where="{row}.is_undecided"),
    Counted(CounterKind.HELD_SERIES, "document_series", ("is_held",), where="{row}.is_held"),
    Counted(CounterKind.STRIPE_REFUSALS, "stripe_refusal", ("merchant_id",)),
    Counted(CounterKind.LOST_ENDPOINTS, "merchant", ("endpoint_problem",), where="{row}.endpoint_problem <> ''"),
    Counted(
        CounterKind.OUTAGES,
        "merchant",
        ("unavailable_because", "outage_told_at"),
        where=f"({{row}}.unavailable_because = '{Unavailability.SILENCE}' OR {{row}}.outage_told_at IS NOT NULL)",
    ),
)


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
        *stopped_renewal_triggers(),
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
