"""Pausing collection: nothing is charged, what falls due meanwhile is void."""

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _

from storefront.subscriptions import actions as subscription_changes
from storefront.subscriptions.policy import Action
from storefront.web.admin.labels import subscriptions as subscription_words
from storefront.web.admin.subscriptions.responses import Answer, carry_out, may, question, refusal
from storefront.web.admin.subscriptions.subscriptions import find
from storefront.web.forms.subscriptions import PauseForm, beginning_of

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
