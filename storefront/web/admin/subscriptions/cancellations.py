"""Cancelling a subscription: now, or when its paid period ends."""

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _

from storefront import subscriptions
from storefront.models import Subscription
from storefront.subscriptions import Action, Cancellation
from storefront.web.admin import labels
from storefront.web.admin.subscriptions.responses import Answer, carry_out, may, question, refusal
from storefront.web.admin.subscriptions.subscriptions import find
from storefront.web.forms import CancellationForm

blueprint = Blueprint("subscription_cancellations", __name__, url_prefix="/subscriptions/<public_id>/cancellation")

TEMPLATE = "admin/subscriptions/actions/_cancel.html"


@blueprint.get("/new")
def new(public_id: str) -> Answer:
    """What either way means."""
    subscription = find(public_id)
    if not may(subscription, Action.CANCEL_NOW):
        return redirect(url_for("admin.subscriptions.show", public_id=public_id))
    later = may(subscription, Action.CANCEL_AT_PERIOD_END)
    form = CancellationForm(data={"when": "period_end" if later else "now"})
    return question(TEMPLATE, subscription, form, later=later)


@blueprint.post("")
def create(public_id: str) -> Answer:
    """End it, or plan its end."""
    subscription, form = find(public_id), CancellationForm()
    later = may(subscription, Action.CANCEL_AT_PERIOD_END)
    if not form.validate_on_submit():
        return refusal(TEMPLATE, subscription, form, later=later)
    at_once = form.when.data == Cancellation.IMMEDIATELY
    if not at_once and subscriptions.ends_only_immediately(subscription, "owner"):
        # The page was older than the renewal that is not paid: an immediate end is chosen, never inferred.
        code = subscriptions.obstacle(subscription, Action.CANCEL_AT_PERIOD_END, "owner")
        form.refuse({"when": [str(labels.FIELD_ERRORS[code])]})
        return refusal(TEMPLATE, subscription, form, later=later)
    return carry_out(
        TEMPLATE,
        subscription,
        form,
        lambda: subscriptions.cancel(subscription, immediately=at_once, by="owner"),
        lambda: _said(find(public_id)),
        later=later,
    )


def _said(subscription: Subscription) -> str:
    """What has become of it. Stripe may have known of an unpaid renewal that our row did not."""
    if subscription.is_ended:
        return _("It is cancelled and has ended.")
    return _("It is cancelled: it ends on %(day)s.", day=labels.day(subscription.period_end))
