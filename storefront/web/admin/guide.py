"""How to connect Stripe, for somebody who has never done it."""

from flask import Blueprint, render_template

blueprint = Blueprint("guide", __name__, url_prefix="/guide")


@blueprint.get("/stripe")
def stripe() -> str:
    """The steps as a page of their own; the same stand beside the form for a new merchant."""
    return render_template("admin/guide/connect_stripe.html")
