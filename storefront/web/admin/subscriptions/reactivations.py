"""Reactivating a subscription that is canceled at the end of its period."""

from flask import Blueprint
from flask_babel import gettext as _

from storefront import subscriptions
from storefront.web.admin.subscriptions.responses import ViewResult, perform_without_form
from storefront.web.admin.subscriptions.subscriptions import subscription_or_404

blueprint = Blueprint("subscription_reactivations", __name__, url_prefix="/subscriptions/<public_id>/keeping")


@blueprint.post("")
def create(public_id: str) -> ViewResult:
    """Take back the cancellation."""
    subscription = subscription_or_404(public_id)
    return perform_without_form(
        subscription,
        lambda: subscriptions.reactivate(subscription, by="owner"),
        _("Cancellation undone. The subscription continues."),
    )
