"""A longer free trial."""

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _

from storefront import subscriptions
from storefront.subscriptions import Action
from storefront.web.admin import labels
from storefront.web.admin.subscriptions.responses import Answer, carry_out, may, question, refusal
from storefront.web.admin.subscriptions.subscriptions import find
from storefront.web.forms import TrialForm, midnight

blueprint = Blueprint("subscription_trials", __name__, url_prefix="/subscriptions/<public_id>/trial")

TEMPLATE = "admin/subscriptions/actions/_extend_trial.html"


@blueprint.get("/new")
def new(public_id: str) -> Answer:
    """Until when it shall be free."""
    subscription = find(public_id)
    if not may(subscription, Action.EXTEND_TRIAL):
        return redirect(url_for("admin.subscriptions.show", public_id=public_id))
    return question(TEMPLATE, subscription, TrialForm())


@blueprint.post("")
def create(public_id: str) -> Answer:
    """Let the trial end later."""
    subscription, form = find(public_id), TrialForm()
    if not form.validate_on_submit():
        return refusal(TEMPLATE, subscription, form)
    until = midnight(form.until.data)
    return carry_out(
        TEMPLATE,
        subscription,
        form,
        lambda: subscriptions.extend_trial(subscription, until),
        _("The free trial runs until %(day)s.", day=labels.day(until)),
    )
