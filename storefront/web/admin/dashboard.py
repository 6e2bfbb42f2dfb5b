"""The first page after signing in."""

from flask import Blueprint, render_template

from storefront import merchants, payments, subscriptions
from storefront.models import search
from storefront.models.search import OrderSearch
from storefront.web.admin.labels import errors as wording

blueprint = Blueprint("dashboard", __name__)

RECENT = 8


@blueprint.get("")
def show() -> str:
    """What is to be done next, what is at risk, what came in lately, the latest orders."""
    orders, _more = OrderSearch().page(1)
    return render_template(
        "admin/dashboard.html",
        steps=merchants.setup_steps(),
        at_risk=subscriptions.recovery_outcomes("at_risk"),
        waiting=search.open_renewal_counts(),
        takings=payments.recent_takings(),
        orders=orders[:RECENT],
        met=payments.recently_reached_limits(),
        wording=wording,
    )
