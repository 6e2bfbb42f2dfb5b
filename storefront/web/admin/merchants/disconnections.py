"""Letting a merchant go, after a question asked in place."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import merchants
from storefront.models import Offer, Subscription
from storefront.web.admin.merchants.merchants import find_connected, listed
from storefront.web.admin.shared import show_notice, wants_fragment

blueprint = Blueprint(
    "disconnections", __name__, url_prefix="/settings/payment-systems/stripe/<public_id>/disconnection"
)


@blueprint.get("")
def new(public_id: str) -> str:
    """The question: what stops, and what stays."""
    merchant = find_connected(public_id)
    template = "_new" if wants_fragment() else "new"
    offers = Offer.count_by_merchant().get(merchant.id, 0)
    running = Subscription.count_running(merchant)
    return render_template(
        f"admin/merchants/disconnections/{template}.html", merchant=merchant, offers=offers, running=running
    )


@blueprint.post("")
def create(public_id: str) -> str | Response:
    """Disconnect."""
    merchant = find_connected(public_id)
    merchants.disconnect(merchant)
    words = _("“%(name)s” is disconnected.", name=merchant.name)
    if wants_fragment():
        return render_template(
            "admin/merchants/disconnections/_created.html", merchant=merchant, notice=words, **listed()
        )
    show_notice(words)
    return redirect(url_for("admin.merchants.index"), 303)
