"""The dashboard: the page after signing in."""

from flask import Blueprint, render_template

from storefront import customers, emails, merchants, operations, payments, subscriptions
from storefront.models import CounterKind, Deliverable, Dispute, counts, now, search
from storefront.models.search import OrderSearch
from storefront.web.admin.dashboard.best_sellers import best_sellers
from storefront.web.admin.dashboard.chart import sales_chart
from storefront.web.admin.dashboard.figures import figures
from storefront.web.admin.shared import chosen_mode, keep_frame_counts
from storefront.web.support import shop_config, today

blueprint = Blueprint("dashboard", __name__)

RECENT_ORDERS = 8
SHOWN_DISPUTES = SHOWN_WITHDRAWALS = SHOWN_LISTS = 20
COUNTED = (
    CounterKind.ORDERS,
    CounterKind.STOPPED_RENEWALS,
    CounterKind.SUBSCRIPTION_VALUES,
    CounterKind.OPEN_RENEWALS,
    CounterKind.OPEN_DISPUTES,
    CounterKind.OPEN_WITHDRAWALS,
    CounterKind.OPEN_REQUESTS,
    CounterKind.LOW_KEY_LISTS,
    CounterKind.FOUND_PAYMENTS,
    CounterKind.HELD_SERIES,
    CounterKind.UNDECIDED_DOCUMENTS,
    CounterKind.ORDERS_CLOSED_BY_DECLINES,
    *merchants.PROBLEM_KINDS,
)


@blueprint.get("")
def show() -> str:
    """Problems with Stripe and the mail server, setup steps, reached limits, renewals at risk, takings and orders."""
    # In one query, and nothing else asks for what there is none of.
    since, takings = (now() - payments.CLOSED_ORDERS_PERIOD).date(), payments.recent_days(today())
    counted, mode = keep_frame_counts(counts(*COUNTED, since=since, also=[takings])), chosen_mode()
    waiting = counted.number(CounterKind.OPEN_DISPUTES)
    withdrawn = counted.number(CounterKind.OPEN_WITHDRAWALS)
    withdrawals = customers.open_withdrawals(SHOWN_WITHDRAWALS) if withdrawn else []
    disputes = Dispute.waiting_for_evidence(SHOWN_DISPUTES) if waiting else []
    groups = figures(
        payments.recent_takings(today(), counted),
        subscriptions.recovery_outcomes(counted=counted),
        subscriptions.subscription_values(counted),
        mode,
    )
    return render_template(
        "admin/dashboard/show.html",
        figures=groups,
        counted_mode=mode,
        chart=sales_chart(groups),
        best=best_sellers(groups),
        low_keys=counted.number(CounterKind.LOW_KEY_LISTS),
        low_key_lists=Deliverable.low_key_lists(SHOWN_LISTS) if counted.number(CounterKind.LOW_KEY_LISTS) else [],
        found_payments=counted.number(CounterKind.FOUND_PAYMENTS),
        open_requests=sum(one.number for one in counted.of(CounterKind.OPEN_REQUESTS) if mode in ("", one.mode)),
        held=counted.number(CounterKind.HELD_SERIES),
        undecided=counted.number(CounterKind.UNDECIDED_DOCUMENTS),
        can_rehearse=merchants.can_rehearse(),
        first_hour=merchants.first_hour(counted),
        open_renewals=search.needs_in(counted, mode),
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
        backup_findings=operations.backup_findings(shop_config()) if shop_config().backup_url else [],
        reached_limits=payments.recently_reached_limits(counted),
    )
