"""One delivery to an endpoint: what was sent, what came back, and sending it again."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import integrations, worker
from storefront.models import WebhookDelivery
from storefront.web.admin.shared import show_error, show_notice

blueprint = Blueprint("webhook_deliveries", __name__, url_prefix="/settings/webhooks/deliveries/<int:delivery_id>")


@blueprint.get("")
def show(delivery_id: int) -> str:
    """The delivery with its body."""
    return render_template("admin/webhooks/delivery.html", delivery=_delivery_or_404(delivery_id))


@blueprint.post("/resend")
def resend(delivery_id: int) -> Response:
    """Deliver the same event again."""
    delivery = _delivery_or_404(delivery_id)
    if integrations.resend(delivery):
        worker.wake_for_deliveries()
        show_notice(_("The event is being delivered again."))
    elif not delivery.event.body:
        show_error(_("The data of this customer was erased, so there is nothing to send."))
    else:
        show_error(_("This endpoint is disabled. Enable it first."))
    return redirect(url_for(".show", delivery_id=delivery.id), 303)


def _delivery_or_404(delivery_id: int) -> WebhookDelivery:
    found: WebhookDelivery | None = WebhookDelivery.get_or_none(WebhookDelivery.id == delivery_id)
    return found or abort(404)
