"""Pausing collection: nothing is charged, what falls due meanwhile is void."""

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _

from storefront import subscription_changes
from storefront.blueprints.admin import subscription_words
from storefront.blueprints.admin.subscription_answers import Answer, carry_out, may, question, refusal
from storefront.blueprints.admin.subscriptions import find
from storefront.forms.subscriptions import PauseForm, beginning_of
from storefront.subscription_policy import Action

blueprint = Blueprint("subscription_pauses", __name__, url_prefix="/subscriptions/<public_id>/pause")

TEMPLATE = "admin/subscriptions/actions/_pause.html"


@blueprint.get("/new")
def new(public_id: str) -> Answer:
    """Until when."""
    subscription = find(public_id)
    if not may(subscription, Action.PAUSE):
        return redirect(url_for("admin.subscriptions.show", public_id=public_id))
    return question(TEMPLATE, subscription, PauseForm())


@blueprint.post("")
def create(public_id: str) -> Answer:
    """Stop collecting."""
    subscription, form = find(public_id), PauseForm()
    if not form.validate_on_submit():
        return refusal(TEMPLATE, subscription, form)
    until = beginning_of(form.resumes_at.data) if form.resumes_at.data else None
    words = (
        _("Collection is paused until %(day)s.", day=subscription_words.day(until))
        if until
        else _("Collection is paused until you resume it.")
    )
    return carry_out(
        TEMPLATE, subscription, form, lambda: subscription_changes.pause(subscription, resumes_at=until), words
    )
