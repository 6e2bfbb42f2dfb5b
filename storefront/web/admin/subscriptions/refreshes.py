"""Asking Stripe about a subscription again."""

from flask import Blueprint
from flask_babel import gettext as _

from storefront import subscriptions
from storefront.subscriptions import Action
from storefront.web.admin import labels
from storefront.web.admin.subscriptions.responses import Answer, carry_out_at_once, changed, may
from storefront.web.admin.subscriptions.subscriptions import find

blueprint = Blueprint("subscription_refreshes", __name__, url_prefix="/subscriptions/<public_id>/refresh")


@blueprint.post("")
def create(public_id: str) -> Answer:
    """Ask now; the page shows what Stripe said."""
    subscription = find(public_id)
    if not may(subscription, Action.REFRESH):
        return changed(subscription, "", labels.disconnected())
    return carry_out_at_once(subscription, lambda: subscriptions.refresh(subscription), _("Stripe was asked."))
