"""The dashboard: the page after signing in."""

from flask import Blueprint, render_template

from storefront import emails, merchants, operations, payments, subscriptions
from storefront.models import Dispute, FoundPayment, search
from storefront.models.search import OrderSearch
from storefront.web.support import shop_config

blueprint = Blueprint("dashboard", __name__)

RECENT_ORDERS = 8


@blueprint.get("")
def show() -> str:
    """Problems with Stripe and the mail server, setup steps, reached limits, renewals at risk, takings and orders."""
    return render_template(
        "admin/dashboard.html",
        found_payments=FoundPayment.undecided().count(),
        steps=merchants.setup_steps(),
        at_risk=subscriptions.recovery_outcomes("at_risk"),
        open_renewals=search.open_renewal_counts(),
        takings=payments.recent_takings(),
        orders=OrderSearch().newest(RECENT_ORDERS),
        stripe_problems=merchants.connection_problems(),
        open_disputes=Dispute.waiting_for_evidence(),
        mail_outage=emails.current_outage(),
        failing_emails=operations.failing_emails(),
        proxy_findings=operations.proxy_findings(shop_config()),
        reached_limits=payments.recently_reached_limits(),
    )
