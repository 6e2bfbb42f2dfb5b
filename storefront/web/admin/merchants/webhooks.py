"""A merchant's webhook: how deliveries go, and an endpoint made by hand."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import merchants, webhooks
from storefront.errors import FieldErrors, SecretUnreadable
from storefront.models import Merchant
from storefront.web.admin import labels
from storefront.web.admin.labels import errors as wording
from storefront.web.admin.labels import webhooks as webhook_words
from storefront.web.admin.merchants.merchants import find_connected
from storefront.web.admin.shared import show_error, show_notice
from storefront.web.forms import SigningSecretForm
from storefront.web.support import shop_config

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
        merchants.save_signing_secret(merchant, form.secret.data, shop_config().public_url)
    except FieldErrors as error:
        form.refuse(labels.field_errors(error))
        return _page(merchant, form), 422
    show_notice(_("The signing secret is saved. The one before stays good for a day."))
    return redirect(url_for(".show", public_id=public_id), 303)


@blueprint.post("/automatic")
def take_back(public_id: str) -> Response:
    """Let the shop register its endpoint by itself, again or anew."""
    merchant = find_connected(public_id)
    try:
        merchants.use_own_endpoint(merchant, shop_config().public_url)
    except SecretUnreadable:
        show_error(labels.secret_unreadable())
    else:
        if merchant.webhook_problem:
            show_error(_("Stripe did not register our webhook: “%(words)s”", words=_problem(merchant)))
        else:
            show_notice(_("Stripe has our webhook’s address."))
    return redirect(url_for(".show", public_id=public_id), 303)


def _problem(merchant: Merchant) -> str:
    return labels.webhook_problem(merchant.webhook_problem)


def _page(merchant: Merchant, form: SigningSecretForm) -> str:
    return render_template(
        "admin/merchants/webhook/show.html",
        merchant=merchant,
        health=webhooks.health_of(merchant),
        address=merchants.endpoint_url(merchant, shop_config().public_url),
        events=webhooks.HANDLED_EVENTS,
        form=form,
        wording=wording,
        webhook_words=webhook_words,
    )
