"""The first page after signing in."""

from flask import Blueprint, render_template

from storefront import checklist, limits, recovery, takings
from storefront.blueprints.admin import wording
from storefront.models import waiting_renewal
from storefront.models.order_search import OrderSearch

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
