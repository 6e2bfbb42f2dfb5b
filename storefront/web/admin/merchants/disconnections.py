"""Disconnecting a merchant, after a confirmation."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import merchants, worker
from storefront.i18n import isolate
from storefront.models import Offer, Subscription
from storefront.team import SecurityEvent
from storefront.web.admin.merchants.merchants import connected_merchant_or_404, list_context
from storefront.web.admin.shared import requires_recent_password, show_notice, wants_fragment
from storefront.web.support import log_security_event

blueprint = Blueprint(
    "merchant_disconnections", __name__, url_prefix="/settings/payment-systems/stripe/<public_id>/disconnection"
)


@blueprint.get("")
def new(public_id: str) -> str:
    """The confirmation: what stops, and what stays."""
    merchant = connected_merchant_or_404(public_id)
    template = "_new" if wants_fragment() else "new"
    return render_template(
        f"admin/merchants/disconnections/{template}.html",
        merchant=merchant,
        offers=Offer.count_by_merchant().get(merchant.id, 0),
        running_subscriptions=Subscription.count_running(merchant),
    )


@blueprint.post("")
@requires_recent_password
def create(public_id: str) -> str | Response:
    """Disconnect. If many payments are open, the worker closes them, and the list shows how far it is."""
    merchant = connected_merchant_or_404(public_id)
    is_disconnected = merchants.disconnect(merchant)
    log_security_event(
        SecurityEvent.DISCONNECT,
        result="ok" if is_disconnected else "waiting",
        merchant=merchant.name,
        mode=merchant.mode,
    )
    if is_disconnected:
        notice = _("“%(name)s” disconnected.", name=isolate(merchant.name))
    else:
        worker.wake_for_disconnections()
        notice = _(
            "“%(name)s” no longer accepts payments. It will be disconnected when its open payments are closed.",
            name=isolate(merchant.name),
        )
    if wants_fragment():
        return render_template("admin/merchants/disconnections/_created.html", notice=notice, **list_context())
    show_notice(notice)
    return redirect(url_for("admin.merchants.index"), 303)
