"""Cancelling a subscription: now, or when its paid period ends."""

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _

from storefront import subscription_changes
from storefront.blueprints.admin import subscription_words
from storefront.blueprints.admin.subscription_answers import Answer, carry_out, may, question, refusal
from storefront.blueprints.admin.subscriptions import find
from storefront.forms.subscriptions import CancellationForm
from storefront.models import Subscription

blueprint = Blueprint("subscription_cancellations", __name__, url_prefix="/subscriptions/<public_id>/cancellation")

TEMPLATE = "admin/subscriptions/actions/_cancel.html"


@blueprint.get("/new")
def new(public_id: str) -> Answer:
    """What either way means."""
    subscription = find(public_id)
    if not may(subscription, "cancel"):
        return redirect(url_for("admin.subscriptions.show", public_id=public_id))
    later = may(subscription, "cancel_later")
    form = CancellationForm(data={"when": "period_end" if later else "now"})
    return question(TEMPLATE, subscription, form, later=later)


@blueprint.post("")
def create(public_id: str) -> Answer:
    """End it, or plan its end."""
    subscription, form = find(public_id), CancellationForm()
    later = may(subscription, "cancel_later")
    if not form.validate_on_submit():
        return refusal(TEMPLATE, subscription, form, later=later)
    at_once = form.when.data == "now"
    return carry_out(
        TEMPLATE,
        subscription,
        form,
        lambda: subscription_changes.cancel(subscription, at_once=at_once, by="owner"),
        _said(subscription, at_once),
        later=later,
    )


def _said(subscription: Subscription, at_once: bool) -> str:
    if at_once:
        return _("It is cancelled and has ended.")
    return _("It is cancelled: it ends on %(day)s.", day=subscription_words.day(subscription.period_end))
