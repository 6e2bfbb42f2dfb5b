"""The guide to connecting a Stripe account."""

from flask import Blueprint, render_template

blueprint = Blueprint("guide", __name__, url_prefix="/guide")


@blueprint.get("/stripe")
def stripe() -> str:
    """The steps as a page. The form for a new merchant shows them too."""
    return render_template("admin/guide/connect_stripe.html")
