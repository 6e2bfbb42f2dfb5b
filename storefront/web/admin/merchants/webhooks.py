"""A merchant's webhook: deliveries, refused deliveries, and an endpoint that the owner creates by hand."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import merchants, webhooks
from storefront.errors import FieldErrors, SecretUnreadable
from storefront.models import Merchant
from storefront.team import SecurityEvent
from storefront.web.admin import labels
from storefront.web.admin.merchants.merchants import connected_merchant_or_404
from storefront.web.admin.shared import requires_recent_password, show_error, show_notice
from storefront.web.forms import SigningSecretForm
from storefront.web.support import log_security_event, shop_config

blueprint = Blueprint("merchant_webhooks", __name__, url_prefix="/settings/payment-systems/stripe/<public_id>/webhook")


@blueprint.get("")
def show(public_id: str) -> str:
    """The registered endpoint, the last event, events that wait and refused deliveries."""
    return _page(connected_merchant_or_404(public_id), SigningSecretForm())


@blueprint.post("/by-hand")
@requires_recent_password
def save_signing_secret(public_id: str) -> Response | tuple[str, int]:
    """Use the endpoint that the owner created at Stripe. The secret is never sent back."""
    merchant = connected_merchant_or_404(public_id)
    form = SigningSecretForm()
    if not form.validate_on_submit():
        return _page(merchant, form), 422
    try:
        merchants.save_signing_secret(merchant, form.secret.data, shop_config().public_url)
    except FieldErrors as error:
        _log("signing_secret", merchant, result="refused")
        form.add_errors(labels.field_errors(error))
        return _page(merchant, form), 422
    _log("signing_secret", merchant)
    show_notice(_("Signing secret saved. The previous one works for 24 more hours."))
    return redirect(url_for(".show", public_id=public_id), 303)


@blueprint.post("/automatic")
def use_own_endpoint(public_id: str) -> Response:
    """Register the shop's own endpoint at Stripe, also if it is registered already."""
    merchant = connected_merchant_or_404(public_id)
    try:
        merchants.use_own_endpoint(merchant, shop_config().public_url)
    except SecretUnreadable as error:
        show_error(labels.stripe_error(error))
    else:
        _log("own_endpoint", merchant, result="refused" if merchant.webhook_problem else "ok")
        if merchant.webhook_problem:
            problem = labels.webhook_registration_problem(merchant.webhook_problem)
            show_error(_("Stripe didn’t register the webhook: “%(words)s”", words=problem))
        else:
            show_notice(_("Webhook registered in Stripe."))
    return redirect(url_for(".show", public_id=public_id), 303)


def _log(action: str, merchant: Merchant, result: str = "ok") -> None:
    log_security_event(
        SecurityEvent.KEY_CHANGE, result=result, action=action, merchant=merchant.name, mode=merchant.mode
    )


def _page(merchant: Merchant, form: SigningSecretForm) -> str:
    return render_template(
        "admin/merchants/webhook/show.html",
        merchant=merchant,
        health=webhooks.health_of(merchant),
        endpoint_url=merchants.endpoint_url(merchant, shop_config().public_url),
        events=webhooks.HANDLED_EVENTS,
        form=form,
    )
