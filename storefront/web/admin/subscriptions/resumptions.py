"""Resuming collection after a pause."""

from flask import Blueprint
from flask_babel import gettext as _

from storefront import subscriptions
from storefront.web.admin.subscriptions.responses import Answer, carry_out_at_once
from storefront.web.admin.subscriptions.subscriptions import find

blueprint = Blueprint("subscription_resumptions", __name__, url_prefix="/subscriptions/<public_id>/resumption")


@blueprint.post("")
def create(public_id: str) -> Answer:
    """Collect again, from the next charge on."""
    subscription = find(public_id)
    return carry_out_at_once(
        subscription,
        lambda: subscriptions.resume(subscription),
        _("Collection is resumed: the next charge is made as planned."),
    )
