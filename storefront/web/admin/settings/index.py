"""Settings: the way to the payment systems."""

from flask import Blueprint, render_template

from storefront import webhooks
from storefront.models import Merchant

blueprint = Blueprint("settings", __name__, url_prefix="/settings")


@blueprint.get("")
def index() -> str:
    """What can be set."""
    return render_template("admin/settings/index.html")


@blueprint.get("/payment-systems")
def payment_systems() -> str:
    """The payment systems; Stripe is one."""
    count, last_at = webhooks.refused_for_unknown_merchants()
    return render_template(
        "admin/settings/payment_systems.html",
        connected=len(Merchant.connected()),
        unknown_count=count,
        unknown_at=last_at,
    )
