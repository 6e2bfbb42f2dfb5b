"""Fetching a subscription from Stripe again."""

from flask import Blueprint
from flask_babel import gettext as _

from storefront import subscriptions
from storefront.subscriptions import Action
from storefront.web.admin import labels
from storefront.web.admin.subscriptions.responses import ViewResult, is_allowed, perform_without_form, show_updated
from storefront.web.admin.subscriptions.subscriptions import subscription_or_404

blueprint = Blueprint("subscription_refreshes", __name__, url_prefix="/subscriptions/<public_id>/refresh")


@blueprint.post("")
def create(public_id: str) -> ViewResult:
    """Refresh the subscription now and show it."""
    subscription = subscription_or_404(public_id)
    if not is_allowed(subscription, Action.REFRESH):
        return show_updated(subscription, alert=labels.merchant_disconnected())
    return perform_without_form(subscription, lambda: subscriptions.refresh(subscription), _("Synced with Stripe."))
