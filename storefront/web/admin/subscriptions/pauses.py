"""Pausing collection: nothing is charged, what falls due meanwhile is void."""

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _

from storefront import subscriptions
from storefront.subscriptions import Action
from storefront.web.admin import labels
from storefront.web.admin.subscriptions.responses import Answer, carry_out, may, question, refusal
from storefront.web.admin.subscriptions.subscriptions import find
from storefront.web.forms import PauseForm, midnight

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
    until = midnight(form.resumes_at.data) if form.resumes_at.data else None
    words = (
        _("Collection is paused until %(day)s.", day=labels.day(until))
        if until
        else _("Collection is paused until you resume it.")
    )
    return carry_out(TEMPLATE, subscription, form, lambda: subscriptions.pause(subscription, resumes_at=until), words)
