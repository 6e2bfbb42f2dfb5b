"""Pausing collection: nothing is charged, and invoices of that time are void."""

from flask import Blueprint, redirect, url_for
from flask_babel import gettext as _

from storefront import subscriptions
from storefront.subscriptions import Action
from storefront.web.admin.subscriptions.responses import ViewResult, is_allowed, perform, render_errors, render_form
from storefront.web.admin.subscriptions.subscriptions import subscription_or_404
from storefront.web.forms import PauseForm, start_of_day
from storefront.web.support import day

blueprint = Blueprint("subscription_pauses", __name__, url_prefix="/subscriptions/<public_id>/pause")

TEMPLATE = "admin/subscriptions/actions/_pause.html"


@blueprint.get("/new")
def new(public_id: str) -> ViewResult:
    """The form."""
    subscription = subscription_or_404(public_id)
    if not is_allowed(subscription, Action.PAUSE):
        return redirect(url_for("admin.subscriptions.show", public_id=public_id))
    return render_form(TEMPLATE, subscription, PauseForm())


@blueprint.post("")
def create(public_id: str) -> ViewResult:
    """Pause until a date, or until the owner resumes."""
    subscription, form = subscription_or_404(public_id), PauseForm()
    if not form.validate_on_submit():
        return render_errors(TEMPLATE, subscription, form)
    until = start_of_day(form.resumes_at.data) if form.resumes_at.data else None
    notice = (
        _("Payments paused until %(day)s.", day=day(until)) if until else _("Payments paused until you resume them.")
    )
    return perform(TEMPLATE, subscription, form, lambda: subscriptions.pause(subscription, resumes_at=until), notice)
