"""The parts that the admin's pages are made of, on one page. Only in development (FLASK_DEBUG=1)."""

from flask import Blueprint, abort, current_app, render_template

from storefront.models.search import Page, Total
from storefront.web.admin.shared import ListAddress

blueprint = Blueprint("patterns", __name__, url_prefix="/patterns")

FILTERS = [("q", "Search", "anna@"), ("status", "Status", "Paid")]


@blueprint.get("")
def show() -> str:
    """Each part in its states, made by the same macros as the pages."""
    if not current_app.debug:
        abort(404)
    return render_template(
        "admin/patterns.html",
        address=ListAddress("admin.patterns.show", q="anna@", status="paid"),
        filters=FILTERS,
        statuses=[("pending", "Pending"), ("paid", "Paid")],
        page=Page([], Total(120), {"before": 2}, {"after": 1}),
    )
