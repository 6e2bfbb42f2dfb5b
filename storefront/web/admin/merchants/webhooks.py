"""A merchant's webhook: how deliveries go, and an endpoint made by hand."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront.errors import FieldErrors, SecretUnreadable
from storefront.merchants import webhook_endpoint as webhook_endpoints
from storefront.models import Merchant
from storefront.web.admin.labels import errors as wording
from storefront.web.admin.labels import webhooks as webhook_words
from storefront.web.admin.merchants.merchants import find_connected
from storefront.web.admin.shared.htmx import alarm, notice
from storefront.web.forms.merchant_webhooks import SigningSecretForm
from storefront.web.support.security import shop_config
from storefront.webhooks import health as webhook_health
from storefront.webhooks import inbox as webhooks

blueprint = Blueprint("merchant_webhooks", __name__, url_prefix="/settings/payment-systems/stripe/<public_id>/webhook")


@blueprint.get("")
def show(public_id: str) -> str:
    """What was registered, what came last, what waits and what was refused."""
    return _page(find_connected(public_id), SigningSecretForm())


@blueprint.post("/by-hand")
def take_by_hand(public_id: str) -> Response | tuple[str, int]:
    """Believe the endpoint that the owner has made at Stripe; the secret is never sent back."""
    merchant = find_connected(public_id)
    form = SigningSecretForm()
    if not form.validate_on_submit():
        return _page(merchant, form), 422
    try:
        webhook_endpoints.take_by_hand(merchant, form.secret.data, shop_config().public_url)
    except FieldErrors as error:
        form.refuse(wording.field_errors(error))
        return _page(merchant, form), 422
    notice(_("The signing secret is saved. The one before stays good for a day."))
    return redirect(url_for(".show", public_id=public_id), 303)


@blueprint.post("/automatic")
def take_back(public_id: str) -> Response:
    """Let the shop register its endpoint by itself, again or anew."""
    merchant = find_connected(public_id)
    try:
        webhook_endpoints.take_back(merchant, shop_config().public_url)
    except SecretUnreadable:
        alarm(wording.secret_unreadable())
    else:
        if merchant.webhook_problem:
            alarm(_("Stripe did not register our webhook: “%(words)s”", words=_problem(merchant)))
        else:
            notice(_("Stripe has our webhook’s address."))
    return redirect(url_for(".show", public_id=public_id), 303)


def _problem(merchant: Merchant) -> str:
    return wording.webhook_problem(merchant.webhook_problem)


def _page(merchant: Merchant, form: SigningSecretForm) -> str:
    return render_template(
        "admin/merchants/webhook/show.html",
        merchant=merchant,
        health=webhook_health.of(merchant),
        address=webhook_endpoints.address(merchant, shop_config().public_url),
        events=webhooks.HANDLED_EVENTS,
        form=form,
        wording=wording,
        webhook_words=webhook_words,
    )
