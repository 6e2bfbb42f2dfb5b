"""Switching a subscription to another price option of its offer, and taking that back."""

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext as _

from storefront import subscriptions
from storefront.errors import FieldErrors, SecretUnreadable, StripeError
from storefront.models import PlanSwitch, Subscription, SwitchState
from storefront.subscriptions import Action
from storefront.web.admin import labels
from storefront.web.admin.subscriptions.responses import (
    ViewResult,
    is_allowed,
    perform_without_form,
    render_form,
    show_updated,
)
from storefront.web.admin.subscriptions.subscriptions import subscription_or_404
from storefront.web.forms import PlanSwitchForm
from storefront.web.support import day, money

blueprint = Blueprint("subscription_plans", __name__, url_prefix="/subscriptions/<public_id>/plan")

TEMPLATE = "admin/subscriptions/actions/_switch_plan.html"


@blueprint.get("/new")
def new(public_id: str) -> ViewResult:
    """The other plans; with `?plan=` what that one costs today, as Stripe's preview says."""
    subscription = subscription_or_404(public_id)
    if not is_allowed(subscription, Action.SWITCH_PLAN):
        return redirect(url_for("admin.subscriptions.show", public_id=public_id))
    return _form(subscription, PlanSwitchForm(request.args))


@blueprint.post("")
def create(public_id: str) -> ViewResult:
    """Switch as it was shown."""
    subscription, form = subscription_or_404(public_id), PlanSwitchForm()
    if not form.validate_on_submit() or form.option_id is None or form.shown is None:
        return _form(subscription, form), 422
    try:
        subscriptions.require_switchable(subscription, "owner")
        target = subscriptions.find_target(subscription, form.option_id)
        shown = subscriptions.preview_again(subscription, target, *form.shown)
        switch = subscriptions.switch_plan(subscription, shown, "owner")
    except FieldErrors as error:
        words = " ".join(" ".join(texts) for texts in labels.field_errors(error).values())
        if PlanSwitch.current(subscription) is not None:
            return show_updated(subscription, alert=words)
        return _form(subscription, form, words), 422
    except (StripeError, SecretUnreadable) as error:
        return _form(subscription, form, labels.stripe_error(error)), 422
    return show_updated(subscription, _notice(switch))


@blueprint.post("/keeping")
def keep(public_id: str) -> ViewResult:
    """Take back a switch that is not in effect yet."""
    subscription = subscription_or_404(public_id)
    return perform_without_form(subscription, lambda: subscriptions.keep_plan(subscription, "owner"), _kept_notice)


def _form(subscription: Subscription, form: PlanSwitchForm, alert: str = "") -> str:
    """The plans, or what the chosen one costs now."""
    targets, shown = subscriptions.switch_targets(subscription), None
    target = next((one for one in targets if one.option.id == form.option_id), None)
    if target is not None:
        try:
            shown = subscriptions.preview(subscription, target)
        except (StripeError, SecretUnreadable) as error:
            alert = alert or labels.stripe_error(error)
    return render_form(TEMPLATE, subscription, form, alert, targets=targets, shown=shown)


def _notice(switch: PlanSwitch) -> str:
    if switch.state == SwitchState.DONE:
        return _("Plan switched. Charged today: %(amount)s.", amount=money(switch.due_now))
    if switch.state == SwitchState.SCHEDULED:
        return _("Plan switch scheduled for %(day)s. The customer will be emailed.", day=day(switch.effective_at))
    if switch.state == SwitchState.WAITING:
        return _("The plan switches once the customer confirms the payment. They get a link by email.")
    return _("The plan is being switched. Stripe hasn’t confirmed it yet.")


def _kept_notice(switch: PlanSwitch | None) -> str:
    if switch is not None and switch.state == SwitchState.DONE:
        return _("The switch has already taken effect.")
    return _("Plan switch undone. The current plan continues.")
