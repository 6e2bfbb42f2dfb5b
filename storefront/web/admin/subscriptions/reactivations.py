"""Keeping a subscription whose end was planned."""

from flask import Blueprint
from flask_babel import gettext as _

from storefront import subscriptions
from storefront.web.admin.subscriptions.responses import Answer, carry_out_at_once
from storefront.web.admin.subscriptions.subscriptions import find

blueprint = Blueprint("subscription_keepings", __name__, url_prefix="/subscriptions/<public_id>/keeping")


@blueprint.post("")
def create(public_id: str) -> Answer:
    """Undo the planned cancellation."""
    subscription = find(public_id)
    return carry_out_at_once(
        subscription,
        lambda: subscriptions.reactivate(subscription, by="owner"),
        _("It is not cancelled any more: it goes on."),
    )
