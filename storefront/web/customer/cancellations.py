"""Cancelling a subscription: a page that says what will happen, and the press on it."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from storefront.subscriptions import actions as subscription_changes
from storefront.subscriptions import policy as subscription_policy
from storefront.subscriptions.customer_subscription import Held
from storefront.subscriptions.policy import Cancellation
from storefront.web.customer import access as door
from storefront.web.customer import stripe_errors as trying
from storefront.worker import tasks as jobs

blueprint = door.pages("cancellations", f"{door.SUBSCRIPTION}/cancellation")


@blueprint.get("")
def new(token: str, public_id: str) -> Response | str:
    """What cancelling means now; where there is nothing to cancel, back to the page that says how it stands."""
    held = door.held(token, public_id)
    return _question(token, held)


@blueprint.post("")
def create(token: str, public_id: str) -> Response | str | tuple[Response | str, int]:
    """Cancel it in the way the page has told. A second press finds it cancelled."""
    held = door.held(token, public_id)
    when = subscription_policy.cancellation(held.subscription, "buyer")
    allowed = when in (Cancellation.IMMEDIATELY, Cancellation.AT_PERIOD_END)
    if not allowed or request.form.get("way") != when:
        # The page that was pressed said something else: the customer reads first what holds now.
        return _question(token, held)
    at_once = when is Cancellation.IMMEDIATELY
    problem = trying.problem_with(lambda: subscription_changes.cancel(held.subscription, at_once, "buyer"))
    if problem:
        return _question(token, held, problem), 503
    jobs.wake_for_letters()
    return redirect(url_for("my_page.show", token=token, done="cancelled"), 303)


def _question(token: str, held: Held, problem: str = "") -> Response | str:
    when = subscription_policy.cancellation(held.subscription, "buyer")
    if when is Cancellation.NONE:
        return redirect(url_for("my_page.show", token=token), 303)
    return render_template("my/cancellations/new.html", token=token, held=held, when=when, problem=problem)
