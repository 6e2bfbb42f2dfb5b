"""How far the customers of an offer came, by the month in which their orders began: the SQL that counts it."""

from dataclasses import replace

from storefront.models.counters.counted import Counted, Days, one_of
from storefront.models.counters.counter import CounterKind
from storefront.models.orders.order_status import SETTLED_STATUSES
from storefront.models.orders.payment import PaymentEnd, PaymentKind

_STARTED = Counted(
    CounterKind.FUNNEL,
    "shop_order",
    ("merchant_id", "offer_id", "created_at", "imported_at"),
    name="funnel_started",
    # Nobody came to the page for an imported subscription.
    where="{row}.imported_at IS NULL",
    merchant="{row}.merchant_id",
    subject="{row}.offer_id",
    status="'started'",
    day="created_at",
    days=Days.MONTH,
)
_PAID = replace(
    _STARTED,
    columns=(*_STARTED.columns, "status", "paid_at"),
    name="funnel_paid",
    where=f"{_STARTED.where} AND {{row}}.paid_at IS NOT NULL AND {{row}}.status IN {one_of(SETTLED_STATUSES)}",
    status="'paid'",
)
# Who changes quantity, option or code goes on with another payment of the same order, which counts instead. It knows
# whether a card was tried before.
_OF_CHECKOUT = (
    f"{{row}}.kind NOT IN {one_of((PaymentKind.RENEWAL, PaymentKind.IMPORTED))}"
    f" AND {{row}}.end_reason <> '{PaymentEnd.TERMS_CHANGED}'"
)
# `Payment.unpaid_reason` as SQL.
_REASON = (
    "CASE WHEN {row}.decline_code <> '' THEN {row}.decline_code WHEN {row}.error_code <> '' THEN {row}.error_code"
    " WHEN {row}.attempt <> '' OR {row}.challenged THEN 'left' ELSE {row}.earlier_reason END"
)


def _of_payments(name: str, where: str, status: str) -> Counted:
    return Counted(
        CounterKind.FUNNEL,
        "payment",
        (
            *("merchant_id", "order_id", "kind", "status", "attempt", "challenged"),
            *("error_code", "decline_code", "earlier_reason", "created_at", "end_reason"),
        ),
        name=f"funnel_{name}",
        where=f"{_OF_CHECKOUT} AND {where}",
        merchant="{row}.merchant_id",
        subject="COALESCE((SELECT offer_id FROM shop_order WHERE id = {row}.order_id), 0)",
        status=status,
        day="created_at",
        days=Days.MONTH,
    )


# `Payment.tried` as SQL, or the payment before it was tried.
_TRIED = (
    "({row}.attempt <> '' OR {row}.challenged OR {row}.earlier_reason <> ''"
    " OR {row}.status IN ('processing', 'succeeded'))"
)
FUNNEL = (
    _STARTED,
    _of_payments("tried", _TRIED, "'tried'"),
    _of_payments("challenged", "{row}.challenged", "'challenged'"),
    _PAID,
    # Why it was not paid: what Stripe said of the last attempt, "left" where the bank's check was not answered.
    _of_payments(
        "reasons",
        f"{_TRIED} AND {{row}}.status NOT IN ('processing', 'succeeded')",
        f"substr('why ' || {_REASON}, 1, 40)",
    ),
)
