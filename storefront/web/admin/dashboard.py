"""The first page after signing in."""

from flask import Blueprint, render_template

from storefront.merchants import onboarding as checklist
from storefront.models.search import open_renewals as waiting_renewal
from storefront.models.search.orders import OrderSearch
from storefront.payments import decline_limits as limits
from storefront.payments import takings
from storefront.subscriptions import recovery
from storefront.web.admin.labels import errors as wording

blueprint = Blueprint("dashboard", __name__)

RECENT = 8


@blueprint.get("")
def show() -> str:
    """What is to be done next, what is at risk, what came in lately, the latest orders."""
    orders, _more = OrderSearch().page(1)
    return render_template(
        "admin/dashboard.html",
        steps=checklist.steps(),
        at_risk=recovery.outcomes("at_risk"),
        waiting=waiting_renewal.counts(),
        takings=takings.takings(),
        orders=orders[:RECENT],
        met=limits.met_lately(),
        wording=wording,
    )
