"""The dashboard: the page after signing in."""

from flask import Blueprint, render_template

from storefront import customers, emails, merchants, operations, payments, subscriptions
from storefront.models import CounterKind, Deliverable, Dispute, counts, search
from storefront.models.search import OrderSearch
from storefront.web.admin.shared import chosen_mode, keep_frame_counts
from storefront.web.support import shop_config

blueprint = Blueprint("dashboard", __name__)

RECENT_ORDERS = 8
SHOWN_DISPUTES = SHOWN_WITHDRAWALS = SHOWN_LISTS = 20
COUNTED = (
    CounterKind.ORDERS,
    CounterKind.STOPPED_RENEWALS,
    CounterKind.OPEN_RENEWALS,
    CounterKind.OPEN_DISPUTES,
    CounterKind.OPEN_WITHDRAWALS,
    CounterKind.OPEN_REQUESTS,
    CounterKind.LOW_KEY_LISTS,
    CounterKind.FOUND_PAYMENTS,
    CounterKind.HELD_SERIES,
    CounterKind.ORDERS_CLOSED_BY_DECLINES,
    *payments.TAKINGS_KINDS,
    *merchants.PROBLEM_KINDS,
)


@blueprint.get("")
def show() -> str:
    """Problems with Stripe and the mail server, setup steps, reached limits, renewals at risk, takings and orders."""
    # In one query, and nothing else asks for what there is none of.
    counted, mode = keep_frame_counts(counts(*COUNTED, since=payments.first_day())), chosen_mode()
    waiting = counted.number(CounterKind.OPEN_DISPUTES)
    withdrawn = counted.number(CounterKind.OPEN_WITHDRAWALS)
    withdrawals = customers.open_withdrawals(SHOWN_WITHDRAWALS) if withdrawn else []
    disputes = Dispute.waiting_for_evidence(SHOWN_DISPUTES) if waiting else []
    return render_template(
        "admin/dashboard.html",
        low_key_lists=Deliverable.low_key_lists(SHOWN_LISTS) if counted.number(CounterKind.LOW_KEY_LISTS) else [],
        found_payments=counted.number(CounterKind.FOUND_PAYMENTS),
        open_requests=sum(one.number for one in counted.of(CounterKind.OPEN_REQUESTS) if mode in ("", one.mode)),
        held=counted.number(CounterKind.HELD_SERIES),
        can_rehearse=merchants.can_rehearse(),
        first_hour=merchants.first_hour(counted),
        at_risk=[one for one in subscriptions.recovery_outcomes("at_risk", counted=counted) if mode in ("", one.mode)],
        open_renewals=search.needs_in(counted, mode),
        takings=[one for one in payments.recent_takings(counted) if mode in ("", one.mode)],
        orders=OrderSearch(mode=mode).newest(RECENT_ORDERS),
        stripe_problems=merchants.connection_problems(counted),
        open_withdrawals=withdrawals,
        more_withdrawals=withdrawn - len(withdrawals),
        refund_period=customers.REFUND_PERIOD,
        open_disputes=disputes,
        more_disputes=waiting - len(disputes),
        mail_outage=emails.current_outage(),
        failing_emails=operations.failing_emails(),
        proxy_findings=operations.proxy_findings(shop_config()),
        reached_limits=payments.recently_reached_limits(counted),
    )
