"""Extending a free trial."""

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _

from storefront import subscriptions
from storefront.subscriptions import Action
from storefront.web.admin.subscriptions.responses import ViewResult, is_allowed, perform, render_errors, render_form
from storefront.web.admin.subscriptions.subscriptions import subscription_or_404
from storefront.web.forms import TrialForm, start_of_day
from storefront.web.support import day

blueprint = Blueprint("subscription_trials", __name__, url_prefix="/subscriptions/<public_id>/trial")

TEMPLATE = "admin/subscriptions/actions/_extend_trial.html"


@blueprint.get("/new")
def new(public_id: str) -> ViewResult:
    """The form."""
    subscription = subscription_or_404(public_id)
    if not is_allowed(subscription, Action.EXTEND_TRIAL):
        return redirect(url_for("admin.subscriptions.show", public_id=public_id))
    return render_form(TEMPLATE, subscription, TrialForm())


@blueprint.post("")
def create(public_id: str) -> ViewResult:
    """Extend the trial to a later date."""
    subscription, form = subscription_or_404(public_id), TrialForm()
    if not form.validate_on_submit():
        return render_errors(TEMPLATE, subscription, form)
    until = start_of_day(form.until.data)
    return perform(
        TEMPLATE,
        subscription,
        form,
        lambda: subscriptions.extend_trial(subscription, until),
        _("Free trial until %(day)s.", day=day(until)),
    )
