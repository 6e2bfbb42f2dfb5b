"""The index of settings, and the payment systems."""

from flask import Blueprint, render_template

from storefront import webhooks
from storefront.models import Merchant

blueprint = Blueprint("settings", __name__, url_prefix="/settings")


@blueprint.get("")
def index() -> str:
    """Links to all settings."""
    return render_template("admin/settings/index.html")


@blueprint.get("/payment-systems")
def payment_systems() -> str:
    """The payment systems, and webhook deliveries that belong to no merchant. Stripe is the only system so far."""
    unknown_count, unknown_at = webhooks.refused_for_unknown_merchants()
    return render_template(
        "admin/settings/payment_systems.html",
        connected_count=len(Merchant.connected()),
        unknown_count=unknown_count,
        unknown_at=unknown_at,
    )
