"""Resuming paused collection."""

from flask import Blueprint
from flask_babel import gettext as _

from storefront import subscriptions
from storefront.web.admin.subscriptions.responses import ViewResult, perform_without_form
from storefront.web.admin.subscriptions.subscriptions import subscription_or_404

blueprint = Blueprint("subscription_resumptions", __name__, url_prefix="/subscriptions/<public_id>/resumption")


@blueprint.post("")
def create(public_id: str) -> ViewResult:
    """Resume collection from the next charge on."""
    subscription = subscription_or_404(public_id)
    return perform_without_form(
        subscription,
        lambda: subscriptions.resume(subscription),
        _("Collection is resumed: the next charge is made as planned."),
    )
