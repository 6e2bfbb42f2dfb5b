"""Resuming paused collection."""

from flask import Blueprint

from storefront import subscriptions
from storefront.web.admin import labels
from storefront.web.admin.subscriptions.responses import ViewResult, perform_without_form
from storefront.web.admin.subscriptions.subscriptions import subscription_or_404

blueprint = Blueprint("subscription_resumptions", __name__, url_prefix="/subscriptions/<public_id>/resumption")


@blueprint.post("")
def create(public_id: str) -> ViewResult:
    """Resume collection from the next charge on, or a paused subscription with a charge."""
    subscription = subscription_or_404(public_id)
    return perform_without_form(
        subscription,
        lambda: subscriptions.resume(subscription),
        labels.resumption_notice,
    )
