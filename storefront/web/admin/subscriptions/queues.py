"""Queues of open renewals: those that need authentication, and those that need another card."""

from flask import Blueprint, render_template

from storefront.models import InvoiceNeed
from storefront.models.search import open_renewal_page
from storefront.web.admin.shared import place_in_list, wants_fragment
from storefront.web.admin.subscriptions.subscriptions import list_context, search_from_query

blueprint = Blueprint("subscription_queues", __name__, url_prefix="/subscriptions")


@blueprint.get("/needs-authentication")
def authentication() -> str:
    """Renewals for which the bank asks for 3-D Secure, most urgent first."""
    return _show(InvoiceNeed.AUTHENTICATION)


@blueprint.get("/needs-card")
def card() -> str:
    """Renewals whose card was declined, most urgent first."""
    return _show(InvoiceNeed.CARD)


def _show(need: InvoiceNeed) -> str:
    search, offer = search_from_query()
    page = open_renewal_page(need, search, place_in_list())
    return render_template(
        "admin/subscriptions/_list_update.html" if wants_fragment() else "admin/subscriptions/queues/show.html",
        need=need,
        page=page,
        open_renewals=page.rows,
        **list_context(search, offer),
    )
