"""The queues: renewals that wait for their customers, the most urgent first."""

from flask import Blueprint, render_template

from storefront.models import InvoiceNeed
from storefront.models.search import open_renewal_page
from storefront.web.admin.subscriptions.subscriptions import asked_page, asked_search, list_parts

blueprint = Blueprint("subscription_queues", __name__, url_prefix="/subscriptions")


@blueprint.get("/needs-authentication")
def authentication() -> str:
    """Those that wait for the bank's check (3-D Secure)."""
    return _show(InvoiceNeed.AUTHENTICATION)


@blueprint.get("/needs-card")
def card() -> str:
    """Those that wait for another card."""
    return _show(InvoiceNeed.CARD)


def _show(needs: InvoiceNeed) -> str:
    search, number = asked_search(), asked_page()
    rows, more = open_renewal_page(needs, search, number)
    parts = list_parts(search, number)
    return render_template(
        "admin/subscriptions/queues/show.html",
        needs=needs,
        queue_rows=rows,
        more=more,
        **parts,
        total=parts["counts"][needs],
    )
