"""Canceling a subscription: immediately, or at the end of the paid period."""

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _

from storefront import subscriptions
from storefront.errors import FieldErrors
from storefront.models import Subscription
from storefront.subscriptions import Action, Cancellation
from storefront.web.admin import labels
from storefront.web.admin.subscriptions.responses import ViewResult, is_allowed, perform, render_errors, render_form
from storefront.web.admin.subscriptions.subscriptions import subscription_or_404
from storefront.web.forms import CancellationForm
from storefront.web.support import day

blueprint = Blueprint("subscription_cancellations", __name__, url_prefix="/subscriptions/<public_id>/cancellation")

TEMPLATE = "admin/subscriptions/actions/_cancel.html"


@blueprint.get("/new")
def new(public_id: str) -> ViewResult:
    """The form. Redirects to the subscription if it can't be canceled."""
    subscription = subscription_or_404(public_id)
    if not is_allowed(subscription, Action.CANCEL_NOW):
        return redirect(url_for("admin.subscriptions.show", public_id=public_id))
    can_end_later = is_allowed(subscription, Action.CANCEL_AT_PERIOD_END)
    form = CancellationForm(data={"when": "period_end" if can_end_later else "now"})
    return render_form(TEMPLATE, subscription, form, can_end_later=can_end_later)


@blueprint.post("")
def create(public_id: str) -> ViewResult:
    """End the subscription immediately or at the end of the period."""
    subscription, form = subscription_or_404(public_id), CancellationForm()
    can_end_later = is_allowed(subscription, Action.CANCEL_AT_PERIOD_END)
    if not form.validate_on_submit():
        return render_errors(TEMPLATE, subscription, form, can_end_later=can_end_later)
    immediately = form.when.data == Cancellation.IMMEDIATELY
    if not immediately and subscriptions.ends_only_immediately(subscription, "owner"):
        # A renewal became due after the page was shown. Never end a subscription immediately unless that was chosen.
        code = subscriptions.obstacle(subscription, Action.CANCEL_AT_PERIOD_END, "owner")
        form.add_errors(labels.field_errors(FieldErrors({"when": [code]})))
        return render_errors(TEMPLATE, subscription, form, can_end_later=can_end_later)
    return perform(
        TEMPLATE,
        subscription,
        form,
        lambda: subscriptions.cancel(subscription, immediately=immediately, by="owner"),
        lambda: _notice(subscription_or_404(public_id)),
        can_end_later=can_end_later,
    )


def _notice(subscription: Subscription) -> str:
    """Call it after canceling. An unpaid renewal that only Stripe knew of makes the subscription end immediately."""
    if subscription.is_ended:
        return _("Canceled and ended.")
    return _("Canceled. The subscription ends on %(day)s.", day=day(subscription.period_end))
