"""Switch plan: the other price options, what the chosen one costs today, and the switch; and taking it back."""

import logging

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import subscriptions, worker
from storefront.errors import FieldErrors, SecretUnreadable, StripeError
from storefront.models import PlanSwitch, SwitchState
from storefront.subscriptions import CustomerSubscription, ShownSwitch
from storefront.web.customer import access, messages, subscription_view
from storefront.web.forms import CustomerSwitchForm

blueprint = access.customer_blueprint("plan_switches", f"{access.SUBSCRIPTION_URL}/switch")
log = logging.getLogger(__name__)


@blueprint.get("")
def new(token: str, public_id: str) -> Response | str | tuple[str, int]:
    """The other plans, and with `?plan=` what that one costs. Redirects to the account page if none can be chosen.

    Needs a fresh link: the saved card can be charged here.
    """
    held = access.subscription_or_404(token, public_id)
    if not subscription_view.subscription_view(held).can_switch_plan:
        return redirect(url_for("account.show", token=token), 303)
    access.email_of_fresh_link(token, _page(public_id))
    return _page_of(token, held)


@blueprint.post("")
def create(token: str, public_id: str) -> Response | str | tuple[str, int]:
    """Switch as the page has shown it. Safe to repeat: a second request finds the switch."""
    held = access.subscription_or_404(token, public_id)
    access.email_of_fresh_link(token, _page(public_id))
    subscription = held.subscription
    if subscription.switch_id is not None:
        return redirect(url_for("account.show", token=token), 303)
    try:
        shown = _shown_before(held)
        switch = subscriptions.switch_plan(subscription, shown, "buyer")
    except FieldErrors as error:
        if _is_switched(held):
            # Another tab, or the owner, was faster.
            return redirect(url_for("account.show", token=token), 303)
        return _page_of(token, held, _problem(error))[0], 422
    except (StripeError, SecretUnreadable) as error:
        return _page_of(token, held, _stripe_problem(error))[0], 503
    worker.wake_for_emails()
    return redirect(_next_url(token, held, switch), 303)


@blueprint.post("/keeping")
def keep(token: str, public_id: str) -> Response | tuple[str, int]:
    """Take back a switch that is not in effect yet. Safe to repeat."""
    held = access.subscription_or_404(token, public_id)
    access.email_of_fresh_link(token, _page(public_id))
    try:
        switch = subscriptions.keep_plan(held.subscription, "buyer")
    except FieldErrors:
        return _unchanged(token, held, messages.changed_meanwhile()), 422
    except (StripeError, SecretUnreadable) as error:
        return _unchanged(token, held, _stripe_problem(error)), 503
    worker.wake_for_emails()
    done = "plan_kept" if switch is not None and switch.state == SwitchState.UNDONE else None
    return redirect(url_for("account.show", token=token, done=done), 303)


def _shown_before(held: CustomerSubscription) -> ShownSwitch:
    """The preview that the posted form was shown with. Raises FieldErrors, StripeError."""
    subscription = held.subscription
    subscriptions.require_switchable(subscription, "buyer")
    form = CustomerSwitchForm()
    target = subscriptions.find_target(subscription, form.option_id or 0)
    if form.shown is None:
        raise FieldErrors({"plan": ["switch_outdated"]})
    return subscriptions.preview_again(subscription, target, *form.shown)


def _is_switched(held: CustomerSubscription) -> bool:
    """Whether a switch is on its way, or the plan is the one that was asked for."""
    subscription = held.subscription
    subscription.reload()
    subscription.order.reload()
    return subscription.switch_id is not None or subscription.order.option_id == CustomerSwitchForm().option_id


def _page_of(token: str, held: CustomerSubscription, problem: str = "") -> tuple[str, int]:
    """The plans, and what the chosen one costs now; a calm page, 503, where Stripe doesn't answer."""
    subscription, shown, status = held.subscription, None, 200
    targets = subscriptions.switch_targets(subscription)
    chosen = CustomerSwitchForm(request.values).option_id
    target = next((one for one in targets if one.option.id == chosen), targets[0] if len(targets) == 1 else None)
    if target is not None:
        try:
            shown = subscriptions.preview(subscription, target)
        except (StripeError, SecretUnreadable) as error:
            problem, status = problem or _stripe_problem(error), 503
    page = render_template(
        "my/plan_switches/new.html",
        token=token,
        subscription=subscription,
        targets=targets,
        target=target,
        shown=shown,
        problem=problem,
    )
    return page, status


def _unchanged(token: str, held: CustomerSubscription, problem: str) -> str:
    return render_template(
        "my/plan_switches/unchanged.html", token=token, subscription=held.subscription, problem=problem
    )


def _next_url(token: str, held: CustomerSubscription, switch: PlanSwitch) -> str:
    """The account page; or the payment page where the bank asks for a confirmation."""
    if switch.state == SwitchState.WAITING:
        return subscription_view.subscription_view(held).pay_url
    done = {SwitchState.DONE: "switched", SwitchState.SCHEDULED: "switch_scheduled"}.get(
        SwitchState(switch.state), "switch_asked"
    )
    return url_for("account.show", token=token, done=done)


def _problem(error: FieldErrors) -> str:
    if error.errors.get("plan") == ["switch_outdated"]:
        return _("The amount has changed since it was shown. Nothing was charged. Check it again.")
    if error.errors.get("plan") == ["switch_refused"]:
        return messages.not_possible()
    return messages.changed_meanwhile()


def _stripe_problem(error: StripeError | SecretUnreadable) -> str:
    log.warning("a plan could not be switched: %s %s", type(error).__name__, getattr(error, "code", ""))
    return messages.stripe_unreachable() if error.is_transient else messages.not_possible()


def _page(public_id: str) -> str:
    """This page, as a new link leads to it."""
    return f"subscriptions/{public_id}/switch"
